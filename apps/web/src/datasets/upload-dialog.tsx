import { HttpError, reasonIn } from '@holdfast/client/http-error';
import { tasks } from '@holdfast/contracts/metrics';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { useNavigate } from 'react-router';
import { FormDialog } from '../controls/form-dialog.tsx';
import { Notice } from '../notices/notice.tsx';
import { api } from '../session/session.ts';
import { readHeader } from './read-header.ts';

/** A CSV file and what its columns mean. What the service says about a field stands at it. */
export function UploadDialog({ onClose }: { onClose: () => void }) {
  const id = useId();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<string[]>([]);
  const [name, setName] = useState('');
  const [target, setTarget] = useState('');
  const [task, setTask] = useState<(typeof tasks)[number]>('classification');
  const [fraction, setFraction] = useState('0.2');
  const [without, setWithout] = useState<Without>(nothing);
  const upload = useMutation({
    mutationFn: ({ columns, rows }: Without) => {
      if (!file) throw new Error('Choose a file.');
      const share = Number(fraction);
      return api.uploadDataset(
        {
          name: name.trim(),
          target,
          task,
          drop: columns,
          rowsWithoutTarget: rows ? 'leaveOut' : 'refuse',
          test: share === 0 ? { kind: 'none' } : { kind: 'random', fraction: share },
        },
        file,
        file.name,
      );
    },
    onSuccess: (dataset) => {
      void queries.invalidateQueries({ queryKey: ['datasets'] });
      onClose();
      void navigate(`/datasets/${dataset.id}`);
    },
  });
  const choose = async (chosen: File | null) => {
    setFile(chosen);
    setWithout(nothing);
    upload.reset();
    if (!chosen) return;
    if (name === '') setName(chosen.name.replace(/\.(csv|tsv|txt|parquet)(\.gz)?$/i, ''));
    const header = await readHeader(chosen);
    setColumns(header);
    setTarget(header.at(-1) ?? '');
  };
  const errorAt = (pointer: string) =>
    upload.error instanceof HttpError
      ? upload.error.problem.errors?.find((one) => one.pointer === pointer)?.message
      : undefined;
  const placed = ['/name', '/target', '/task', '/test/fraction'].some((pointer) => errorAt(pointer));
  const mend = suggestedMend(upload.error, without);
  const leaveOut = (more: Without) => {
    setWithout(more);
    upload.mutate(more);
  };
  const share = Number(fraction);
  const wrongShare =
    fraction.trim() === '' || !(share >= 0 && share < 1) ? 'A share from 0 (none) to below 1.' : undefined;
  return (
    <FormDialog
      open
      onClose={onClose}
      title="Upload a data set"
      description="A CSV file with a header row, gzip or not, or Parquet. Its test rows are sealed when it arrives, and only a reveal can ever score them."
      action={upload.isPending ? 'Uploading …' : 'Upload'}
      pending={upload.isPending || !file || name.trim() === '' || target === '' || wrongShare !== undefined}
      error={placed || mend?.suffices ? null : upload.error}
      onSubmit={() => upload.mutate(without)}
    >
      <div className="field">
        <label htmlFor={`${id}file`}>File</label>
        <input
          id={`${id}file`}
          className="input"
          type="file"
          accept=".csv,.tsv,.txt,.gz,.parquet,text/csv"
          onChange={(event) => void choose(event.target.files?.[0] ?? null)}
        />
      </div>
      <TextField
        id={`${id}name`}
        label="Name"
        value={name}
        error={
          errorAt('/name') ??
          (upload.error instanceof HttpError && upload.error.problem.type.endsWith('name-taken')
            ? upload.error.problem.detail
            : undefined)
        }
        onChange={setName}
      />
      <div className="field">
        <label htmlFor={`${id}target`}>Target column</label>
        {columns.length > 0 ? (
          <select
            id={`${id}target`}
            className="select"
            value={target}
            aria-invalid={errorAt('/target') !== undefined}
            onChange={(event) => setTarget(event.target.value)}
          >
            {columns.map((column) => (
              <option key={column}>{column}</option>
            ))}
          </select>
        ) : (
          <input
            id={`${id}target`}
            className="input"
            value={target}
            aria-invalid={errorAt('/target') !== undefined}
            onChange={(event) => setTarget(event.target.value)}
          />
        )}
        {errorAt('/target') ? <p className="error">{errorAt('/target')}</p> : null}
      </div>
      <div className="field">
        <label htmlFor={`${id}task`}>Task</label>
        <select
          id={`${id}task`}
          className="select"
          value={task}
          onChange={(event) => setTask(event.target.value as typeof task)}
        >
          {tasks.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
        {errorAt('/task') ? <p className="error">{errorAt('/task')}</p> : null}
      </div>
      <TextField
        id={`${id}fraction`}
        label="Share of rows to lock away for the test"
        value={fraction}
        error={wrongShare ?? errorAt('/test/fraction')}
        onChange={setFraction}
      />
      {without.columns.length > 0 || without.rows ? (
        <div className="field">
          <span>Left out</span>
          <div className="row">
            {without.columns.map((column) => (
              <LeftOut
                key={column}
                name={column}
                onKeep={() =>
                  setWithout({ ...without, columns: without.columns.filter((one) => one !== column) })
                }
              />
            ))}
            {without.rows ? (
              <LeftOut name="rows without a target" onKeep={() => setWithout({ ...without, rows: false })} />
            ) : null}
          </div>
        </div>
      ) : null}
      {mend === null ? null : (
        <Notice kind="mark">
          {mend.reasons.map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
          <button type="button" className="button small" onClick={() => leaveOut(mend)}>
            Leave out {mend.what} and upload again
          </button>
        </Notice>
      )}
    </FormDialog>
  );
}

/** What is left out of a file: columns, and rows whose target is missing. */
interface Without {
  columns: string[];
  rows: boolean;
}

const nothing: Without = { columns: [], rows: false };

interface Mend extends Without {
  what: string;
  /** Why, a sentence for each thing. */
  reasons: string[];
  /** Whether that is all that is wrong. */
  suffices: boolean;
}

/** What the service would be content without, beside what is left out already. */
function suggestedMend(error: Error | null, without: Without): Mend | null {
  const errors = (error instanceof HttpError && error.problem.errors) || [];
  const columns = [...new Set(errors.flatMap(({ suggestion }) => suggestion?.drop ?? []))];
  const rows = errors.some(({ suggestion }) => suggestion?.rowsWithoutTarget === 'leaveOut');
  if (columns.length === 0 && !rows) return null;
  const what = [...columns, ...(rows ? ['rows without a target'] : [])].join(', ');
  const mended = errors.filter(({ suggestion }) => suggestion);
  return {
    columns: [...new Set([...without.columns, ...columns])],
    rows: rows || without.rows,
    what,
    reasons: mended.map(({ message }) => `${reasonIn(message)}.`),
    suffices: mended.length === errors.length,
  };
}

function LeftOut({ name, onKeep }: { name: string; onKeep: () => void }) {
  return (
    <span className="chip">
      <span>{name}</span>
      <button type="button" aria-label={`Keep ${name}`} onClick={onKeep}>
        <X size={14} aria-hidden />
      </button>
    </span>
  );
}

interface TextFieldProps {
  id: string;
  label: string;
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}

function TextField({ id, label, value, error, onChange }: TextFieldProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        value={value}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-error`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p className="error" id={`${id}-error`}>
        {error}
      </p>
    </div>
  );
}
