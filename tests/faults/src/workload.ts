import { setTimeout as pause } from 'node:timers/promises';
import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { SearchSpecInput } from '@holdfast/contracts/search-spec';
import { AfterSearch } from './after-search.ts';
import { PatientClient } from './patient-client.ts';
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

/** Clients that keep searches going, and that ask again for as long as they get no answer. */
export class Workload {
  readonly submitted: Submitted[] = [];
  readonly after: AfterSearch;
  readonly #patient: PatientClient;
  readonly #complain: (violation: string) => void;
  readonly #over: (search: string) => Promise<void>;
  readonly #stopping = new AbortController();

  /** @param options.over hears of each search that has ended */
  constructor(
    url: string,
    options: { complain: (violation: string) => void; over: (search: string) => Promise<void> },
  ) {
    this.#over = options.over;
    this.#complain = options.complain;
    this.#patient = new PatientClient(url, options.complain);
    this.after = new AfterSearch(this.#patient, options.complain);
  }

  async prepare(): Promise<void> {
    await this.#patient.client.generateDataset({
      name: 'spiral',
      source: { kind: 'spiral', samplesPerClass: 40 },
      revealBudget: 1_000_000,
    });
  }

  /** Runs each spec once while nothing is disturbed: digests by spec. */
  async undisturbed(): Promise<Map<string, string>> {
    const ids = await Promise.all(
      Object.entries(specs).map(async ([name, spec]) => {
        const search = await this.#patient.client.createSearch(spec);
        this.submitted.push({ id: search.id, spec: name, cancelled: false });
        return [name, search.id] as const;
      }),
    );
    const digests = new Map<string, string>();
    await Promise.all(
      ids.map(async ([name, id]) => {
        await this.untilOver(id, 180_000);
        digests.set(name, await this.digestOf(id));
        await this.after.makeModel(id, name);
        await this.after.makeReveal(id, name);
      }),
    );
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
      const search = await this.#patient.ask((client) => client.getSearch(id));
      if (['completed', 'failed', 'cancelled'].includes(search.status)) return search.status;
      if (performance.now() > deadline) return search.status;
      await pause(250);
    }
  }

  async verifyLedger() {
    return this.#patient.ask((client) => client.verifyLedger());
  }

  async digestOf(id: string): Promise<string> {
    return (await this.#patient.ask((client) => client.getLeaderboard(id, { limit: 1 }))).digest;
  }

  async #keepOneGoing(words: RandomWords): Promise<void> {
    const names = Object.keys(specs);
    while (!this.#stopping.signal.aborted) {
      const spec = words.pick(names);
      const habit = words.word() % 8;
      const delay = words.between(100, 3000);
      const id = await this.#patient.make('/v1/searches', specs[spec]!, habit === 0 ? 50 : 1);
      const submitted = { id, spec, cancelled: habit === 1 };
      this.submitted.push(submitted);
      if (habit === 1) {
        await pause(delay);
        await this.#control((client) => client.cancelSearch(id));
      }
      if (habit === 2) {
        await this.#control((client) => client.pauseSearch(id));
        await pause(delay);
        await this.#control((client) => client.resumeSearch(id));
      }
      // Long enough for any fault of the campaign to pass, several times.
      const status = await this.untilOver(id, 300_000);
      if (status !== 'completed' && !(status === 'cancelled' && submitted.cancelled))
        this.#complain(`search ${id} (${spec}) is ${status}`);
      else await this.#over(id);
      if (status !== 'completed') continue;
      if (habit === 3 || habit === 4) await this.after.makeModel(id, spec);
      if (habit === 4 || habit === 5) await this.after.makeReveal(id, spec);
    }
  }

  /** A search may be over before it is paused, resumed or cancelled. */
  async #control(ask: (client: HoldfastClient) => Promise<unknown>): Promise<void> {
    await this.#patient.ask((client) =>
      ask(client).catch((error: { status?: number }) => {
        if (error.status !== 409) throw error;
      }),
    );
  }
}
