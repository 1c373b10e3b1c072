import type { Search } from '@holdfast/contracts/search';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../controls/form-dialog.tsx';
import { NumberField } from '../controls/number-field.tsx';
import { api } from '../session/session.ts';

interface ExtendDialogProps {
  search: Search;
  onClose: () => void;
  onDone: () => unknown;
}

export function ExtendDialog({ search, onClose, onDone }: ExtendDialogProps) {
  const [trials, setTrials] = useState('20');
  const extend = useMutation({
    mutationFn: () => api.extendSearch(search.id, Number(trials)),
    onSuccess: async () => {
      await onDone();
      onClose();
    },
  });
  const wrong = /^[1-9]\d*$/.test(trials) ? undefined : 'A whole number from 1.';
  return (
    <FormDialog
      open
      onClose={onClose}
      title="More trials"
      description="Those that the strategy would have had anyway, after the ones that are there. No trial is trained again."
      action="Add them"
      pending={extend.isPending || wrong !== undefined}
      error={extend.error}
      onSubmit={() => (wrong ? undefined : extend.mutate())}
    >
      <NumberField label="Trials" value={trials} error={wrong} onChange={setTrials} />
    </FormDialog>
  );
}
