import { describe, expect, it } from 'vitest';
import { measureCalibration } from './measure-calibration.ts';

describe('measureCalibration', () => {
  it('counts the confidence of the class that was predicted', () => {
    const measured = measureCalibration({ task: 'classification', outputs: 3, bins: 4 }, [
      { targets: [0, 1], probabilities: [0.8, 0.1, 0.1, 0.2, 0.2, 0.6] },
      { targets: [2], probabilities: [0, 0, 1] },
    ]);
    expect(measured.predictions).toBe(3);
    expect(measured.bins.map(({ count }) => count)).toEqual([0, 0, 1, 2]);
    expect(measured.bins[2]).toEqual({ from: 0.5, to: 0.75, count: 1, confidence: 0.6, accuracy: 0 });
    expect(measured.bins[3]).toMatchObject({ confidence: 0.9, accuracy: 1 });
    // (1 · |0.6 − 0| + 2 · |0.9 − 1|) / 3
    expect(measured.expectedCalibrationError).toBeCloseTo(0.8 / 3, 12);
  });

  it('counts every sigmoid output by itself', () => {
    const { bins, predictions } = measureCalibration({ task: 'binary', outputs: 2, bins: 2 }, [
      { targets: [0, 1, 1, 1], probabilities: [0.25, 0.75, 0.25, 0.75] },
    ]);
    expect(predictions).toBe(4);
    expect(bins).toEqual([
      { from: 0, to: 0.5, count: 2, confidence: 0.25, accuracy: 0.5 },
      { from: 0.5, to: 1, count: 2, confidence: 0.75, accuracy: 1 },
    ]);
  });

  it('has no error where nothing can be counted', () => {
    const parts = [{ targets: [0], probabilities: [Number.NaN, Number.NaN] }];
    const measured = measureCalibration({ task: 'classification', outputs: 2, bins: 10 }, parts);
    expect(measured).toMatchObject({ predictions: 0, expectedCalibrationError: null });
  });
});
