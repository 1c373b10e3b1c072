import { z } from 'zod';
import {
  type ExternalSpec,
  type ExternalSpecInput,
  externalSpecSchema,
  type ResolvedExternalSpec,
  resolvedExternalSpecSchema,
} from './external-spec.ts';
import { type Direction, directionOf, isMetric, type MetricName } from './metrics.ts';
import {
  type ResolvedSearchSpec,
  resolvedSearchSpecSchema,
  type SearchSpec,
  type SearchSpecInput,
  searchSpecSchema,
} from './search-spec.ts';

/** What `POST /v1/searches` takes: a search that Holdfast trains, or one that somebody else does. */
export const anySpecSchema = z.discriminatedUnion('trainer', [searchSpecSchema, externalSpecSchema], {
  error: 'must be "holdfast" (or left out), or "external"',
});
export type AnySpec = SearchSpec | ExternalSpec;
export type AnySpecInput = SearchSpecInput | ExternalSpecInput;

export const anyResolvedSpecSchema = z.discriminatedUnion('trainer', [
  resolvedSearchSpecSchema,
  resolvedExternalSpecSchema,
]);
export type AnyResolvedSpec = ResolvedSearchSpec | ResolvedExternalSpec;

export function isExternal<Spec extends AnySpec>(spec: Spec): spec is Extract<Spec, { trainer: 'external' }> {
  return spec.trainer === 'external';
}

/** Which way a metric of this search is better: that of the spec for its objective, else that of the name. */
export function directionFor(spec: AnyResolvedSpec, metric: MetricName): Direction {
  if (isExternal(spec) && spec.objective.metric === metric) return spec.objective.direction;
  if (!isMetric(metric)) throw new RangeError(`Which way ${metric} is better, nobody has said.`);
  return directionOf(metric);
}
