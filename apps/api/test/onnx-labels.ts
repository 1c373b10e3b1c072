import { InferenceSession, Tensor } from 'onnxruntime-node';

/** The labels that onnxruntime gives to rows of features by an ONNX file of a classification. */
export async function onnxLabels(file: string, rows: readonly (readonly number[])[]): Promise<string[]> {
  const session = await InferenceSession.create(file);
  const features = Float64Array.from(rows.flat());
  const { label } = await session.run({
    features: new Tensor('float64', features, [rows.length, rows[0]!.length]),
  });
  return [...(label!.data as string[])];
}
