import type { Dataset } from '@holdfast/contracts/dataset';
import { api } from '../session/session.ts';

/** Both features of the training rows, page by page. */
export async function loadPlaneRows(dataset: Dataset): Promise<[number, number][]> {
  const rows: [number, number][] = [];
  const page = 1000;
  for (let offset = 0; offset < Math.min(dataset.rows.train, 6000); offset += page) {
    const preview = await api.previewDataset(dataset.id, page, offset);
    for (const [x, y] of preview.rows) rows.push([Number(x), Number(y)]);
  }
  return rows;
}
