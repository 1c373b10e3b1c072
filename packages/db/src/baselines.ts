import type { Scores } from '@holdfast/contracts/metrics';
import type { Database } from './open-database.ts';
import { toStrictJson } from './strict-json.ts';

/** As `trainBaselines` gives them. */
export interface FoldBaselineScores {
  constant: { validation: Scores; training: Scores };
  linear: { validation: Scores; training: Scores };
}

export type FoldBaselineRecord = FoldBaselineScores & { repeat: number; fold: number };

/**
 * Keeps the baselines of a fold. They follow from data and folds, so whoever comes second, with whatever claim, would
 * write the same; of a search that was deleted meanwhile nothing is kept.
 */
export async function keepFoldBaselines(
  db: Database,
  { search, repeat, fold }: { search: string; repeat: number; fold: number },
  scores: FoldBaselineScores,
): Promise<void> {
  await db.pool.query(
    `INSERT INTO baselines (search_id, repeat, fold, scores)
     SELECT id, $2, $3, $4 FROM searches WHERE id = $1 FOR KEY SHARE
     ON CONFLICT DO NOTHING`,
    [search, repeat, fold, toStrictJson(scores, 'baselines')],
  );
}

/** Those that are there, in the order of repeat and fold. */
export async function loadBaselines(db: Database, search: string): Promise<FoldBaselineRecord[]> {
  const rows = await db.prisma.baseline.findMany({
    where: { searchId: search },
    orderBy: [{ repeat: 'asc' }, { fold: 'asc' }],
  });
  return rows.map(({ repeat, fold, scores }) => ({
    ...(scores as unknown as FoldBaselineScores),
    repeat,
    fold,
  }));
}
