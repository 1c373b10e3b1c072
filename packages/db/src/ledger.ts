import type { LedgerEntry, LedgerHead } from '@holdfast/contracts/ledger';
import { entryContent, type NewEntry, nextEntry } from './ledger-chain.ts';
import type { Database } from './open-database.ts';

type Client = Pick<Database['pool'], 'query'>;

/** As in the trigger that checks what is added. */
const ledgerLock = 1212958284;

/**
 * Adds an entry, inside the transaction of the act that it tells of. Whoever comes next waits for the end of that
 * transaction, so take this lock last.
 */
export async function appendEntry(client: Client, entry: NewEntry): Promise<LedgerEntry> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [ledgerLock]);
  const { rows } = await client.query<{ number: number; hash: string }>(
    'SELECT number, hash FROM locked.ledger ORDER BY number DESC LIMIT 1',
  );
  const { rows: clock } = await client.query<{ at: Date }>('SELECT clock_timestamp() AS at');
  const added = nextEntry(rows[0] ?? null, entry, clock[0]!.at.toISOString());
  await client.query('INSERT INTO locked.ledger (number, content, hash) VALUES ($1, $2, $3)', [
    added.number,
    entryContent(added),
    added.hash,
  ]);
  await client.query(`SELECT pg_notify('holdfast_locked', '')`);
  return added;
}

/** Newest first, below entry `before`. */
export async function listEntries(
  db: Database,
  {
    dataset,
    kind,
    limit,
    before,
  }: { dataset?: string | undefined; kind?: LedgerEntry['kind']; limit: number; before?: number | undefined },
): Promise<LedgerEntry[]> {
  const { rows } = await db.pool.query<{ content: string; hash: string }>(
    `SELECT content, hash FROM locked.ledger
     WHERE ($1::text IS NULL OR content::json ->> 'dataset' = $1) AND ($2::integer IS NULL OR number < $2)
       AND ($4::text IS NULL OR content::json ->> 'kind' = $4)
     ORDER BY number DESC LIMIT $3`,
    [dataset ?? null, before ?? null, limit, kind ?? null],
  );
  return rows.map(toEntry);
}

/**
 * Entries by number, from `from` on, `limit` at most, and the signed heads from there to the last entry given; to the end
 * without a limit, and heads of entries that are not there too.
 */
export async function loadLedger(
  db: Database,
  { from = 1, limit }: { from?: number; limit?: number } = {},
): Promise<{ entries: LedgerEntry[]; heads: LedgerHead[] }> {
  const found = await db.pool.query<{ content: string; hash: string }>(
    'SELECT content, hash FROM locked.ledger WHERE number >= $1 ORDER BY number LIMIT $2',
    [from, limit ?? null],
  );
  const entries = found.rows.map(toEntry);
  const to = entries.length === limit ? entries.at(-1)?.number : undefined;
  const heads = await db.pool.query<HeadRow>(
    `SELECT * FROM locked.ledger_heads WHERE entries >= $1 AND ($2::integer IS NULL OR entries <= $2)
     ORDER BY entries`,
    [from, to ?? null],
  );
  return { entries, heads: heads.rows.map(toHead) };
}

/** The last entry, and the newest signed head. */
export async function loadHead(
  db: Database,
): Promise<{ last: { number: number; hash: string } | null; signed: LedgerHead | null }> {
  const last = await db.pool.query<{ number: number; hash: string }>(
    'SELECT number, hash FROM locked.ledger ORDER BY number DESC LIMIT 1',
  );
  const signed = await db.pool.query<HeadRow>(
    'SELECT * FROM locked.ledger_heads ORDER BY entries DESC LIMIT 1',
  );
  return { last: last.rows[0] ?? null, signed: signed.rows[0] ? toHead(signed.rows[0]) : null };
}

/** Publishes a head; one of as many entries that is there already stays. */
export async function insertHead(db: Database, head: LedgerHead): Promise<void> {
  await db.pool.query(
    `INSERT INTO locked.ledger_heads (entries, hash, public_key, signature, signed_at)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [head.entries, head.hash, head.publicKey, head.signature, head.signedAt],
  );
}

interface HeadRow {
  entries: number;
  hash: string;
  public_key: string;
  signature: string;
  signed_at: Date;
}

function toHead(row: HeadRow): LedgerHead {
  return {
    entries: row.entries,
    hash: row.hash,
    publicKey: row.public_key,
    signature: row.signature,
    signedAt: row.signed_at.toISOString(),
  };
}

function toEntry({ content, hash }: { content: string; hash: string }): LedgerEntry {
  return { ...(JSON.parse(content) as Omit<LedgerEntry, 'hash'>), hash };
}
