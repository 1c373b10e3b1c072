import type { Model } from '@holdfast/contracts/model';
import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { lazy, Suspense } from 'react';
import { CopyButton } from '../notices/copy-button.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { saveFile } from '../session/save-file.ts';
import { api } from '../session/session.ts';

// Markdown's parser is wanted here alone.
const RenderedCard = lazy(() => import('./rendered-card.tsx'));

/** The model card: to read, to copy and to keep. */
export function ModelCard({ model: { id, status } }: { model: Model }) {
  const card = useQuery({
    queryKey: ['model', id, 'card', status],
    queryFn: () => api.getModelCard(id),
  });
  return (
    <section className="card stack" aria-labelledby="card-title">
      <div className="row spread">
        <h2 id="card-title">Model card</h2>
        {card.data === undefined ? null : (
          <div className="row">
            <CopyButton text={card.data} what="the card" />
            <button
              type="button"
              className="button small"
              onClick={() => saveFile(`${id}.md`, 'text/markdown', card.data)}
            >
              <Download size={14} aria-hidden /> Markdown
            </button>
          </div>
        )}
      </div>
      {card.error ? <Failure error={card.error} retry={card.refetch} /> : null}
      {card.isPending ? <Loading what="the card" block /> : null}
      {card.data === undefined ? null : (
        <Suspense fallback={<Loading what="the card" block />}>
          <RenderedCard markdown={card.data} />
        </Suspense>
      )}
    </section>
  );
}
