import { gzipSync } from 'node:zlib';
import type { RandomWords } from './random-words.ts';

export interface DrawnUpload {
  spec: string;
  file: Uint8Array;
}

const names = [
  'x',
  'y',
  'label',
  'when',
  'herd',
  '',
  'x',
  '=cmd()',
  '__proto__',
  'a,b',
  'ü💣',
  'n'.repeat(3000),
];
const cells = [
  '0',
  '1',
  '-1.5',
  '1e308',
  '1e999',
  'NaN',
  'Infinity',
  '-0',
  '1,5',
  '0x10',
  '',
  ' ',
  'a',
  'b',
  'left',
  'right',
  '2026-01-01',
  '2026-13-45',
  '=cmd()',
  '"',
  '""',
  '"quoted ""cell"" with, and\nline"',
  "'",
  '\u0000',
  '\ufeff',
  '💣',
  'x'.repeat(2000),
];
const separators = [',', ',', ',', ';', '\t', '|', ', '];
const lineEnds = ['\n', '\n', '\n', '\r\n', '\r\n', '\r', '\n\n'];
const tasks = ['classification', 'binary', 'regression', 'clustering'];

/** Files as people send them, and just beside that: ragged, quoted wrongly, of other encodings, cut, compressed, binary. */
export class UploadDrawer {
  readonly #words: RandomWords;
  #made = 0;

  constructor(words: RandomWords) {
    this.#words = words;
  }

  draw(): DrawnUpload {
    this.#made += 1;
    return { spec: this.#spec(), file: this.#file() };
  }

  #spec(): string {
    const spec: Record<string, unknown> = {
      name: `drawn ${this.#made}`,
      target: this.#chance(0.7)
        ? 'label'
        : this.#words.pick(['y', 'x', ['x', 'y'], 'absent', [], '__proto__']),
    };
    if (this.#chance(0.3)) spec['task'] = this.#words.pick(tasks);
    if (this.#chance(0.2)) spec['drop'] = this.#words.pick([['x'], ['absent'], [], 'x']);
    if (this.#chance(0.2)) spec['group'] = this.#words.pick(['herd', 'absent', null]);
    if (this.#chance(0.2)) spec['time'] = this.#words.pick(['when', 'x', null]);
    if (this.#chance(0.7))
      spec['test'] = this.#words.pick([
        { kind: 'none' },
        { kind: 'none' },
        { kind: 'none' },
        { kind: 'random', fraction: 0.5 },
        { kind: 'grouped' },
        { kind: 'latest', fraction: 0.2 },
        { kind: 'blocks', count: 2, fraction: 0.2 },
        { kind: 'rows', from: 3 },
        { kind: 'rows', from: 1e9 },
        { kind: 'file' },
      ]);
    const text = JSON.stringify(spec);
    return this.#chance(0.02) ? text.slice(0, -3) : text;
  }

  #file(): Uint8Array {
    if (this.#chance(0.05)) return this.#bytes(this.#words.word() % 3000);
    const text = this.#table();
    const encoded = this.#chance(0.05) ? Buffer.from(text, 'utf16le') : Buffer.from(text, 'utf8');
    const whole = this.#chance(0.1) ? gzipSync(encoded) : encoded;
    if (this.#chance(0.1)) whole.set(this.#bytes(1), this.#words.word() % Math.max(1, whole.length));
    return this.#chance(0.1) ? whole.subarray(0, this.#words.word() % (whole.length + 1)) : whole;
  }

  #table(): string {
    const separator = this.#words.pick(separators);
    const lineEnd = this.#words.pick(lineEnds);
    const columns = this.#chance(0.05) ? 300 : this.#chance(0.2) ? this.#words.word() % 6 : 5;
    const rows = this.#words.word() % 60;
    // Most columns hold values of one kind, or hardly any file would be taken.
    const kinds = Array.from({ length: columns }, () => (this.#chance(0.9) ? this.#words.word() % 3 : 3));
    const head = Array.from({ length: columns }, (_, n) =>
      this.#chance(0.97) ? names[n % 5]! : this.#words.pick(names),
    );
    const lines = Array.from({ length: rows }, () => {
      const width = this.#chance(0.01) ? columns + 1 : columns;
      return Array.from({ length: width }, (_, n) => this.#cell(kinds[n] ?? 0)).join(separator);
    });
    return `${this.#chance(0.05) ? '\ufeff' : ''}${[head.join(separator), ...lines].join(lineEnd)}${this.#words.pick(['', lineEnd])}`;
  }

  #cell(kind: number): string {
    if (this.#chance(0.01)) return this.#words.pick(cells);
    if (kind === 0) return String(this.#words.word() % 10);
    if (kind === 1) return (this.#words.between(-5, 5) as number).toFixed(3);
    if (kind === 2) return this.#words.pick(['left', 'right', 'up']);
    return this.#words.pick(cells);
  }

  #bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.#words.word() % 256);
  }

  #chance(share: number): boolean {
    return this.#words.between(0, 1) < share;
  }
}
