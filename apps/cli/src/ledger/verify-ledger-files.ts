import { readFile } from 'node:fs/promises';
import { ledgerEntrySchema, ledgerHeadAnswerSchema, ledgerHeadSchema } from '@holdfast/contracts/ledger';
import { verifyLedger } from '@holdfast/db/ledger-chain';
import { z } from 'zod';
import { exitCodes } from '../command/exit-codes.ts';
import { UsageError } from '../command/usage-error.ts';

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
 * signed, with no service and nothing but the public key. Gives the exit code.
 * @throws UsageError where a file cannot be read
 */
export async function verifyLedgerFiles(options: {
  head: string;
  ledgers: readonly string[];
  publicKey: string | undefined;
  json?: boolean | undefined;
}): Promise<number> {
  const head = await readJson(options.head, headFileSchema);
  const files = await Promise.all(options.ledgers.map((file) => readJson(file, ledgerFileSchema)));
  const entries = files.flat().sort((a, b) => a.number - b.number);
  const { valid, reason } = verifyLedger(entries, [head], options.publicKey);
  if (options.json) {
    const { entries: signed, signedAt, publicKey } = head;
    process.stdout.write(
      `${JSON.stringify({ valid, reason: valid ? null : reason, entries: entries.length, signed, signedAt, publicKey })}\n`,
    );
    return valid ? exitCodes.ok : exitCodes.differs;
  }
  if (!valid) {
    process.stderr.write(`Not valid: ${reason}\n`);
    return exitCodes.differs;
  }
  const whose = options.publicKey === undefined ? ` (key ${head.publicKey}, as the head says)` : '';
  process.stdout.write(
    `Valid: ${entries.length} entries, of which the first ${head.entries} were signed on ${head.signedAt}${whose}.\n`,
  );
  return exitCodes.ok;
}

async function readJson<Value>(file: string, schema: z.ZodType<Value>): Promise<Value> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new UsageError(`${file} is not an answer of /v1/ledger or /v1/ledger/head.`);
  return parsed.data;
}
