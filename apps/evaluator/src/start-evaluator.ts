import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import { listen } from '@holdfast/db/listen';
import { openDatabase } from '@holdfast/db/open-database';
import { checkMigrated } from '@holdfast/db/pending-migrations';
import { claimReveal, completeReveal, failReveal } from '@holdfast/db/reveals';
import { pino } from 'pino';
import { evaluateReveal, RevealRefusedError } from './evaluate-reveal.ts';
import { loadSealingKey } from './sealing-key.ts';
import type { EvaluatorSettings } from './settings.ts';
import { signLedger } from './sign-ledger.ts';
import { loadSigningKey } from './signing-key.ts';

export interface Evaluator {
  publicKey: string;
  close(): Promise<void>;
}

/** A notice may be lost: what there is to do is looked for by itself too. */
const lookEveryMs = 2000;
/** After it a reveal whose evaluator died is taken up again. */
const leaseSeconds = 15;

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
  const database = openDatabase({ url: settings.databaseUrl, name: 'holdfast evaluator', poolSize: 3 });
  let closing = false;
  let working: Promise<void> | null = null;
  let again = false;

  const look = () => {
    again = true;
    working ??= work().finally(() => {
      working = null;
    });
  };

  async function work(): Promise<void> {
    while (again && !closing) {
      again = false;
      try {
        const refused = await signLedger(database, signingKey);
        if (refused !== null) log.error({ reason: refused }, 'the ledger is not signed: it does not verify');
        if (await makeReveal()) again = true;
      } catch (error) {
        log.warn({ error: (error as Error).message }, 'will be tried again');
        return;
      }
    }
  }

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
    try {
      const result = await evaluateReveal(database, sealingKey, claim);
      const outcome = await completeReveal(database, claim, result);
      revealLog.info({ outcome }, 'a reveal is made');
    } catch (error) {
      if (!(error instanceof RevealRefusedError || error instanceof RangeError)) throw error;
      await failReveal(database, claim, error.message);
      revealLog.error({ reason: error.message }, 'a reveal failed');
    }
    return true;
  }

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
        closing = true;
        clearInterval(timer);
        await listening.close();
        await working;
        await database.close();
        log.info('stopped');
      },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
