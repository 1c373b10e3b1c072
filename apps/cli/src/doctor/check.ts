/** What one look found; `wayOut` says what to do unless all is well. */
export interface Finding {
  what: string;
  state: 'ok' | 'note' | 'wrong';
  found: string;
  wayOut?: string;
}
