import { canonicalJson } from '@holdfast/contracts/canonical-json';
import type { RevealedTrial } from '@holdfast/contracts/reveal';
import { describeEncodings } from '@holdfast/core/preprocessing/column-encoding';
import { sampleScorer, scoreModel } from '@holdfast/core/training/score-model';
import type { LabelledRows, TrainingSet } from '@holdfast/core/training-set';
import { findDataset, loadTrainingRows } from '@holdfast/db/datasets';
import { type LadderStanding, loadLadder } from '@holdfast/db/ladder';
import { listEntries } from '@holdfast/db/ledger';
import { hashContent } from '@holdfast/db/ledger-chain';
import type { Database } from '@holdfast/db/open-database';
import type { ClaimedReveal, RevealOrder, RevealResult } from '@holdfast/db/reveals';
import { openTestRows } from '@holdfast/db/seal-test-rows';
import { loadSealedTest } from '@holdfast/db/sealed-tests';
import { climb } from './climb.ts';
import type { Refit } from './refit-thread.ts';
import { rowLosses } from './row-losses.ts';
import type { SealingKey } from './sealing-key.ts';
import { testIntervals } from './test-interval.ts';
import { judge } from './verdict.ts';

type Refitted = Awaited<ReturnType<Refit>>;

/** The order is not what the ledger says, or there is nothing to evaluate: no attempt will do better. */
export class RevealRefusedError extends Error {
  override readonly name = 'RevealRefusedError';
}

/**
 * Trains the trials of an order on all training rows, opens the box, and scores each on the test rows. The same order
 * comes to the same result, so that an attempt that was lost is made again and shows nothing new.
 * @param refit trains, in its own time @param signal ends the scoring
 * @throws RevealRefusedError where the order was not on the ledger before, or the box is not what was committed to; the
 *   signal's reason
 */
export async function evaluateReveal(
  database: Database,
  key: SealingKey,
  claim: ClaimedReveal,
  refit: Refit,
  signal?: AbortSignal,
): Promise<RevealResult> {
  const { order } = claim;
  await checkOrder(database, claim);
  const protocol = await checkProtocol(database, claim);
  const standing = protocol === 'ladder' ? await loadLadder(database, claim) : null;
  if (standing) await checkStanding(database, standing);
  const dataset = await findDataset(database, claim.dataset);
  const box = dataset && (await loadSealedTest(database, dataset.id));
  if (!dataset || !box || dataset.test.commitment === null)
    throw new RevealRefusedError('The data set was deleted, and its test rows with it.');
  const training = label(await loadTrainingRows(database, dataset.id));
  // Trained before the box is opened: nothing of it can reach the training.
  const train = ({ trial, params, foldEpochs }: RevealOrder['trials'][number], { spec }: RevealOrder) =>
    refit({ data: training, trial, params, spec, foldEpochs });
  const refits: Refitted[] = [];
  for (const trial of order.trials) refits.push(await train(trial, order));
  // What a ladder knows of single rows is kept nowhere: its leader is trained again.
  const led = standing?.order.order.trials.find(({ trial }) => trial === standing.leader.trial);
  const leading = standing && led ? await train(led, standing.order.order) : null;
  const opened = await openTestRows(box, keyPair(key), dataset.test.commitment).catch((error: Error) => {
    throw new RevealRefusedError(`The test rows cannot be opened: ${error.message}.`);
  });
  const { outputs } = training;
  const test = label({ ...opened.rows, task: dataset.task, outputs, kinds: dataset.features });
  if (protocol === 'ladder') {
    const lossesOf = (refitted: Refitted | null) =>
      refitted?.status === 'completed' ? rowLosses(refitted.model, test) : null;
    const answers = climb(
      standing && { leader: standing.leader, score: standing.score, losses: lossesOf(leading) },
      order.trials.map(({ trial }, i) => ({
        leader: { reveal: claim.id, search: order.search, trial },
        losses: lossesOf(refits[i]!),
      })),
    );
    const trials = order.trials.map((asked, i) => ({ ...untested(asked, refits[i]!), ladder: answers[i]! }));
    return { trials, opening: null };
  }
  const trials: RevealedTrial[] = [];
  for (const [i, asked] of order.trials.entries())
    trials.push(await scoreTrial(order, asked, refits[i]!, test, signal));
  return {
    trials,
    opening: {
      salt: opened.salt,
      split: opened.provenance.split,
      source: opened.provenance.source,
    },
  };
}

