import type { Hyperparameters } from '@holdfast/contracts/hyperparameters';
import type { Scores } from '@holdfast/contracts/metrics';
import type { Curves } from '@holdfast/contracts/trial';
import type { Database } from './open-database.ts';

/** What a diagnosis is made from: the hyperparameters, and the completed folds in the order of repeat and fold. */
export interface TrialFigures {
  trial: number;
  params: Hyperparameters;
  folds: { validation: Scores | null; training: Scores | null; curves: Curves | null }[];
}

/** Of some trials that are completed, by number; what is not, or is not there, is left out. */
export async function loadTrialFigures(
  db: Database,
  search: string,
  trials: readonly number[],
): Promise<TrialFigures[]> {
  const { rows } = await db.pool.query<TrialFigures>(
    `SELECT t.number AS trial, t.params,
       json_agg(json_build_object('validation', r.validation, 'training', r.training, 'curves', c.curves)
         ORDER BY r.repeat, r.fold) AS folds
     FROM trials t
     JOIN fold_results r ON r.search_id = t.search_id AND r.trial = t.number
     LEFT JOIN fold_records c
       ON c.search_id = r.search_id AND c.trial = r.trial AND c.repeat = r.repeat AND c.fold = r.fold
     WHERE t.search_id = $1 AND t.number = ANY ($2) AND t.state = 'completed'
     GROUP BY t.search_id, t.number ORDER BY t.number`,
    [search, trials],
  );
  return rows;
}
