import type { Caller } from './caller.ts';

export interface Limits {
  requestsPerSecond: number;
  requestsInFlight: number;
}

interface Account {
  /** Requests that may come at once. */
  tokens: number;
  /** When they were counted, in ms. */
  at: number;
  inFlight: number;
}

/** What a key has used: a bucket of one second's requests that fills by the second, and requests under way. */
export class RequestLimits {
  readonly #defaults: Limits;
  readonly #accounts = new Map<string, Account>();

  constructor(defaults: Limits) {
    this.#defaults = defaults;
  }

  /**
   * Takes a request on, `now` being any clock in ms that does not go back.
   * @returns what to call when it is answered, or for how many seconds the caller had better wait
   */
  take(caller: Caller, now: number): { release: () => void } | { retryAfterSeconds: number } {
    const perSecond = caller.requestsPerSecond ?? this.#defaults.requestsPerSecond;
    const atOnce = caller.requestsInFlight ?? this.#defaults.requestsInFlight;
    const account = this.#accounts.get(caller.id) ?? { tokens: perSecond, at: now, inFlight: 0 };
    this.#accounts.set(caller.id, account);
    account.tokens = Math.min(perSecond, account.tokens + ((now - account.at) / 1000) * perSecond);
    account.at = now;
    if (account.inFlight >= atOnce) return { retryAfterSeconds: 1 };
    if (account.tokens < 1) {
      return { retryAfterSeconds: Math.max(1, Math.ceil((1 - account.tokens) / perSecond)) };
    }
    account.tokens -= 1;
    account.inFlight += 1;
    let released = false;
    return {
      release: () => {
        if (!released) account.inFlight -= 1;
        released = true;
      },
    };
  }
}
