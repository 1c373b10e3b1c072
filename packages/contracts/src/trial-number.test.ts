import { expect, it } from 'vitest';
import { learningCurveRequestSchema } from './learning-curve.ts';
import { modelRequestSchema } from './model.ts';
import { revealRequestSchema } from './reveal.ts';

it('is one that the database can hold, wherever a client names a trial', () => {
  const most = 2 ** 31 - 1;
  for (const [schema, body] of [
    [modelRequestSchema, (trial: number) => ({ trial })],
    [learningCurveRequestSchema, (trial: number) => ({ trial })],
    [revealRequestSchema, (trial: number) => ({ trials: [trial] })],
  ] as const) {
    expect(schema.safeParse(body(most)).success).toBe(true);
    for (const wrong of [most + 1, -1, 0.5]) expect(schema.safeParse(body(wrong)).success).toBe(false);
  }
});
