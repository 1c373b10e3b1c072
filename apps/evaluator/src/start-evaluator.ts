import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import { listen } from '@holdfast/db/listen';
import { openDatabase } from '@holdfast/db/open-database';
import { checkMigrated } from '@holdfast/db/pending-migrations';
import { giveBackReveal, renewRevealLease } from '@holdfast/db/reveal-lease';
import { claimReveal, completeReveal, failReveal } from '@holdfast/db/reveals';
import { pino } from 'pino';
import { evaluateReveal, RevealRefusedError } from './evaluate-reveal.ts';
import { type Refit, RefitThread } from './refit-thread.ts';
import { repeatWork } from './repeated-work.ts';
import { loadSealingKey } from './sealing-key.ts';
import type { EvaluatorSettings } from './settings.ts';
import { LedgerSigner } from './sign-ledger.ts';
import { loadSigningKey } from './signing-key.ts';

export interface Evaluator {
  publicKey: string;
  close(): Promise<void>;
}

/** A notice may be lost: what there is to do is looked for by itself too. */
const lookEveryMs = 2000;
/** After it a reveal whose evaluator died is taken up again. */
const leaseSeconds = 15;
const renewEveryMs = 3000;

/**
 * Starts the only process that can open a sealed test set. It publishes the public key that data sets are sealed to
 * (until it has, none can be created), signs the heads of the ledger, and makes the reveals that stand in the
 * database: no message of a queue can order one.
 */
export async function startEvaluator(settings: EvaluatorSettings): Promise<Evaluator> {
  const log = pino({ name: 'evaluator', level: settings.logLevel });
  const sealingKey = await loadSealingKey(settings.keyFile);
  const signingKey = await loadSigningKey(settings.signingKeyFile);
  const { publicKey } = sealingKey;
  const database = openDatabase({ url: settings.databaseUrl, name: 'holdfast evaluator', poolSize: 4 });
  const thread = new RefitThread();
  const stopping = new AbortController();
  const signer = new LedgerSigner(database, signingKey);
  let refusedBefore: string | null = null;
  const tellOfError = (error: Error) => log.warn({ error: error.message }, 'will be tried again');

  const signing = repeatWork(async () => {
    const refused = await signer.sign();
    if (refused !== null && refused !== refusedBefore)
      log.error({ reason: refused }, 'the ledger is not signed: it does not verify');
    refusedBefore = refused;
  }, tellOfError);

  const revealing = repeatWork(async () => {
    while (!stopping.signal.aborted && (await makeReveal()));
  }, tellOfError);

  /** @returns whether there was one */
  async function makeReveal(): Promise<boolean> {
    const claim = await claimReveal(database, leaseSeconds);
    if (claim === null) return false;
    const { id, attempt } = claim;
    const { dataset, order } = claim;
    const revealLog = log.child({
      reveal: id,
      attempt,
      dataset,
      search: order.search,
      trials: order.trials.map(({ trial }) => trial),
    });
    revealLog.info('a reveal begins');
    const losing = new AbortController();
    const signal = AbortSignal.any([stopping.signal, losing.signal]);
    const renewal = setInterval(() => {
      renewRevealLease(database, claim, leaseSeconds).then(
        (held) => held || losing.abort(),
        // An outage: the lease may lapse, and then the reveal is made anew.
        tellOfError,
      );
    }, renewEveryMs);
    try {
      const refit: Refit = (input) => thread.refit(input, signal);
      const result = await evaluateReveal(database, sealingKey, claim, refit, signal);
      const outcome = await completeReveal(database, claim, result);
      revealLog.info({ outcome }, 'a reveal is made');
    } catch (error) {
      if (stopping.signal.aborted) {
        await giveBackReveal(database, claim);
        revealLog.info('a reveal is given back');
        return false;
      }
      if (losing.signal.aborted) {
        revealLog.warn('a reveal was taken over');
        return true;
      }
      if (!(error instanceof RevealRefusedError || error instanceof RangeError)) throw error;
      await failReveal(database, claim, error.message);
      revealLog.error({ reason: error.message }, 'a reveal failed');
    } finally {
      clearInterval(renewal);
    }
    return true;
  }

  const look = () => {
    signing.nudge();
    revealing.nudge();
  };

  try {
    await checkMigrated(database);
    await publishEvaluatorKey(database, publicKey);
    const listening = await listen(settings.databaseUrl, 'holdfast_locked', look, look);
    log.info({ publicKey }, 'sealing key published');
    const timer = setInterval(look, lookEveryMs);
    look();
    return {
      publicKey,
      async close() {
        stopping.abort(new Error('The evaluator stops.'));
        clearInterval(timer);
        await listening.close();
        await Promise.all([signing.stop(), revealing.stop()]);
        await thread.close();
        await database.close();
        log.info('stopped');
      },
    };
  } catch (error) {
    await thread.close();
    await database.close();
    throw error;
  }
}
