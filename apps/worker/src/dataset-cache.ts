import { takeRows } from '@holdfast/core/splits/outer-fold';
import type { TrainingSet } from '@holdfast/core/training-set';
import type { TrainingPlan } from './search-cache.ts';

interface Entry {
  data: Promise<TrainingSet>;
  /** 0 until it is loaded. */
  bytes: number;
}

/**
 * One copy of each data set's training rows for all threads, the least recently used dropped first. Whoever
 * asks while it is being loaded waits for the same load; a failed load is forgotten.
 */
export class DatasetCache {
  readonly #load: (id: string) => Promise<TrainingSet>;
  readonly #maxBytes: number;
  /** In the order of use, the latest last. */
  readonly #entries = new Map<string, Entry>();

  constructor(options: { load: (id: string) => Promise<TrainingSet>; maxBytes: number }) {
    this.#load = options.load;
    this.#maxBytes = options.maxBytes;
  }

  /** The data set; of an inner search, without the rows of its outer fold. */
  of({ search, datasetId, rows }: Pick<TrainingPlan, 'search' | 'datasetId' | 'rows'>): Promise<TrainingSet> {
    if (rows === null) return this.get(datasetId);
    return this.get(`${datasetId} ${search}`, async () => takeRows(await this.get(datasetId), rows));
  }

  get(id: string, load = () => this.#load(id)): Promise<TrainingSet> {
    const entry = this.#entries.get(id) ?? this.#start(id, load);
    this.#entries.delete(id);
    this.#entries.set(id, entry);
    return entry.data;
  }

  #start(id: string, load: () => Promise<TrainingSet>): Entry {
    const entry: Entry = { data: load(), bytes: 0 };
    entry.data.then(
      (data) => {
        entry.bytes = data.features.byteLength + data.targets.byteLength;
        this.#evict();
      },
      () => {
        if (this.#entries.get(id) === entry) this.#entries.delete(id);
      },
    );
    return entry;
  }

  #evict(): void {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.bytes;
    for (const [id, entry] of this.#entries) {
      // The latest stays, however large: a search needs it now.
      if (bytes <= this.#maxBytes || this.#entries.size === 1) return;
      if (entry.bytes === 0) continue;
      this.#entries.delete(id);
      bytes -= entry.bytes;
    }
  }
}
