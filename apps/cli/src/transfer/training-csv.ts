import type { HoldfastClient } from '@holdfast/client/holdfast-client';
import type { Dataset } from '@holdfast/contracts/dataset';

const rowsAtOnce = 1000;

/** The training rows of a data set as CSV, to the last bit: numbers as JavaScript writes them, a missing value as nothing. */
export async function trainingCsv(client: HoldfastClient, dataset: Dataset): Promise<string> {
  const lines: string[] = [];
  for (let offset = 0; offset < dataset.rows.train; offset += rowsAtOnce) {
    const { columns, rows } = await client.previewDataset(dataset.id, rowsAtOnce, offset);
    if (offset === 0) lines.push(columns.map(cell).join(','));
    for (const row of rows) lines.push(row.map(cell).join(','));
  }
  return `${lines.join('\n')}\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return '';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
