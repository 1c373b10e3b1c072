import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream, writeFileSync } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

export interface ServiceProcessOptions {
  /** What people read: `api`, `worker`, `evaluator`. */
  name: string;
  /** Module to run, as an import specifier. */
  module: string;
  environment: NodeJS.ProcessEnv;
  logFile: string;
  /** Runs when the others leave a core free, mostly: for what takes all processors there are. */
  yields?: boolean;
  /** Told of a death that nobody asked for, and of the new start after it. */
  report: (line: string) => void;
}

const largestLog = 16 * 2 ** 20;
const longestPause = 10_000;
/** A third of the weight of another. */
const sessionNiceness = 5;

/**
 * One service as a process of its own, in a process group of its own: Ctrl-C reaches the starter alone, which
 * then stops its services in order. A service that dies is started again, after a pause that grows.
 */
export class ServiceProcess {
  readonly #options: ServiceProcessOptions;
  #child: ChildProcess | undefined;
  #log: WriteStream | undefined;
  #stopping = false;
  #deaths = 0;
  #restart: NodeJS.Timeout | undefined;

  constructor(options: ServiceProcessOptions) {
    this.#options = options;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Resolves with what the service said when it was ready.
   *
   * @throws Error with the service's own words where it ends before that.
   */
  async start(): Promise<Record<string, unknown>> {
    const { name, module, environment, logFile, report } = this.#options;
    await setAside(logFile);
    this.#log ??= createWriteStream(logFile, { flags: 'a', mode: 0o600 });
    const child = fork(fileURLToPath(import.meta.resolve(module)), [], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: process.platform !== 'win32',
    });
    this.#child = child;
    if (this.#options.yields) giveWay(child.pid);
    let words = '';
    child.stdout?.pipe(this.#log, { end: false });
    child.stderr?.on('data', (chunk: Buffer) => {
      words = (words + chunk).slice(-4000);
      this.#log?.write(chunk);
    });
    let ready = false;
    return new Promise((resolve, reject) => {
      child.on('message', (message: Record<string, unknown>) => {
        if (!message['ready']) return;
        ready = true;
        this.#deaths = 0;
        resolve(message);
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => {
        const how = signal ? `by ${signal}` : `with code ${code}`;
        if (!ready) reject(new Error(words.trim() || `The ${name} ended ${how}; see ${logFile}`));
        if (this.#stopping || (!ready && this.#deaths === 0)) return;
        const pause = Math.min(250 * 2 ** this.#deaths++, longestPause);
        report(`The ${name} ended ${how} and is started again; its log: ${logFile}`);
        this.#restart = setTimeout(() => {
          this.start().catch((error: Error) => report(error.message));
        }, pause);
      });
    });
  }

  /** Asks the service to drain; kills it where it has not gone after `deadline` ms. */
  async stop(deadline: number): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#restart);
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
      await gone;
      clearTimeout(timer);
    }
    this.#log?.end();
  }

  /** Ends the service at once, for a second Ctrl-C. */
  kill(): void {
    this.#stopping = true;
    this.#child?.kill('SIGKILL');
  }
}

/**
 * The worker has its training threads give way to its own; Linux may weigh sessions before threads, and each service has
 * one of its own. Where that is not so, or not permitted, all goes on.
 */
function giveWay(pid: number | undefined): void {
  if (pid === undefined || process.platform !== 'linux') return;
  try {
    writeFileSync(`/proc/${pid}/autogroup`, String(sessionNiceness));
  } catch {}
}

/** A log that has grown large is kept once, under another name. */
async function setAside(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > largestLog) await rename(logFile, `${logFile}.1`);
}
