import { useMutation, useQueryClient } from '@tanstack/react-query';
import { PackagePlus } from 'lucide-react';
import { useNavigate } from 'react-router';
import { Failure } from '../notices/failure.tsx';
import { api } from '../session/session.ts';

/** Has the final model of a trial trained, on all training rows, and leads to it. */
export function TrainModelButton({ search, trial }: { search: string; trial: number }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const train = useMutation({
    mutationFn: () => api.createModel(search, { trial }),
    onSuccess: (model) => {
      void queries.invalidateQueries({ queryKey: ['models'] });
      void navigate(`/models/${model.id}`);
    },
  });
  return (
    <>
      <button type="button" className="button" disabled={train.isPending} onClick={() => train.mutate()}>
        <PackagePlus size={15} aria-hidden /> Train the final model
      </button>
      {train.error ? <Failure error={train.error} /> : null}
    </>
  );
}
