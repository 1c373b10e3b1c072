import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';

/** How long a service may take from SIGTERM to its end; its own deadline is 10 s, and the machine is busy. */
const drainMs = 15_000;
const restartMs = 200;

export interface ServiceOptions {
  name: string;
  /** Path of the built entry. */
  entry: string;
  environment: Record<string, string>;
  /** What runs it elsewhere: the program and its arguments follow. */
  command?: readonly string[] | undefined;
  /** Hears what must not happen. */
  complain: (violation: string) => void;
}

/** A service as a supervisor runs it: started again whenever it ends, until `stop`. */
export class ServiceProcess {
  readonly name: string;
  readonly #options: ServiceOptions;
  #child: ChildProcess | null = null;
  #ready = false;
  #wanted = false;
  /** A signal of ours is on its way to it. */
  #ended = false;
  #output = '';
  #environment: Record<string, string>;
  /** What it told when it was ready: a worker its id. */
  id: string | null = null;

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#options = options;
    this.#environment = options.environment;
  }

  /** Of memory, where the system tells. */
  async megabytes(): Promise<number | null> {
    const status = await readFile(`/proc/${this.#child?.pid}/status`, 'utf8').catch(() => '');
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(status)?.[1];
    return kilobytes === undefined ? null : Number(kilobytes) / 1024;
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** Waits until it is ready; it may be restarted meanwhile. */
  async untilReady(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!this.#ready) {
      if (performance.now() > deadline) throw new Error(`${this.name} is not ready:\n${this.#output}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  signal(signal: NodeJS.Signals): void {
    if (signal === 'SIGKILL') this.#ended = true;
    this.#child?.kill(signal);
  }

  /** Asks it to drain, and complains where it does not end in time or not with 0. It is started again, with `extra` in its environment. */
  async drain(extra: Record<string, string> = {}): Promise<void> {
    const child = this.#child;
    if (child === null || !isAlive(child)) return;
    this.#environment = { ...this.#options.environment, ...extra };
    const wasReady = this.#ready;
    this.#ended = true;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => {
      this.#options.complain(`${this.name} did not end within ${drainMs / 1000} s of SIGTERM`);
      child.kill('SIGKILL');
    }, drainMs);
    const [code, signal] = await gone;
    clearTimeout(late);
    if (wasReady && code !== 0 && signal !== 'SIGKILL') {
      this.#options.complain(`${this.name} ended with ${code ?? signal} after SIGTERM:\n${this.#output}`);
    }
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#wanted = false;
    await this.drain();
  }

  #spawn(): void {
    const { PATH = '', HOME = '' } = process.env;
    this.#ready = false;
    this.#ended = false;
    this.id = null;
    const [program, ...args] = [...(this.#options.command ?? []), process.execPath, this.#options.entry];
    const child = spawn(program!, args, {
      env: { PATH, HOME, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#output = (this.#output + text).slice(-4000);
      });
    }
    child.on('message', (message: { ready?: boolean; id?: string }) => {
      if (message.ready !== true) return;
      this.#ready = true;
      this.id = message.id ?? null;
    });
    child.on('exit', (code, signal) => {
      const wasReady = this.#ready;
      this.#ready = false;
      // One that cannot start because a server is away ends with a message, and its supervisor tries again.
      if (wasReady && !this.#ended) {
        this.#options.complain(`${this.name} ended by itself with ${code ?? signal}:\n${this.#output}`);
      }
      if (this.#wanted) setTimeout(() => this.#wanted && this.#spawn(), restartMs);
    });
  }
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}
