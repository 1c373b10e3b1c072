import type { Finding } from '@holdfast/contracts/diagnosis';
import type { LeaderboardItem } from '@holdfast/contracts/leaderboard';
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useEffect, useRef } from 'react';
import { mostPicked } from '../search/use-search-view.ts';
import type { Column, RowContext } from './columns.tsx';
import type { FoldScale } from './fold-dots.tsx';
import { useDiagnoses } from './use-diagnoses.ts';

const rowHeight = 37;
const pickWidth = 40;

interface BoardTableProps {
  search: string;
  columns: readonly Column[];
  rows: {
    matching: number;
    recommended: number | null;
    at: (index: number) => LeaderboardItem | undefined;
  };
  stale: boolean;
  scale: FoldScale;
  sort: string;
  picked: readonly number[];
  onSort: (sort: string) => void;
  onPick: (trial: number, picked: boolean) => void;
  onRange: (range: [number, number]) => void;
}

/** A table of which only the rows in sight exist; screen readers are told where these stand in the whole. */
export function BoardTable(props: BoardTableProps) {
  const { search, columns, rows, stale, scale, sort, picked, onSort, onPick, onRange } = props;
  const box = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: rows.matching,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 10,
  });
  const shown = virtual.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onRange([first, last]), [first, last, onRange]);
  const above = shown[0]?.start ?? 0;
  const below = Math.max(0, virtual.getTotalSize() - (shown.at(-1)?.end ?? 0));
  const completed = shown.flatMap(({ index }) => {
    const item = rows.at(index);
    return item?.status === 'completed' ? item.trial : [];
  });
  const diagnoses = useDiagnoses(search, completed);
  const width = columns.reduce((sum, column) => sum + column.width, pickWidth);
  const span = columns.length + 1;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section ref={box} className="board-scroll" tabIndex={0} aria-label="Leaderboard, scrolls">
      <table
        className={stale ? 'board-table stale' : 'board-table'}
        style={{ minWidth: width }}
        aria-rowcount={rows.matching + 1}
        aria-busy={stale}
      >
        <colgroup>
          <col style={{ width: pickWidth }} />
          {columns.map((column) => (
            <col key={column.id} style={{ width: column.width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col">
              <span className="hidden">Pick</span>
            </th>
            {columns.map((column) => (
              <ColumnHeader key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? (
            <tr aria-hidden className="gap">
              <td colSpan={span} style={{ height: above }} />
            </tr>
          ) : null}
          {shown.map(({ index }) => {
            const item = rows.at(index);
            return item ? (
              <Row
                key={item.trial}
                index={index}
                item={item}
                columns={columns}
                recommended={rows.recommended}
                search={search}
                findings={diagnoses.get(item.trial)}
                low={scale[0]}
                high={scale[1]}
                picked={picked.includes(item.trial)}
                full={picked.length >= mostPicked}
                onPick={onPick}
              />
            ) : (
              <tr key={`row ${index}`} aria-rowindex={index + 2}>
                <td colSpan={span}>
                  <div className="skeleton line" />
                </td>
              </tr>
            );
          })}
          {below > 0 ? (
            <tr aria-hidden className="gap">
              <td colSpan={span} style={{ height: below }} />
            </tr>
          ) : null}
        </tbody>
      </table>
    </section>
  );
}

interface ColumnHeaderProps {
  column: Column;
  sort: string;
  onSort: (sort: string) => void;
}

function ColumnHeader({ column, sort, onSort }: ColumnHeaderProps) {
  const { sort: name, label, title, align } = column;
  const direction =
    name === undefined
      ? undefined
      : sort === name
        ? 'ascending'
        : sort === `-${name}`
          ? 'descending'
          : 'none';
  return (
    <th scope="col" className={align} aria-sort={direction} title={title}>
      {name === undefined ? (
        label
      ) : (
        <button
          type="button"
          // Ascending, descending, and back to the ranks.
          onClick={() => onSort(direction === 'none' ? name : direction === 'ascending' ? `-${name}` : '')}
        >
          {label}
          {direction === 'ascending' ? <ArrowUp size={13} aria-hidden /> : null}
          {direction === 'descending' ? <ArrowDown size={13} aria-hidden /> : null}
        </button>
      )}
    </th>
  );
}

interface RowProps {
  index: number;
  item: LeaderboardItem;
  columns: readonly Column[];
  recommended: number | null;
  search: string;
  findings: readonly Finding[] | undefined;
  low: number;
  high: number;
  picked: boolean;
  full: boolean;
  onPick: (trial: number, picked: boolean) => void;
}

const Row = memo(
  ({ index, item, columns, recommended, search, findings, low, high, picked, full, onPick }: RowProps) => {
    const context: RowContext = { search, recommended, findings, scale: [low, high] };
    const classes = [
      recommended === item.trial ? 'recommended' : '',
      item.rank === null ? 'unranked' : '',
      item.tiedWithBest || item.rank === 1 ? 'tied' : '',
    ];
    return (
      <tr className={classes.join(' ')} aria-rowindex={index + 2} data-trial={item.trial}>
        <td>
          <input
            type="checkbox"
            aria-label={`Pick trial ${item.trial}`}
            title={full && !picked ? `The last ${mostPicked} picked are kept` : undefined}
            checked={picked}
            onChange={(event) => onPick(item.trial, event.target.checked)}
          />
        </td>
        {columns.map((column) => (
          <td key={column.id} className={column.align}>
            {column.render(item, context)}
          </td>
        ))}
      </tr>
    );
  },
);
