import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { RandomWords } from './random-words.ts';

const small = {
  space: {
    hiddenLayers: [[4], [8]],
    learningRate: { min: 0.001, max: 0.3, scale: 'log' as const },
    epochs: 9,
  },
  crossValidation: { kind: 'stratified' as const, folds: 3 },
};

/** One search of each kind that decides as it goes, one of many short fold runs, one of few long ones. */
const specs: Readonly<Record<string, SearchSpecInput>> = Object.fromEntries(
  Object.entries({
    short: { ...small, strategy: { kind: 'random' as const, trials: 30 } },
    long: {
      space: { hiddenLayers: [[128, 128]], learningRate: [0.001, 0.003], epochs: 150 },
      crossValidation: { kind: 'stratified' as const, folds: 3 },
      strategy: { kind: 'grid' as const },
    },
    tpe: { ...small, strategy: { kind: 'tpe' as const, trials: 14, lag: 3, startupTrials: 5 } },
    halving: { ...small, strategy: { kind: 'halving' as const, trials: 12 } },
    'hyperband with a race': {
      ...small,
      strategy: { kind: 'hyperband' as const },
      race: { kind: 'forgiving' as const, lag: 2 },
    },
    target: {
      ...small,
      strategy: { kind: 'sobol' as const, trials: 30 },
      limits: { targetScore: 0.5, targetLag: 3, concurrency: 2 },
    },
  }).map(([name, spec]) => [name, { dataset: 'spiral', name, ...spec }]),
);

export interface Submitted {
  id: string;
  spec: string;
  /** A client has asked to cancel it. */
  cancelled: boolean;
}

const patienceMs = 10_000;

/** Clients that keep searches going, and that ask again for as long as they get no answer. */
export class Workload {
  readonly submitted: Submitted[] = [];
  readonly #client: HoldfastClient;
  readonly #url: string;
  readonly #complain: (violation: string) => void;
  readonly #over: (search: string) => Promise<void>;
  readonly #stopping = new AbortController();

  /** @param options.over hears of each search that has ended */
  constructor(
    url: string,
    options: { complain: (violation: string) => void; over: (search: string) => Promise<void> },
  ) {
    this.#url = url;
    this.#over = options.over;
    this.#client = new HoldfastClient({ url });
    this.#complain = options.complain;
  }

  async prepare(): Promise<void> {
    await this.#client.generateDataset({ name: 'spiral', source: { kind: 'spiral', samplesPerClass: 40 } });
  }

  /** Runs each spec once while nothing is disturbed: digests by spec. */
  async undisturbed(): Promise<Map<string, string>> {
    const ids = await Promise.all(
      Object.entries(specs).map(async ([name, spec]) => {
        const search = await this.#client.createSearch(spec);
        this.submitted.push({ id: search.id, spec: name, cancelled: false });
        return [name, search.id] as const;
      }),
    );
    const digests = new Map<string, string>();
    for (const [name, id] of ids) {
      await this.untilOver(id, 180_000);
      digests.set(name, await this.digestOf(id));
    }
    return digests;
  }

  /** Keeps `count` searches going until `stop`; resolves when the last of them is over. */
  async keepGoing(seed: number, count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, slot) => this.#keepOneGoing(new RandomWords(seed + 7919 * slot))),
    );
  }

  /** Submits nothing more. */
  stop(): void {
    this.#stopping.abort();
  }

  async untilOver(id: string, withinMs: number): Promise<string> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const search = await this.#ask(() => this.#client.getSearch(id));
      if (['completed', 'failed', 'cancelled'].includes(search.status)) return search.status;
      if (performance.now() > deadline) return search.status;
      await pause(250);
    }
  }

  async digestOf(id: string): Promise<string> {
    return (await this.#ask(() => this.#client.getLeaderboard(id, { limit: 1 }))).digest;
  }

  async #keepOneGoing(words: RandomWords): Promise<void> {
    const names = Object.keys(specs);
    while (!this.#stopping.signal.aborted) {
      const spec = words.pick(names);
      const habit = words.word() % 8;
      const delay = words.between(100, 3000);
      const submitted = { id: await this.#submit(spec, habit === 0 ? 50 : 1), spec, cancelled: habit === 1 };
      this.submitted.push(submitted);
      const { id } = submitted;
      if (habit === 1) {
        await pause(delay);
        await this.#control(() => this.#client.cancelSearch(id));
      }
      if (habit === 2) {
        await this.#control(() => this.#client.pauseSearch(id));
        await pause(delay);
        await this.#control(() => this.#client.resumeSearch(id));
      }
      // Long enough for any fault of the campaign to pass, several times.
      const status = await this.untilOver(id, 300_000);
      if (status !== 'completed' && !(status === 'cancelled' && submitted.cancelled))
        this.#complain(`search ${id} (${spec}) is ${status}`);
      else await this.#over(id);
    }
  }

  /** With one Idempotency-Key, `times` at once: all must make the same search. */
  async #submit(spec: string, times: number): Promise<string> {
    const key = randomUUID();
    const post = async () => {
      for (;;) {
        const answer = await this.#post(key, specs[spec]!).catch(() => null);
        if (answer?.status === 202) return answer.id;
        if (answer !== null && ![409, 429, 500, 503].includes(answer.status)) {
          this.#complain(`POST /v1/searches was answered with ${answer.status}`);
        }
        await pause(200);
      }
    };
    const ids = new Set(await Promise.all(Array.from({ length: times }, post)));
    if (ids.size !== 1)
      this.#complain(`one Idempotency-Key made ${ids.size} searches: ${[...ids].join(', ')}`);
    return [...ids][0]!;
  }

  async #post(key: string, spec: SearchSpecInput): Promise<{ status: number; id: string }> {
    const answer = await fetch(`${this.#url}/v1/searches`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(spec),
      signal: AbortSignal.timeout(patienceMs),
    });
    return { status: answer.status, id: ((await answer.json()) as { id: string }).id };
  }

  /** A search may be over before it is paused, resumed or cancelled. */
  async #control(ask: () => Promise<unknown>): Promise<void> {
    await this.#ask(() =>
      ask().catch((error: { status?: number }) => {
        if (error.status !== 409) throw error;
      }),
    );
  }

  /** Asks until there is an answer; gives up with the error of the last try after five minutes. */
  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    const deadline = performance.now() + 300_000;
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        const { status = 0 } = error as { status?: number };
        if ((status >= 400 && status < 500) || performance.now() > deadline) throw error;
        await pause(250);
      }
    }
  }
}
