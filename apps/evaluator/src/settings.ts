import { join } from 'node:path';
import { z } from 'zod';

const schema = z.object({
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be postgres://user:password@host:port/database',
  }),
  HOLDFAST_HOME: z.string().min(1).default('.holdfast'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

export interface EvaluatorSettings {
  databaseUrl: string;
  /** The private key's file: made at the first start with mode 0600, read by this process alone. */
  keyFile: string;
  /** Of the key that signs the ledger's heads, likewise. */
  signingKeyFile: string;
  logLevel: string;
}

/** @throws Error with one line for each setting that is wrong. */
export function readSettings(environment: NodeJS.ProcessEnv): EvaluatorSettings {
  const parsed = schema.safeParse(environment);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The evaluator cannot start:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  }
  const { DATABASE_URL, HOLDFAST_HOME, LOG_LEVEL } = parsed.data;
  return {
    databaseUrl: DATABASE_URL,
    keyFile: join(HOLDFAST_HOME, 'evaluator', 'sealing-key.json'),
    signingKeyFile: join(HOLDFAST_HOME, 'evaluator', 'signing-key.pem'),
    logLevel: LOG_LEVEL,
  };
}
