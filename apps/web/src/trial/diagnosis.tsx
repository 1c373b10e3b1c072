import type { Trial } from '@holdfast/contracts/trial';
import { Notice } from '../notices/notice.tsx';
import { Findings } from './findings.tsx';

/** What the service finds in a trial's figures; nothing where nothing stands out. */
export function Diagnosis({ search, trial }: { search: string; trial: Trial }) {
  if (trial.diagnosis.length === 0) return null;
  return (
    <Notice kind="mark">
      <Findings search={search} findings={trial.diagnosis} />
    </Notice>
  );
}
