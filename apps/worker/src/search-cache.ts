import type { EarlyStopping } from '@holdfast/contracts/search-spec';
import { takeAssignment } from '@holdfast/core/splits/outer-fold';
import type { Database } from '@holdfast/db/open-database';
import { findSearch, loadFoldAssignments } from '@holdfast/db/searches';

/** What all fold runs of a search share; none of it ever changes. */
export interface TrainingPlan {
  search: string;
  datasetId: string;
  numericsVersion: number;
  seed: number;
  earlyStopping: EarlyStopping | null;
  gap: number;
  /** The trace that it was submitted in. */
  traceParent: string | null;
  /** The training rows that an inner search of nested cross-validation is made from; `null`: all. */
  rows: Int32Array | null;
  /** For each repeat the fold of each of those rows, in shared memory. */
  assignments: Uint16Array[];
}

const kept = 32;

/** The plans of the searches used last. A search that is not there is asked for again each time. */
export class SearchCache {
  readonly #db: Database;
  readonly #plans = new Map<string, Promise<TrainingPlan | null>>();

  constructor(db: Database) {
    this.#db = db;
  }

  get(search: string): Promise<TrainingPlan | null> {
    let plan = this.#plans.get(search);
    if (plan === undefined) {
      plan = this.#load(search);
      const forget = () => {
        if (this.#plans.get(search) === plan) this.#plans.delete(search);
      };
      plan.then((found) => found ?? forget(), forget);
    }
    this.#plans.delete(search);
    this.#plans.set(search, plan);
    if (this.#plans.size > kept) this.#plans.delete(this.#plans.keys().next().value!);
    return plan;
  }

  async #load(search: string): Promise<TrainingPlan | null> {
    const record = await findSearch(this.#db, search);
    // What somebody else trains is nothing that could be trained here.
    if (record?.trainer !== 'holdfast') return null;
    const { rows, assignments } = takeAssignment(await loadFoldAssignments(this.#db, search));
    return {
      search,
      datasetId: record.datasetId,
      numericsVersion: record.numericsVersion,
      seed: record.spec.seed,
      earlyStopping: record.spec.earlyStopping,
      gap: record.gap,
      traceParent: record.traceParent,
      rows,
      assignments: assignments.map(share),
    };
  }
}

function share(assignment: Uint16Array): Uint16Array {
  const shared = new Uint16Array(new SharedArrayBuffer(assignment.byteLength));
  shared.set(assignment);
  return shared;
}
