import type { Model } from '@holdfast/contracts/model';
import { useMutation } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { Failure } from '../notices/failure.tsx';
import { saveFile } from '../session/save-file.ts';
import { api } from '../session/session.ts';

/** What can be taken away: the model as JSON and as ONNX. */
export function ArtifactsCard({ model: { id } }: { model: Model }) {
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
    </section>
  );
}
