import type { Leaderboard, LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { decimal, parameter } from './figures.ts';
import { FoldDots } from './fold-dots.tsx';

/** The board: validation score with its standard error, every fold as a dot, and what the space varies. */
export function LeaderboardTable({ board }: { board: Leaderboard }) {
  if (board.items.length === 0) return <p className="quiet">No trial yet.</p>;
  const names = [...new Set(board.items.flatMap((item) => Object.keys(item.params)))];
  const scores = board.items.flatMap((item) => item.score.folds).filter((score) => score !== null);
  const scale: [number, number] = [Math.min(...scores), Math.max(...scores)];
  return (
    <>
      <div className="scroll">
        <table className="board">
          <caption>
            Leaderboard by validation {board.metric}, {board.direction === 'maximize' ? 'highest' : 'lowest'}{' '}
            first
          </caption>
          <thead>
            <tr>
              <th scope="col">Rank</th>
              <th scope="col">Trial</th>
              <th scope="col">{board.metric} ± standard error</th>
              <th scope="col">Folds</th>
              <th scope="col">Training</th>
              <th scope="col">Loss</th>
              {names.map((name) => (
                <th scope="col" key={name} className="text">
                  {name}
                </th>
              ))}
              <th scope="col">Weights</th>
              <th scope="col" className="text">
                Notes
              </th>
            </tr>
          </thead>
          <tbody>
            {board.items.map((item) => (
              <Row key={item.trial} item={item} names={names} scale={scale} board={board} />
            ))}
          </tbody>
        </table>
      </div>
      {board.nextCursor ? <p className="quiet">The first 1000 trials are shown.</p> : null}
      {board.hints.map((hint) => (
        <p key={hint.code + hint.message} className="hint">
          {hint.message}
        </p>
      ))}
    </>
  );
}

interface RowProps {
  item: LeaderboardItem;
  names: string[];
  scale: [number, number];
  board: Leaderboard;
}

function Row({ item, names, scale, board }: RowProps) {
  const recommended = board.recommended?.trial === item.trial;
  return (
    <tr className={recommended ? 'recommended' : undefined}>
      <td>{item.rank ?? '–'}</td>
      <td>{item.trial}</td>
      <td>
        {item.score.mean === null ? (
          <span title={item.reason ?? undefined}>{item.reason ? 'none' : item.status}</span>
        ) : (
          <>
            {decimal(item.score.mean)}
            {item.score.standardError === null ? null : (
              <span className="quiet"> ± {decimal(item.score.standardError)}</span>
            )}
          </>
        )}
      </td>
      <td>
        <FoldDots scores={item.score.folds} scale={scale} />
      </td>
      <td>{decimal(item.training.mean)}</td>
      <td>{decimal(item.loss.validation)}</td>
      {names.map((name) => (
        <td key={name} className="text">
          {parameter(item.params[name])}
        </td>
      ))}
      <td>{item.weightCount.toLocaleString('en')}</td>
      <td className="text">
        {recommended ? <span className="mark">recommended</span> : null}
        {item.overfit ? <span className="mark warn">overfits</span> : null}
        {item.status === 'completed' ? null : <span className="mark">{item.status}</span>}
      </td>
    </tr>
  );
}
