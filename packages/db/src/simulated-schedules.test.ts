import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allGuards, type Guards, type SimulatedFault, simulateSchedule } from '../test/simulate-schedule.ts';

const worker = fc.nat({ max: 3 });
const at = fc.integer({ min: 0, max: 60 }).map((half) => half / 2);
const seconds = fc.integer({ min: 1, max: 40 }).map((half) => half / 2);
const faults: fc.Arbitrary<SimulatedFault[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('kill' as const), at, worker }),
    fc.record({ kind: fc.constant('stop' as const), at, worker, seconds }),
    fc.record({ kind: fc.constant('cut off' as const), at, worker, seconds }),
    fc.record({ kind: fc.constant('answer lost' as const), at, worker }),
    fc.record({ kind: fc.constant('flush' as const), at }),
    fc.record({ kind: fc.constant('duplicate' as const), at }),
  ),
  // Far fewer losses than a fold run bears.
  { maxLength: 18 },
);
const size = fc.record({
  trials: fc.integer({ min: 1, max: 4 }),
  folds: fc.integer({ min: 1, max: 3 }),
  workers: fc.integer({ min: 1, max: 4 }),
  trainSeconds: fc.array(fc.constantFrom(0.5, 1, 3, 8), { minLength: 1, maxLength: 5 }),
});

/** Everything that must hold however a search was disturbed. */
function holds(guards: Guards) {
  return fc.property(size, faults, (of, schedule) => {
    const { state, accepted, stale } = simulateSchedule(of, schedule, guards);
    expect(state.status).toBe('completed');
    expect(state.repeatable).toBe(true);
    for (const { state: is, folds } of state.trials) {
      expect(is).toBe('completed');
      for (const run of folds) expect(run).toMatchObject({ state: 'completed', accepted: run.attempt });
    }
    expect([...accepted.values()]).toEqual(Array(of.trials * of.folds).fill(1));
    expect(stale).toBe(0);
  });
}

test('whatever befalls workers and queue, every fold run gets one result, of the attempt that held it, and all ends', () => {
  fc.assert(holds(allGuards), { numRuns: 5000 });
});

test('jobs doubled over and over hold nobody up', () => {
  const doubled = [1, 2, 3, 4, 5, 6].map((second) => ({ kind: 'duplicate' as const, at: second }));
  const faults = [...doubled, { kind: 'kill' as const, at: 7, worker: 0 }];
  const end = simulateSchedule({ trials: 4, folds: 3, workers: 1, trainSeconds: [8] }, faults);
  expect(end.state.status).toBe('completed');
});

describe('is found out by some schedule', () => {
  test.each<keyof Guards>(['fence', 'leasesEnd', 'publishesAgain'])('that %s is not so', (guard) => {
    const outcome = fc.check(holds({ ...allGuards, [guard]: false }), {
      seed: 20261126,
      numRuns: 5000,
      endOnFailure: true,
    });
    expect(outcome.failed).toBe(true);
  });
});
