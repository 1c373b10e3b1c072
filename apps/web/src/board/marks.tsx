import type { Finding } from '@holdfast/contracts/diagnosis';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { FindingBadge } from './finding-badge.tsx';
import { ReasonBadge } from './reason-badge.tsx';

interface MarksProps {
  search: string;
  item: LeaderboardItem;
  recommended: boolean;
  /** The trial's diagnosis; `undefined` as long as it is not known. */
  findings: readonly Finding[] | undefined;
}

/** What is to be known of a trial, in words. */
export function Marks({ search, item, recommended, findings }: MarksProps) {
  return (
    <span className="marks">
      {recommended ? (
        <span className="badge star" title="The simplest trial within one standard error of the best">
          recommended
        </span>
      ) : null}
      {item.tiedWithBest && item.rank !== 1 ? (
        <span className="badge tie" title="Its folds do not tell it from the best trial">
          tied
        </span>
      ) : null}
      {findings?.map((finding) => (
        <FindingBadge key={finding.code} search={search} trial={item.trial} finding={finding} />
      ))}
      {findings === undefined && item.overfit ? (
        <span className="badge bad" title="Its validation loss is more than 10 % above its training loss">
          overfitting
        </span>
      ) : null}
      {item.status === 'completed' ? null : <span className="badge">{item.status}</span>}
      {item.reason === null ? null : <ReasonBadge item={item} />}
    </span>
  );
}
