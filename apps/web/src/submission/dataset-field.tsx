import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { Link } from 'react-router';
import { api } from '../session/session.ts';

interface DatasetFieldProps {
  /** A name or an id. */
  value: string;
  error: string | undefined;
  onChange: (name: string) => void;
}

export function DatasetField({ value, error, onChange }: DatasetFieldProps) {
  const id = useId();
  const datasets = useQuery({
    queryKey: ['datasets', 'list'],
    queryFn: () => api.listDatasets({ limit: 1000 }),
  });
  const items = datasets.data?.items ?? [];
  // A search names its data set by id; the form says its name.
  const chosen = items.find((item) => item.id === value || item.name === value)?.name ?? value;
  return (
    <div className="field">
      <label htmlFor={id}>Data set</label>
      <select
        id={id}
        className="select"
        value={chosen}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}note`}
        onChange={(event) => onChange(event.target.value)}
      >
        <option value="">choose …</option>
        {chosen !== '' && !items.some(({ name }) => name === chosen) ? <option>{chosen}</option> : null}
        {items.map(({ name, id: key }) => (
          <option key={key}>{name}</option>
        ))}
      </select>
      <div id={`${id}note`}>
        {error ? <p className="error">{error}</p> : null}
        {datasets.data?.items.length === 0 ? (
          <p className="help">
            There is none yet: <Link to="/datasets">upload one</Link>.
          </p>
        ) : null}
      </div>
    </div>
  );
}
