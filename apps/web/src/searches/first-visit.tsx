import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { CopyButton } from '../notices/copy-button.tsx';
import { Empty } from '../notices/empty.tsx';
import { Failure } from '../notices/failure.tsx';
import { runExample } from './run-example.ts';

const firstSearch = `curl -X POST ${window.location.origin}/v1/searches \\
  -H 'content-type: application/json' \\
  -d '{ "dataset": "iris" }'`;

/** An empty store: how to begin, with one click or from a terminal. */
export function FirstVisit() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const example = useMutation({
    mutationFn: runExample,
    onSuccess: (search) => {
      void queries.invalidateQueries({ queryKey: ['searches'] });
      void navigate(`/searches/${search.id}`);
    },
  });
  return (
    <Empty title="No search yet">
      <p>
        A search trains every setting of a network’s hyperparameters on the same folds, and ranks them by what
        they do on rows that they have not seen. The example compares 54 small networks on Fisher’s iris data;
        it takes some seconds.
      </p>
      <div className="row">
        <button
          type="button"
          className="button primary"
          disabled={example.isPending}
          onClick={() => example.mutate()}
        >
          <Play size={15} aria-hidden /> {example.isPending ? 'Submitting …' : 'Run the example'}
        </button>
        <Link to="/datasets" className="button">
          Bring your own data
        </Link>
      </div>
      {example.isError ? <Failure error={example.error} /> : null}
      <p className="small">Once there is a data set, a search is one command in a terminal:</p>
      <pre>{firstSearch}</pre>
      <CopyButton text={firstSearch} what="the command" />
    </Empty>
  );
}
