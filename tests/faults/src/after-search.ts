import { setTimeout as pause } from 'node:timers/promises';
import type { PatientClient } from './patient-client.ts';

const withinMs = 300_000;

/** What clients ask for once a search is over: final models, and trials tested on the locked rows. */
export class AfterSearch {
  readonly models: string[] = [];
  readonly reveals: string[] = [];
  readonly #patient: PatientClient;
  readonly #complain: (violation: string) => void;
  /** What came of each spec the first time: it must come again. */
  readonly #first = new Map<string, string>();

  constructor(patient: PatientClient, complain: (violation: string) => void) {
    this.#patient = patient;
    this.#complain = complain;
  }

  /** Twenty requests at once make one model; its bytes are those that the spec's first one had. */
  async makeModel(search: string, spec: string): Promise<void> {
    const id = await this.#patient.make(`/v1/searches/${search}/models`, {}, 20);
    this.models.push(id);
    const model = await this.#until(`model ${id}`, async () => {
      const found = await this.#patient.ask((client) => client.getModel(id));
      return found.status === 'completed' || found.status === 'failed' ? found : null;
    });
    if (model === null) return;
    const { status, reason, trial, parametersDigest } = model;
    if (status !== 'completed') this.#complain(`model ${id} (${spec}) is ${status}: ${reason}`);
    else this.#expectSame(spec, `the digest of a model`, { trial, parametersDigest });
  }

  /** Twenty requests at once buy one reveal; what it tells is what the spec's first one told. */
  async makeReveal(search: string, spec: string): Promise<void> {
    const id = await this.#patient.make(`/v1/searches/${search}/reveal`, {}, 20);
    this.reveals.push(id);
    const reveal = await this.#until(`reveal ${id}`, async () => {
      const all = await this.#patient.ask((client) => client.listReveals(search));
      const found = all.find((one) => one.id === id);
      if (found === undefined) throw new Error(`reveal ${id} is not on the list`);
      return found.status === 'completed' || found.status === 'failed' ? found : null;
    });
    if (reveal === null) return;
    const [first] = reveal.trials;
    if (reveal.status !== 'completed' || first === undefined) {
      this.#complain(`reveal ${id} (${spec}) is ${reveal.status}: ${reveal.reason}`);
      return;
    }
    const { trial, parametersDigest, test } = first;
    this.#expectSame(spec, 'the digest of a model', { trial, parametersDigest });
    this.#expectSame(spec, 'what a reveal tells', test);
  }

  async #until<T>(what: string, look: () => Promise<T | null>): Promise<T | null> {
    const deadline = performance.now() + withinMs;
    while (performance.now() < deadline) {
      const found = await look();
      if (found !== null) return found;
      await pause(250);
    }
    this.#complain(`lost: ${what} has not ended within ${withinMs / 1000} s`);
    return null;
  }

  #expectSame(spec: string, what: string, value: unknown): void {
    const text = JSON.stringify(value);
    const first = this.#first.get(`${spec} ${what}`) ?? text;
    this.#first.set(`${spec} ${what}`, first);
    if (first !== text) this.#complain(`${what} of ${spec} is ${text}, first it was ${first}`);
  }
}
