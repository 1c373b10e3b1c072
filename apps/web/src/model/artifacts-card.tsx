import type { Model } from '@holdfast/contracts/model';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { CopyButton } from '../notices/copy-button.tsx';
import { Failure } from '../notices/failure.tsx';
import { Loading } from '../notices/loading.tsx';
import { saveFile } from '../session/save-file.ts';
import { api } from '../session/session.ts';

/** What can be taken away: the model as JSON and as ONNX, and its card. */
export function ArtifactsCard({ model: { id } }: { model: Model }) {
  const [open, setOpen] = useState(false);
  const save = useMutation({
    mutationFn: async (format: 'json' | 'onnx') => {
      if (format === 'onnx') {
        const bytes = await api.getModelOnnx(id);
        saveFile(`${id}.onnx`, 'application/octet-stream', bytes as Uint8Array<ArrayBuffer>);
      } else {
        saveFile(`${id}.json`, 'application/json', JSON.stringify(await api.getModelArtifact(id)));
      }
    },
  });
  const card = useQuery({
    queryKey: ['model', id, 'card'],
    queryFn: () => api.getModelCard(id),
    enabled: open,
  });
  return (
    <section className="card stack" aria-labelledby="artifacts-title">
      <h2 id="artifacts-title">To take away</h2>
      <p className="quiet small">
        Scaler, layers and parameters. JSON is read by anything; ONNX runs in its runtimes, the scaler inside.
      </p>
      <div className="row">
        {(['onnx', 'json'] as const).map((format) => (
          <button
            key={format}
            type="button"
            className="button"
            disabled={save.isPending}
            onClick={() => save.mutate(format)}
          >
            <Download size={15} aria-hidden /> {format === 'onnx' ? 'ONNX' : 'JSON'}
          </button>
        ))}
      </div>
      {save.error ? <Failure error={save.error} /> : null}
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>Model card</summary>
        {card.error ? <Failure error={card.error} retry={card.refetch} /> : null}
        {open && card.isPending ? <Loading what="the card" /> : null}
        {card.data ? (
          <div className="stack model-card">
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
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
            <pre tabIndex={0}>{card.data}</pre>
          </div>
        ) : null}
      </details>
    </section>
  );
}