/** How these rows answer was settled, and put on the ledger, when they were sealed. */
async function checkProtocol(database: Database, { dataset, order }: ClaimedReveal): Promise<string> {
  const [seal] = await listEntries(database, { dataset, kind: 'seal', limit: 1 });
  const protocol = String(seal?.data['protocol'] ?? 'reveal');
  if ((order.protocol ?? 'reveal') === protocol) return protocol;
  throw new RevealRefusedError(`The order is not for the protocol of these rows, which is ${protocol}.`);
}

/** A ladder goes on from what the ledger says that it has shown. */
async function checkStanding(database: Database, { order, shown }: LadderStanding): Promise<void> {
  await checkOrder(database, order);
  if (shown.resultHash !== hashContent(canonicalJson(shown.result)))
    throw new RevealRefusedError('What the ladder has shown is not the result that stands on the ledger.');
}

/** Only what the ledger tells of is evaluated: the entry of this very order, written before. */
async function checkOrder(
  database: Database,
  claim: Pick<ClaimedReveal, 'id' | 'dataset' | 'order' | 'ledgerEntry'>,
): Promise<void> {
  const [entry] = await listEntries(database, { limit: 1, before: claim.ledgerEntry + 1 });
  const hash = hashContent(canonicalJson(claim.order));
  const isOnLedger =
    entry?.number === claim.ledgerEntry &&
    entry.kind === 'reveal' &&
    entry.dataset === claim.dataset &&
    entry.data['reveal'] === claim.id &&
    entry.data['trialsHash'] === hash;
  if (!isOnLedger) throw new RevealRefusedError('The order is not the one that stands on the ledger.');
}

/** A trial with all but what the test rows say of it. */
function untested({ trial, validation }: RevealOrder['trials'][number], refit: Refitted): RevealedTrial {
  const parametersDigest = refit.status === 'completed' ? refit.parametersDigest : null;
  const reason = refit.status === 'completed' ? null : refit.reason;
  return { trial, parametersDigest, validation, test: null, verdict: null, reason };
}

async function scoreTrial(
  { metric, spec }: RevealOrder,
  asked: RevealOrder['trials'][number],
  refit: Refitted,
  test: LabelledRows,
  signal: AbortSignal | undefined,
): Promise<RevealedTrial> {
  const trial = untested(asked, refit);
  if (refit.status !== 'completed') return trial;
  const { scores, confusion, reason } = scoreModel(refit.model, test);
  const intervals95 = await testIntervals(test, scores, spec.seed, sampleScorer(refit.model, test), signal);
  const interval95 = intervals95[metric] ?? null;
  return {
    ...trial,
    test: { ...scores, confusion, interval95, intervals95 },
    verdict: judge(metric, asked.validation, interval95),
    reason,
  };
}

type StoredRows = Pick<
  Awaited<ReturnType<typeof loadTrainingRows>>,
  'task' | 'rows' | 'columns' | 'outputs' | 'features' | 'targets' | 'kinds'
>;

function label({ task, rows, columns, outputs, features, targets, kinds }: StoredRows): TrainingSet {
  const table = { rows, columns, outputs, features, encodings: describeEncodings(kinds) };
  if (task === 'classification' && targets instanceof Int32Array) return { ...table, task, targets };
  if (task === 'binary' && targets instanceof Uint8Array) return { ...table, task, targets };
  if (task === 'regression' && targets instanceof Float64Array) return { ...table, task, targets };
  throw new TypeError(`The targets are not those of a ${task} task.`);
}

const keyPair = (key: SealingKey) => ({
  publicKey: Buffer.from(key.publicKey, 'base64'),
  privateKey: Buffer.from(key.privateKey, 'base64'),
});
