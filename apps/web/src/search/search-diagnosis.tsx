import type { Search } from '@holdfast/contracts/search';
import { Notice } from '../notices/notice.tsx';
import { Findings } from '../trial/findings.tsx';

/** What the trials of a search that is over say together; nothing where nothing stands out. */
export function SearchDiagnosis({ search: { id, diagnosis } }: { search: Search }) {
  if (diagnosis.length === 0) return null;
  return (
    <Notice kind="mark">
      <Findings search={id} findings={diagnosis} />
    </Notice>
  );
}
