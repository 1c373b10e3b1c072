import { RandomWords } from './random-words.ts';

/** A fault as it stands in a schedule: what depends on the moment alone is which process holds what. */
export interface Fault {
  number: number;
  kind: string;
  /** Pause since the fault before it began. */
  afterMs: number;
  /** Which worker, link or session: by its remainder. */
  pick: number;
  /** How long it lasts, where it lasts. */
  forMs: number;
}

export interface KindOfFault {
  /** How often it comes, against the others. */
  weight: number;
  /** Bounds of its duration. */
  forMs?: readonly [number, number];
}

/** The faults that a seed stands for. The same seed and kinds give the same schedule; a longer one begins with a shorter one. */
export function drawSchedule(
  seed: number,
  count: number,
  kinds: Readonly<Record<string, KindOfFault>>,
  pauseMs: readonly [number, number] = [50, 1500],
): Fault[] {
  const words = new RandomWords(seed);
  const bag = Object.entries(kinds).flatMap(([kind, { weight }]) => Array<string>(weight).fill(kind));
  return Array.from({ length: count }, (_, number) => {
    const kind = words.pick(bag);
    const [least, most] = kinds[kind]!.forMs ?? [0, 0];
    return {
      number,
      kind,
      afterMs: Math.round(words.between(...pauseMs)),
      pick: words.word(),
      forMs: Math.round(words.between(least, most)),
    };
  });
}
