import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Caller } from './caller.ts';
import { RequestLimits } from './request-limits.ts';

const caller = (limits: Partial<Caller> = {}): Caller => ({
  id: 'one',
  scopes: ['read'],
  requestsPerSecond: null,
  requestsInFlight: null,
  ...limits,
});

function taken(limits: RequestLimits, by: Caller, now: number): () => void {
  const answer = limits.take(by, now);
  if (!('release' in answer)) throw new Error('It was refused.');
  return answer.release;
}

test('requests under way are limited, and one that ends makes room, once', () => {
  const limits = new RequestLimits({ requestsPerSecond: 100, requestsInFlight: 2 });
  const first = taken(limits, caller(), 0);
  taken(limits, caller(), 0);
  expect(limits.take(caller(), 0)).toEqual({ retryAfterSeconds: 1 });
  first();
  first();
  taken(limits, caller(), 0);
  expect(limits.take(caller(), 0)).toEqual({ retryAfterSeconds: 1 });
});

test('a key has limits of its own, and one key does not use up another’s', () => {
  const limits = new RequestLimits({ requestsPerSecond: 1000, requestsInFlight: 1000 });
  const slow = caller({ id: 'slow', requestsPerSecond: 1 });
  taken(limits, slow, 0);
  expect(limits.take(slow, 0)).toEqual({ retryAfterSeconds: 1 });
  taken(limits, caller(), 0);
  taken(limits, slow, 1000);
});

test('never more requests in any time than that time, and one second, allow', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 300 }),
      (perSecond, pauses) => {
        const limits = new RequestLimits({ requestsPerSecond: perSecond, requestsInFlight: 1_000_000 });
        let now = 0;
        const times: number[] = [];
        for (const pause of pauses) {
          now += pause;
          if ('release' in limits.take(caller(), now)) times.push(now);
        }
        for (const [first, from] of times.entries()) {
          for (const [last, to] of times.entries()) {
            if (last < first) continue;
            expect(last - first + 1).toBeLessThanOrEqual(perSecond * (1 + (to - from) / 1000) + 1e-6);
          }
        }
      },
    ),
    { numRuns: 50 },
  );
});
