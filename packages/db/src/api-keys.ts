import { createHash, randomBytes } from 'node:crypto';
import type { Scope } from '@holdfast/contracts/scopes';
import type { Database } from './open-database.ts';
import { inTransaction } from './transaction.ts';

export interface ApiKey {
  /** Public: it stands at the beginning of the key. */
  id: string;
  name: string;
  scopes: Scope[];
  /** `null`: as the service is set. */
  requestsPerSecond: number | null;
  requestsInFlight: number | null;
  createdAt: Date;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** The id of the key that this one was rotated from. */
  replaces: string | null;
}

export type ApiKeyWithDigest = ApiKey & { digest: Buffer };

export interface NewApiKey {
  name: string;
  scopes: readonly Scope[];
  /** From now on, by the database's clock; `null`: for ever. */
  seconds: number | null;
  requestsPerSecond?: number | null;
  requestsInFlight?: number | null;
}

const columns = `id, name, scopes, requests_per_second AS "requestsPerSecond", requests_in_flight AS "requestsInFlight",
  created_at AS "createdAt", expires_at AS "expiresAt", revoked_at AS "revokedAt", replaces`;

/** `hf_`, ten characters that are no secret, and 256 random bits in base64url. */
function makeKey(): { id: string; key: string } {
  const id = randomBytes(5).toString('hex');
  return { id, key: `hf_${id}_${randomBytes(32).toString('base64url')}` };
}

/** The id in a key, where it is one of this form. */
export function idOfKey(key: string): string | null {
  return /^hf_([0-9a-f]{10})_[\w-]{43}$/.exec(key)?.[1] ?? null;
}

/** What is kept of a key, 32 bytes. */
export function digestKey(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

/** @returns the key, which is told this once and cannot be found out again */
export async function createApiKey(db: Database, made: NewApiKey): Promise<{ key: string; record: ApiKey }> {
  return inTransaction(db, (client) => insert(client, made, null));
}

/** Newest first, those that are expired or revoked included. */
export async function listApiKeys({ pool }: Database): Promise<ApiKey[]> {
  const { rows } = await pool.query<ApiKey>(`SELECT ${columns} FROM api_keys ORDER BY created_at DESC, id`);
  return rows;
}

/** Those that may be used now, by the database's clock. */
export async function loadUsableKeys({ pool }: Database): Promise<ApiKeyWithDigest[]> {
  const { rows } = await pool.query<ApiKeyWithDigest>(
    `SELECT ${columns}, digest FROM api_keys
     WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())`,
  );
  return rows;
}

/** @returns `null` where there is no such key; one that was revoked before keeps its time */
export async function revokeApiKey({ pool }: Database, id: string): Promise<ApiKey | null> {
  const { rows } = await pool.query<ApiKey>(
    `UPDATE api_keys SET revoked_at = coalesce(revoked_at, clock_timestamp()) WHERE id = $1 RETURNING ${columns}`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Makes a key with the name, scopes and limits of another, which goes on for `overlapSeconds`: time to bring the new
 * one to where the old one is.
 *
 * @returns `null` where that key does not exist, cannot be used any more, or was rotated before
 */
export async function rotateApiKey(
  db: Database,
  id: string,
  { overlapSeconds, seconds }: { overlapSeconds: number; seconds: number | null },
): Promise<{ key: string; record: ApiKey } | null> {
  return inTransaction(db, async (client) => {
    const { rows } = await client.query<ApiKey>(
      `UPDATE api_keys SET expires_at = least(expires_at, clock_timestamp() + $2 * interval '1 second')
       WHERE id = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
         AND NOT EXISTS (SELECT FROM api_keys newer WHERE newer.replaces = $1)
       RETURNING ${columns}`,
      [id, overlapSeconds],
    );
    return rows[0] ? insert(client, { ...rows[0], seconds }, id) : null;
  });
}

type Client = Parameters<Parameters<typeof inTransaction>[1]>[0];

async function insert(
  client: Client,
  made: NewApiKey,
  replaces: string | null,
): Promise<{ key: string; record: ApiKey }> {
  const { id, key } = makeKey();
  const { rows } = await client.query<ApiKey>(
    `INSERT INTO api_keys (id, name, digest, scopes, requests_per_second, requests_in_flight, expires_at, replaces)
     VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 second', $8) RETURNING ${columns}`,
    [
      id,
      made.name,
      digestKey(key),
      made.scopes,
      made.requestsPerSecond ?? null,
      made.requestsInFlight ?? null,
      made.seconds,
      replaces,
    ],
  );
  return { key, record: rows[0]! };
}
