import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../api/dist/server.js', import.meta.url));

/** The API as a process of its own, for what clients see of a search. */
export class ApiProcess {
  readonly #child: ChildProcess;
  readonly #url: string;
  readonly #output: () => string;

  private constructor(child: ChildProcess, url: string, output: () => string) {
    this.#child = child;
    this.#url = url;
    this.#output = output;
  }

  static async start(databaseUrl: string): Promise<ApiProcess> {
    const child = fork(entry, [], {
      env: { PATH: process.env.PATH, DATABASE_URL: databaseUrl, PORT: '0', LOG_LEVEL: 'warn' },
      silent: true,
    });
    let text = '';
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    }
    const [{ url }] = (await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => Promise.reject(new Error(`The API ended: ${text}`))),
    ])) as [{ url: string }];
    return new ApiProcess(child, url, () => text);
  }

  /** Of the whole board: everything that must not depend on who trained it, baselines and statistics included. */
  async boardDigest(search: string): Promise<string> {
    const answer = await fetch(`${this.#url}/v1/searches/${search}/leaderboard?limit=1`);
    const text = await answer.text();
    const { digest, baselines } = JSON.parse(text) as { digest?: string; baselines?: unknown[] };
    if (digest === undefined || baselines?.length !== 2)
      throw new Error(`No whole board: ${text.slice(0, 500)} ${this.#output()}`);
    return digest;
  }

  async stop(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }
}
