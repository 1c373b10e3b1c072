import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';

/** What is to be known of a trial, in words. */
export function Marks({ item, recommended }: { item: LeaderboardItem; recommended: boolean }) {
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
      {item.overfit ? (
        <span className="badge bad" title="Its validation loss is more than 10 % above its training loss">
          overfits
        </span>
      ) : null}
      {item.status === 'completed' ? null : <span className="badge">{item.status}</span>}
      {item.reason === null ? null : (
        <span className="badge bad" title={item.reason}>
          {item.score.mean === null && item.status === 'completed' ? 'no score' : 'why'}
        </span>
      )}
    </span>
  );
}
