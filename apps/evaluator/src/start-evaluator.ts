import { publishEvaluatorKey } from '@holdfast/db/evaluator-keys';
import { openDatabase } from '@holdfast/db/open-database';
import { pino } from 'pino';
import { loadSealingKey } from './sealing-key.ts';
import type { EvaluatorSettings } from './settings.ts';

export interface Evaluator {
  publicKey: string;
  close(): Promise<void>;
}

/**
 * Starts the only process that can open a sealed test set. It publishes the public key that data sets are
 * sealed to; until it has, no data set can be created.
 */
export async function startEvaluator(settings: EvaluatorSettings): Promise<Evaluator> {
  const log = pino({ name: 'evaluator', level: settings.logLevel });
  const { publicKey } = await loadSealingKey(settings.keyFile);
  const database = openDatabase({ url: settings.databaseUrl, name: 'holdfast evaluator', poolSize: 2 });
  try {
    await publishEvaluatorKey(database, publicKey);
  } catch (error) {
    await database.close();
    throw error;
  }
  log.info({ publicKey }, 'sealing key published');
  // Between reveals there is nothing to wake for: this keeps the process alive.
  const idle = setInterval(() => undefined, 1 << 30);
  return {
    publicKey,
    async close() {
      clearInterval(idle);
      await database.close();
      log.info('stopped');
    },
  };
}
