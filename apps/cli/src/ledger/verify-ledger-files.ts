import { readFile } from 'node:fs/promises';
import {
  type LedgerEntry,
  type LedgerHead,
  ledgerEntrySchema,
  ledgerHeadAnswerSchema,
  ledgerHeadSchema,
} from '@holdfast/contracts/ledger';
import { verifyLedger } from '@holdfast/db/ledger-chain';
import { z } from 'zod';

const ledgerFileSchema = z.union([
  z.array(ledgerEntrySchema),
  z.object({ items: z.array(ledgerEntrySchema) }).transform(({ items }) => items),
]);
const headFileSchema = z.union([
  ledgerHeadSchema,
  ledgerHeadAnswerSchema.transform(({ signed }) => signed).pipe(ledgerHeadSchema),
]);

/**
 * `holdfast ledger verify`: checks an exported ledger (answers of `GET /v1/ledger`, in any order) against a head that was
 * signed, with no service and nothing but the public key. Gives the exit code: 0 valid, 2 not valid, 1 not readable.
 */
export async function verifyLedgerFiles(options: {
  head: string;
  ledgers: readonly string[];
  publicKey: string | undefined;
}): Promise<number> {
  let head: LedgerHead;
  let entries: LedgerEntry[];
  try {
    head = await readJson(options.head, headFileSchema);
    const files = await Promise.all(options.ledgers.map((file) => readJson(file, ledgerFileSchema)));
    entries = files.flat().sort((a, b) => a.number - b.number);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const { valid, reason } = verifyLedger(entries, [head], options.publicKey);
  if (!valid) {
    process.stderr.write(`Not valid: ${reason}\n`);
    return 2;
  }
  const whose = options.publicKey === undefined ? ` (key ${head.publicKey}, as the head says)` : '';
  process.stdout.write(
    `Valid: ${entries.length} entries, of which the first ${head.entries} were signed on ${head.signedAt}${whose}.\n`,
  );
  return 0;
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new Error(`${file} is not an answer of /v1/ledger or /v1/ledger/head.`);
  return parsed.data;
}
