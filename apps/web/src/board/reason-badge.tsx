import { Popover } from '@base-ui/react/popover';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';

/** Why a trial has no score, was stopped or failed: a word that says it once it is opened. */
export function ReasonBadge({ item: { trial, status, score, reason } }: { item: LeaderboardItem }) {
  const noScore = score.mean === null && status === 'completed';
  return (
    <Popover.Root>
      <Popover.Trigger className={noScore || status === 'failed' ? 'badge finding bad' : 'badge finding'}>
        {noScore ? 'no score' : 'why'}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="popup-place">
          <Popover.Popup className="popup padded stack">
            <Popover.Title>
              Trial {trial}: {status}
            </Popover.Title>
            <p>{reason}</p>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
