import { Popover } from '@base-ui/react/popover';
import type { Finding } from '@holdfast/contracts/diagnosis';
import { apart, Findings } from '../trial/findings.tsx';

interface FindingBadgeProps {
  search: string;
  trial: number;
  finding: Finding;
}

/** Of these the trial will not be the better for more of the same. */
const bad: readonly Finding['code'][] = ['diverged', 'notLearning', 'overfitting'];

/** A diagnosis in a word or two; what it rests on, and a form to search on from it, once it is opened. */
export function FindingBadge({ search, trial, finding }: FindingBadgeProps) {
  return (
    <Popover.Root>
      <Popover.Trigger className={bad.includes(finding.code) ? 'badge finding bad' : 'badge finding'}>
        {apart(finding.code)}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="start" className="popup-place">
          <Popover.Popup className="popup padded stack">
            <Popover.Title>Trial {trial}</Popover.Title>
            <Findings search={search} findings={[finding]} />
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
