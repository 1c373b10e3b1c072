import {
  ledgerEntrySchema,
  ledgerHeadAnswerSchema,
  ledgerVerificationSchema,
} from '@holdfast/contracts/ledger';
import { pageOf, pageQuerySchema } from '@holdfast/contracts/page';
import { listEntries, loadHead, loadLedger } from '@holdfast/db/ledger';
import { verifyLedger } from '@holdfast/db/ledger-chain';
import type { Database } from '@holdfast/db/open-database';
import { z } from 'zod';
import type { App } from '../app-instance.ts';
import { problemAnswers } from '../plugins/openapi.ts';

const ledgerQuerySchema = pageQuerySchema.extend({
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, { error: 'must be a nextCursor as it was answered' })
    .optional(),
  dataset: z.string().min(1).max(200).optional().describe('A data set by id, deleted ones too.'),
});

/** What was done around locked test rows, and whether that is still what was written. */
export async function ledgerRoutes(app: App, { database }: { database: Database }) {
  app.get(
    '/v1/ledger',
    {
      schema: {
        tags: ['Locked test set'],
        summary: 'Entries of the ledger, newest first',
        operationId: 'listLedger',
        querystring: ledgerQuerySchema,
        response: { 200: pageOf(ledgerEntrySchema), ...problemAnswers(400) },
      },
    },
    async (request) => {
      const { dataset, limit = 50, cursor } = request.query;
      const before = cursor === undefined ? undefined : Number(cursor);
      const found = await listEntries(database, { dataset, limit: limit + 1, before });
      const items = found.slice(0, limit);
      return { items, nextCursor: found.length > limit ? String(items.at(-1)!.number) : null };
    },
  );

  app.get(
    '/v1/ledger/head',
    {
      schema: {
        tags: ['Locked test set'],
        summary: 'The last entry, and the newest head that the evaluator has signed',
        description:
          'Keep a signed head where nobody of this service can write: with it an exported ledger can be checked without trust.',
        operationId: 'getLedgerHead',
        response: { 200: ledgerHeadAnswerSchema, ...problemAnswers() },
      },
    },
    async () => {
      const { last, signed } = await loadHead(database);
      return { entries: last?.number ?? 0, hash: last?.hash ?? null, signed };
    },
  );

  app.get(
    '/v1/ledger/verification',
    {
      schema: {
        tags: ['Locked test set'],
        summary: 'Checks every entry, and every signed head',
        operationId: 'verifyLedger',
        response: { 200: ledgerVerificationSchema, ...problemAnswers() },
      },
    },
    async () => {
      const { entries, heads } = await loadLedger(database);
      return verifyLedger(entries, heads);
    },
  );
}
