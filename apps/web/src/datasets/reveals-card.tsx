import type { Dataset } from '@holdfast/contracts/dataset';
import type { LedgerEntry } from '@holdfast/contracts/ledger';
import type { Reveal } from '@holdfast/contracts/reveal';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { decimal } from '../format/figures.ts';
import { dateTime } from '../format/time.ts';
import { Failure } from '../notices/failure.tsx';
import { api } from '../session/session.ts';

/** Everything that was ever tested on the locked rows, validation beside test; as the ledger has it. */
export function RevealsCard({ dataset }: { dataset: Dataset }) {
  const ledger = useQuery({
    queryKey: ['ledger', dataset.id],
    queryFn: () => api.listLedger({ dataset: dataset.id, limit: 1000 }),
    enabled: dataset.test.locked,
  });
  const entries = (ledger.data?.items ?? []).filter(({ kind }) => kind === 'reveal');
  const searches = [
    ...new Set(entries.flatMap(({ data }) => (typeof data.search === 'string' ? data.search : []))),
  ];
  const reveals = useQueries({
    queries: searches.map((search) => ({
      queryKey: ['reveals', search],
      queryFn: () => api.listReveals(search),
    })),
  }).flatMap(({ data }) => data ?? []);
  if (!dataset.test.locked) return null;
  return (
    <section className="card" aria-labelledby="reveals-title">
      <h2 id="reveals-title">What the test rows have been used for</h2>
      {ledger.error ? <Failure error={ledger.error} retry={ledger.refetch} /> : null}
      {ledger.data && entries.length === 0 ? (
        <p className="quiet">Nothing yet: no trial has been tested on them.</p>
      ) : null}
      {entries.length > 0 ? (
        <ScrollRegion label="Reveals">
          <table className="plain">
            <caption className="hidden">Reveals of this data set</caption>
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Trial</th>
                <th scope="col" className="number">
                  Validation
                </th>
                <th scope="col" className="number">
                  Test
                </th>
                <th scope="col">Verdict</th>
                <th scope="col" className="number">
                  Entry
                </th>
              </tr>
            </thead>
            <tbody>
              {entries.map((entry) => (
                <EntryRows
                  key={entry.number}
                  entry={entry}
                  reveal={reveals.find(({ id }) => id === entry.data.reveal)}
                />
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
      <p className="quiet small">
        Each line stands in a ledger whose entries are chained by their hashes: none can be changed or taken
        out unnoticed.
      </p>
    </section>
  );
}

/** A reveal's trials; of one whose search was deleted, what the ledger itself says. */
function EntryRows({ entry, reveal }: { entry: LedgerEntry; reveal: Reveal | undefined }) {
  if (!reveal) {
    const trials = Array.isArray(entry.data.trials) ? entry.data.trials.join(', ') : '–';
    return (
      <tr>
        <td>{dateTime(entry.at)}</td>
        <td>{trials}</td>
        <td colSpan={3} className="quiet">
          of a search that is no longer there
        </td>
        <td className="number">{entry.number}</td>
      </tr>
    );
  }
  return reveal.trials.map(({ trial, validation, test, verdict }) => (
    <tr key={trial}>
      <td>{dateTime(entry.at)}</td>
      <td>
        <Link to={`/searches/${reveal.search}/reveal`}>trial {trial}</Link>
      </td>
      <td className="number">
        {decimal(validation.mean)}
        {validation.standardError === null ? '' : ` ± ${decimal(validation.standardError)}`}
      </td>
      <td className="number">
        {decimal(test?.[reveal.metric])}
        {test?.interval95 ? ` (${decimal(test.interval95[0])} to ${decimal(test.interval95[1])})` : ''}
      </td>
      <td>{verdict ?? reveal.status}</td>
      <td className="number">{entry.number}</td>
    </tr>
  ));
}
