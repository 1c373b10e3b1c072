import { type AnySpec, isExternal } from '@holdfast/contracts/any-spec';
import type { SearchPlan } from '@holdfast/contracts/search';
import type { SearchRecord } from '@holdfast/db/searches';
import { planExternal } from '../external/plan-external.ts';
import { prepareExternal } from '../external/prepare-external.ts';
import { createSearch } from './create-search.ts';
import { planSearch } from './plan-search.ts';
import { prepareSearch, type SubmissionDeps } from './prepare-search.ts';
import { type Restart, restartSearch } from './restart-search.ts';

/** What is done with a spec that was sent. */
export interface SubmissionTasks {
  /** @throws ProblemError `invalid-search` */
  create(asked: {
    id: string;
    sent: AnySpec;
    parent: string | null;
    /** The trace of the request. */
    traceParent: string | null;
  }): Promise<SearchRecord>;
  /** Creates nothing. @throws ProblemError `invalid-search` */
  plan(sent: AnySpec): Promise<SearchPlan>;
  /** Lets a search of an older numerics version start again. */
  restart(old: string): Promise<Restart>;
}

export function createSubmissionTasks(deps: SubmissionDeps): SubmissionTasks {
  return {
    create: ({ id, sent, parent, traceParent }) => createSearch(deps, id, sent, parent, traceParent),
    plan: async (sent) =>
      isExternal(sent)
        ? planExternal(await prepareExternal(deps, sent))
        : planSearch(deps.database, await prepareSearch(deps, sent)),
    restart: (old) => restartSearch(deps, old),
  };
}
