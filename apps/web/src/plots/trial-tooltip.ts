import type { TrialPoints } from '@holdfast/contracts/plots';
import { decimal } from '../format/figures.ts';
import { axisText } from './hyperparameter-axis.ts';

/** What is told of a point: its trial, score and hyperparameters, a line each. */
export function describePoint(points: TrialPoints, index: number): string {
  const error = points.standardError[index];
  const rank = points.rank[index];
  return [
    `Trial ${points.trial[index]}${rank === null || rank === undefined ? `, ${points.status[index]}` : `, rank ${rank}`}`,
    `${points.metric} ${decimal(points.score[index])}${error === null ? '' : ` ± ${decimal(error)}`}`,
    ...points.axes.map((axis, n) => `${axis.name} ${axisText(axis, points.values[n]?.[index])}`),
  ].join('\n');
}
