import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { HoldfastClient } from '@holdfast/client/holdfast-client';

const answerMs = 10_000;
const patienceMs = 300_000;
/** What a client is told while something is away, or while another request with its key is under way. */
const transient = [409, 429, 500, 503];

/** A client that asks again for as long as it gets no answer. */
export class PatientClient {
  readonly client: HoldfastClient;
  readonly #url: string;
  readonly #complain: (violation: string) => void;

  constructor(url: string, complain: (violation: string) => void) {
    this.#url = url;
    this.client = new HoldfastClient({ url });
    this.#complain = complain;
  }

  /** Asks until there is an answer; gives up with the error of the last try after five minutes. */
  async ask<T>(ask: (client: HoldfastClient) => Promise<T>): Promise<T> {
    const deadline = performance.now() + patienceMs;
    for (;;) {
      try {
        return await ask(this.client);
      } catch (error) {
        const { status = 0 } = error as { status?: number };
        if ((status >= 400 && status < 500) || performance.now() > deadline) throw error;
        await pause(250);
      }
    }
  }

  /** Has one thing made by `times` requests at once with one Idempotency-Key: all must tell of the same one. */
  async make(path: string, body: object, times = 1): Promise<string> {
    const key = randomUUID();
    const one = async () => {
      for (;;) {
        const answer = await this.#post(path, key, body).catch(() => null);
        if (answer?.status === 202) return answer.id;
        if (answer !== null && !transient.includes(answer.status)) {
          this.#complain(`POST ${path} was answered with ${answer.status}`);
        }
        await pause(200);
      }
    };
    const ids = new Set(await Promise.all(Array.from({ length: times }, one)));
    if (ids.size !== 1)
      this.#complain(`double: one Idempotency-Key made ${ids.size} at ${path}: ${[...ids].join(', ')}`);
    return [...ids][0]!;
  }

  async #post(path: string, key: string, body: object): Promise<{ status: number; id: string }> {
    const answer = await fetch(`${this.#url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(answerMs),
    });
    return { status: answer.status, id: ((await answer.json()) as { id: string }).id };
  }
}
