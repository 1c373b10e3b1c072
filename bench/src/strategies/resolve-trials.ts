import {
  type ResolvedSearchSpec,
  type SearchSpecInput,
  searchSpecSchema,
} from '@holdfast/contracts/search-spec';
import { planTrials } from '@holdfast/search/plan-trials';
import { resolveSpec } from '@holdfast/search/resolve-spec';
import { createSearchPlan, type SearchPlan } from '@holdfast/search/schedulers/search-plan';

/** The plan of a spec as the service would make it, for three classes of 40 rows. */
export function planSpec(sent: Omit<SearchSpecInput, 'dataset'>): {
  spec: ResolvedSearchSpec;
  plan: SearchPlan;
} {
  const resolved = resolveSpec(searchSpecSchema.parse({ ...sent, dataset: 'bench' }), {
    id: 'ds_00000000000000000000',
    task: 'classification',
    trainRows: 120,
    rowsPerClass: { a: 40, b: 40, c: 40 },
    group: false,
    time: false,
  });
  if ('errors' in resolved) throw new Error(JSON.stringify(resolved.errors));
  const planned = planTrials(resolved.spec);
  if ('errors' in planned) throw new Error(JSON.stringify(planned.errors));
  const plan = createSearchPlan(resolved.spec, planned.trials.length + planned.trialsToCome);
  return { spec: resolved.spec, plan };
}
