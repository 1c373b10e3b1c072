import { useQuery } from '@tanstack/react-query';
import { Upload } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { ScrollRegion } from '../controls/scroll-region.tsx';
import { count, countOf } from '../format/figures.ts';
import { Moment } from '../format/moment.tsx';
import { usePageTitle } from '../frame/page-title.ts';
import { Empty } from '../notices/empty.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { api } from '../session/session.ts';
import { LockState } from './lock-state.tsx';
import { UploadDialog } from './upload-dialog.tsx';
import './datasets.css';

export default function DatasetsPage() {
  usePageTitle('Data sets');
  const [uploading, setUploading] = useState(false);
  const datasets = useQuery({
    queryKey: ['datasets', 'list'],
    queryFn: () => api.listDatasets({ limit: 1000 }),
    refetchInterval: 10_000,
  });
  return (
    <div className="stack">
      <div className="page-head">
        <h1>Data sets</h1>
        <button type="button" className="button" onClick={() => setUploading(true)}>
          <Upload size={15} aria-hidden /> Upload
        </button>
      </div>
      {datasets.isPending ? <Loading what="data sets" block /> : null}
      {datasets.error && !datasets.data ? <Failure error={datasets.error} retry={datasets.refetch} /> : null}
      {datasets.data?.items.length === 0 ? (
        <Empty title="No data set yet">
          <p>
            Upload a CSV file with a header row. Its test rows are split off and sealed at once: no page of
            this dashboard will ever show them.
          </p>
          <button type="button" className="button primary" onClick={() => setUploading(true)}>
            <Upload size={15} aria-hidden /> Upload a CSV file
          </button>
        </Empty>
      ) : null}
      {datasets.data && datasets.data.items.length > 0 ? (
        <section className="card" aria-label="Data sets">
          <ScrollRegion label="Data sets">
            <table className="plain">
              <caption className="hidden">Data sets, newest first</caption>
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">Task</th>
                  <th scope="col" className="number">
                    Training rows
                  </th>
                  <th scope="col" className="number">
                    Features
                  </th>
                  <th scope="col">Target</th>
                  <th scope="col">Test rows</th>
                  <th scope="col">Leaks</th>
                  <th scope="col">Created</th>
                </tr>
              </thead>
              <tbody>
                {datasets.data.items.map((dataset) => (
                  <tr key={dataset.id}>
                    <td>
                      <Link to={`/datasets/${dataset.id}`}>{dataset.name}</Link>
                    </td>
                    <td>
                      {dataset.task}
                      {dataset.classes.length > 0
                        ? `, ${countOf(dataset.classes.length, 'class', 'classes')}`
                        : ''}
                    </td>
                    <td className="number">{count(dataset.rows.train)}</td>
                    <td className="number">{count(dataset.features.length)}</td>
                    <td>{dataset.target.join(', ')}</td>
                    <td>
                      <LockState dataset={dataset} />
                    </td>
                    <td>
                      {dataset.leaks.warnings.length === 0
                        ? 'none found'
                        : countOf(dataset.leaks.warnings.length, 'warning')}
                    </td>
                    <td>
                      <Moment time={dataset.createdAt} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
          {datasets.data.nextCursor ? <p className="quiet small">The newest 1,000 are shown.</p> : null}
        </section>
      ) : null}
      {uploading ? <UploadDialog onClose={() => setUploading(false)} /> : null}
    </div>
  );
}
