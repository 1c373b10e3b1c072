import type { Search } from '@holdfast/contracts/search';
import { Link } from 'react-router';
import { Moment } from '../format/moment.tsx';
import { Notice } from '../notices/notice.tsx';
import { Reason } from '../notices/reason.tsx';
import { Status } from '../notices/status.tsx';
import { useDatasetNames } from '../searches/use-dataset-names.ts';
import { SearchActions } from './search-actions.tsx';
import type { Stream } from './use-live-search.ts';

const streamWords = {
  idle: '',
  connecting: 'connecting …',
  open: 'live',
  lost: 'connection lost, trying again …',
} as const satisfies Record<Stream, string>;

export function SearchHeading({ search, stream }: { search: Search; stream: Stream }) {
  const names = useDatasetNames();
  return (
    <>
      <div className="page-head">
        <div>
          <nav className="crumbs" aria-label="Where this is">
            <Link to="/">Searches</Link>
            <span aria-hidden>/</span>
            <span>
              {search.dataset === null ? (
                'on data of its trainer'
              ) : (
                <>
                  on{' '}
                  <Link to={`/datasets/${search.dataset}`}>
                    {names.get(search.dataset) ?? 'its data set'}
                  </Link>
                </>
              )}
            </span>
            {search.parent ? (
              <span>
                , refines <Link to={`/searches/${search.parent}`}>another search</Link>
              </span>
            ) : null}
          </nav>
          <div className="row">
            <h1>{search.name}</h1>
            <span role="status" data-testid="status">
              <Status status={search.status} />
            </span>
            <span className={`live ${stream}`} role="status" data-testid="stream">
              {stream === 'idle' ? null : <i aria-hidden />}
              {streamWords[stream]}
            </span>
          </div>
          <p className="quiet small">
            submitted <Moment time={search.createdAt} />
            {search.tags.length > 0 ? `, tagged ${search.tags.join(', ')}` : ''}
          </p>
        </div>
        <SearchActions search={search} />
      </div>
      {search.reason ? (
        <Notice kind="mark">
          <Reason text={search.reason} />
        </Notice>
      ) : null}
      {search.nestedIn ? (
        <Notice kind="info">
          <p>
            A part of the nested cross-validation of{' '}
            <Link to={`/searches/${search.nestedIn.search}`}>another search</Link>
            {search.nestedIn.outerFold === null
              ? ': it scores what the inner searches chose.'
              : `: made without the rows of outer fold ${search.nestedIn.outerFold}.`}
          </p>
        </Notice>
      ) : null}
      {search.testSeen ? (
        <Notice kind="mark">
          The test rows of this data set had been revealed before this search was made: what it finds may have
          been chosen with them in mind.
        </Notice>
      ) : null}
      {search.repeatable ? null : (
        <Notice kind="info">
          This search is not repeatable: when something was done decided what was trained.
        </Notice>
      )}
    </>
  );
}
