import { expect, test } from 'vitest';
import { estimateSeconds } from './estimate-seconds.ts';

test('shares work among threads, but no fold run', () => {
  expect(estimateSeconds({ multiplyAdds: 1e9, threads: 2 })).toBe(1);
  expect(estimateSeconds({ multiplyAdds: 1e9, threads: 4, longestFoldRun: 1e9 })).toBe(2);
  expect(estimateSeconds({ multiplyAdds: 100, threads: 1, multiplyAddsPerSecond: 10 })).toBe(10);
  expect(() => estimateSeconds({ multiplyAdds: 1, threads: 0 })).toThrow(RangeError);
});
