import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawCurves } from './draw-curves.ts';

test('draws a falling curve from the upper left to the lower right', () => {
  const curve = { name: 'loss', mark: '●', x: [1, 2, 3], y: [3, 2, 1] };
  expect(drawCurves([curve], { columns: 17, rows: 3 }).split('\n')).toEqual([
    '3.00 ┤●',
    '2.00 ┤     ●',
    '1.00 ┤         ●',
    '     └──────────',
    '      1        3',
    '      ● loss',
  ]);
});

test('keeps to its width whatever the values are', () => {
  fc.assert(
    fc.property(
      fc.array(fc.option(fc.double({ noNaN: true, min: -1e9, max: 1e9 })), { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 40, max: 200 }),
      (y, columns) => {
        const drawn = drawCurves([{ name: 'y', mark: '*', x: y.map((_, n) => n + 1), y }], {
          columns,
          rows: 8,
        });
        expect(drawn).not.toMatch(/NaN|undefined/);
        for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      },
    ),
  );
});
