import type { Dataset } from '@holdfast/contracts/dataset';
import { useQuery } from '@tanstack/react-query';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { parameter } from '../format/figures.ts';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';

/** Dates are told with the time of day, which most have not. */
const midnight = /T00:00:00\.000Z$/;

/** The first training rows, as they are trained on before scaling. */
export function PreviewCard({ dataset }: { dataset: Dataset }) {
  const preview = useQuery({
    queryKey: ['dataset', dataset.id, 'preview'],
    queryFn: () => api.previewDataset(dataset.id, 20),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const kinds = new Map(dataset.features.map(({ name, kind }) => [name, kind]));
  const align = (column: string | undefined) => (kinds.get(column ?? '') === 'number' ? 'number' : '');
  return (
    <section className="card" aria-labelledby="preview-title">
      <h2 id="preview-title">The first training rows</h2>
      {preview.error ? <Failure error={preview.error} retry={preview.refetch} /> : null}
      {preview.isPending ? <Loading what="the rows" /> : null}
      {preview.data ? (
        <ScrollRegion label="Rows">
          <table className="plain">
            <caption className="hidden">Training rows</caption>
            <thead>
              <tr>
                {preview.data.columns.map((column) => (
                  <th key={column} scope="col" className={align(column)}>
                    {column}
                    {dataset.target.includes(column) ? ' (target)' : ''}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {preview.data.rows.map((row, n) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
                <tr key={n}>
                  {row.map((cell, column) => (
                    <td key={preview.data.columns[column]} className={align(preview.data.columns[column])}>
                      {typeof cell === 'string' ? cell.replace(midnight, '') : parameter(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      ) : null}
    </section>
  );
}
