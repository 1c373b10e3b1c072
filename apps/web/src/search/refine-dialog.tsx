import type { Search } from '@holdfast/contracts/search';
import { type RefinementInput, refinementSchema } from '@holdfast/contracts/search-control';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { FormDialog } from '../controls/form-dialog.tsx';
import { NumberField } from '../controls/number-field.tsx';
import { api } from '../session/session.ts';

const fields = [
  { name: 'top', label: 'Best trials', help: 'Around so many of the best.' },
  { name: 'factor', label: 'Narrower by', help: 'Each range becomes so much of what it was, on its scale.' },
  { name: 'points', label: 'Points of each range', help: 'Of the new grid.' },
] as const;

/** A new search in narrower ranges around the best trials, on the same folds. */
export function RefineDialog({ search, onClose }: { search: Search; onClose: () => void }) {
  const [typed, setTyped] = useState({ top: '3', factor: '0.5', points: '3' });
  const navigate = useNavigate();
  const queries = useQueryClient();
  const checked = refinementSchema.safeParse(
    Object.fromEntries(
      Object.entries(typed).map(([name, text]) => [name, text.trim() === '' ? null : Number(text)]),
    ),
  );
  const errorOf = (name: string) =>
    checked.success ? undefined : checked.error.issues.find(({ path }) => path[0] === name)?.message;
  const refine = useMutation({
    mutationFn: (refinement: RefinementInput) => api.refineSearch(search.id, refinement),
    onSuccess: (refined) => {
      void queries.invalidateQueries({ queryKey: ['searches'] });
      onClose();
      void navigate(`/searches/${refined.id}`);
    },
  });
  return (
    <FormDialog
      open
      onClose={onClose}
      title="Refine"
      description="A new search: a grid of narrower ranges around each of the best trials, on the same folds, so that scores can be compared fold by fold."
      action="Submit it"
      pending={refine.isPending || !checked.success}
      error={refine.error}
      onSubmit={() => (checked.success ? refine.mutate(checked.data) : undefined)}
    >
      {fields.map(({ name, label, help }) => (
        <NumberField
          key={name}
          label={label}
          help={help}
          value={typed[name]}
          error={errorOf(name)}
          onChange={(value) => setTyped({ ...typed, [name]: value })}
        />
      ))}
    </FormDialog>
  );
}
