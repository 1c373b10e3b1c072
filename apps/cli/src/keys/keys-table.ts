import type { ApiKey } from '@holdfast/db/api-keys';

/** One line for each key: what it may do, and until when. */
export function keysTable(keys: readonly ApiKey[], now: Date): string {
  if (keys.length === 0)
    return 'There is no key. Make one: holdfast keys create --name NAME --scope submit\n';
  const rows = keys.map((key) => [
    key.id,
    key.name,
    key.scopes.join(','),
    stateOf(key, now),
    day(key.createdAt),
  ]);
  const all = [['id', 'name', 'scopes', 'state', 'created'], ...rows];
  const widths = all[0]!.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  return `${all
    .map((row) =>
      row
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')}\n`;
}

function stateOf({ revokedAt, expiresAt }: ApiKey, now: Date): string {
  if (revokedAt) return `revoked ${day(revokedAt)}`;
  if (expiresAt === null) return 'for ever';
  return expiresAt <= now ? `expired ${day(expiresAt)}` : `until ${expiresAt.toISOString().slice(0, 16)}Z`;
}

const day = (date: Date) => date.toISOString().slice(0, 10);
