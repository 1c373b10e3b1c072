import type { Search } from '@holdfast/contracts/search';
import { Link } from 'react-router';
import { useBoardHead } from '../board/use-board-head.ts';
import { decimal, percent } from '../format/figures.ts';
import { duration } from '../format/time.ts';
import { Hints } from './hints.tsx';

/** What leads, what is advised, and what was asked for. */
export function SearchFacts({ search }: { search: Search }) {
  const head = useBoardHead(search.id);
  const best = head?.items[0]?.rank === 1 ? head.items[0] : undefined;
  const recommended = head?.recommended;
  return (
    <>
      <div className="leaders">
        <div className="card leader">
          <h2>Best</h2>
          {best ? (
            <>
              <p className="big-figure">
                {decimal(best.score.mean)}
                {best.score.standardError === null ? null : (
                  <span> ± {decimal(best.score.standardError)}</span>
                )}
              </p>
              <p className="quiet small">
                validation {search.spec.objective.metric} of{' '}
                <Link to={`trials/${best.trial}`}>trial {best.trial}</Link>, ± standard error over{' '}
                {best.score.folds.length} folds
                {describeRank(best.rankInterval)}
              </p>
              {head?.corrected ? (
                <p className="small">
                  <strong className="figure">{decimal(head.corrected.score)}</strong> without the winner’s
                  luck
                </p>
              ) : null}
            </>
          ) : (
            <p className="quiet">{head ? 'No trial is complete yet.' : 'Being worked out …'}</p>
          )}
        </div>
        <div className="card leader recommended">
          <h2>Recommended</h2>
          {recommended ? (
            <>
              <p className="big-figure">
                <Link to={`trials/${recommended.trial}`}>Trial {recommended.trial}</Link>
              </p>
              <p className="quiet small">
                the smallest network within one standard error of the best: a simpler model that does as well,
                as far as these folds can tell
              </p>
            </>
          ) : (
            <p className="quiet">{head ? 'Told once trials are complete.' : 'Being worked out …'}</p>
          )}
        </div>
        <Asked search={search} />
      </div>
      <Hints search={search} hints={head?.hints ?? []} />
    </>
  );
}

function describeRank(interval: [number, number] | null): string {
  if (interval === null) return '';
  const [from, to] = interval;
  return from === to ? '; no other trial could as well be first' : `; its rank is ${from} to ${to}`;
}

function Asked({ search }: { search: Search }) {
  const { crossValidation, strategy, objective, seed, race, earlyStopping } = search.spec;
  const { startedAt, finishedAt } = search;
  const facts: [string, string][] = [
    [
      'Strategy',
      'trials' in strategy && typeof strategy.trials === 'number'
        ? `${strategy.kind}, ${strategy.trials} trials`
        : strategy.kind,
    ],
    ['Cross-validation', describeDivision(crossValidation)],
    ['Objective', objective.metric],
    ['Seed', String(seed)],
  ];
  if (race.kind !== 'none') facts.push(['Race', race.kind]);
  if (earlyStopping) facts.push(['Early stopping', `${earlyStopping.patience} epochs of patience`]);
  if (startedAt && finishedAt) {
    facts.push(['Took', duration((Date.parse(finishedAt) - Date.parse(startedAt)) / 1000)]);
  }
  return (
    <div className="card">
      <h2 className="hidden">What was asked for</h2>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function describeDivision(division: Search['spec']['crossValidation']): string {
  const repeats = 'repeats' in division && division.repeats > 1 ? ` × ${division.repeats}` : '';
  if (division.kind === 'holdout') return `holdout of ${percent(division.fraction)}${repeats}`;
  return `${division.kind}, ${division.folds} folds${repeats}`;
}
