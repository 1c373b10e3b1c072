import fc from 'fast-check';
import { expect, test } from 'vitest';
import { predictionsCsv } from './predictions-csv.ts';
import { splitCsv } from './split-csv.ts';

test('splits between rows alone, and gives each part the header', () => {
  const text = 'x,"na\nme"\n1,"a\n""b"\r\n2,c\n3,d\n\n';
  expect([...splitCsv(text, 2)]).toEqual([
    { text: 'x,"na\nme"\n1,"a\n""b"\r\n2,c\n', firstLine: 3 },
    { text: 'x,"na\nme"\n3,d', firstLine: 6 },
  ]);
});

test.each(['', 'x,y', 'x,y\n'])('leaves %j to the service', (text) => {
  expect([...splitCsv(text, 2)]).toEqual([{ text, firstLine: 1 }]);
});

test('loses no row and doubles none', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(99), { minLength: 1 }), fc.integer({ min: 1, max: 7 }), (cells, rows) => {
      const parts = [...splitCsv(`x\n${cells.join('\n')}\n`, rows)];
      const read = parts.flatMap(({ text }) => {
        const [header, ...lines] = text.trimEnd().split('\n');
        expect(header).toBe('x');
        expect(lines.length).toBeLessThanOrEqual(rows);
        return lines.map(Number);
      });
      expect(read).toEqual(cells);
    }),
  );
});

test('writes predictions of every task as CSV', () => {
  const classified = { label: '=cmd()', probabilities: { a: 0.25, 'b,c': 0.75 } };
  expect(predictionsCsv([classified], true)).toBe(
    `label,probability_a,"probability_b,c"\n'=cmd(),0.25,0.75\n`,
  );
  const binary = { label: { up: 1, down: 0 }, probabilities: { up: 0.9, down: 0.1 } };
  expect(predictionsCsv([binary], true)).toBe(
    'label_up,label_down,probability_up,probability_down\n1,0,0.9,0.1\n',
  );
  expect(predictionsCsv([{ value: 1.5 }, { value: -2 }], true)).toBe('value\n1.5\n-2\n');
  expect(predictionsCsv([{ value: 3 }], false)).toBe('3\n');
  expect(predictionsCsv([{ value: { h: 1, w: 2 } }], true)).toBe('value_h,value_w\n1,2\n');
});
