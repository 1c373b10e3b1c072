import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Limits } from './access/request-limits.ts';
import { defaultTableLimits, type TableLimits } from './datasets/table-builder.ts';
import { defaultSearchLimits, type SearchLimits } from './searches/search-limits.ts';

/** What the process is told by its environment. */
export interface ApiSettings {
  host: string;
  /** 0: a free port. */
  port: number;
  databaseUrl: string;
  /** `null`: the queue stands on Postgres. */
  redisUrl: string | null;
  /** API keys; with one or more of them every request below `/v1` must carry one. */
  keys: readonly string[];
  logLevel: (typeof logLevels)[number];
  /** Folder of the built dashboard. */
  webFolder: string;
  /** Folder of the built documentation. */
  docsFolder: string;
  /** Requests of each key that has no limits of its own. */
  limits: Limits;
  bodyBytes: number;
  requestSeconds: number;
  mostStreams: number;
  tables: Partial<TableLimits>;
  searches: SearchLimits;
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const builtDashboard = fileURLToPath(new URL('../../web/dist', import.meta.url));

const builtDocs = fileURLToPath(new URL('../../../docs/dist', import.meta.url));

const port = z
  .string()
  .regex(/^\d{1,5}$/, { error: 'must be a number from 0 to 65535 (0 picks a free port)' })
  .transform(Number)
  .refine((n) => n <= 65_535, { error: 'must be a number from 0 to 65535 (0 picks a free port)' });

/** Addresses carry passwords: the messages name what is expected, never what was given. */
const address = (protocols: readonly string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const key = z
  .string()
  .regex(/^[\x21-\x2b\x2d-\x7e]+$/, { error: 'must be printable ASCII without spaces and commas' });

/** A limit at the door: a whole number from 1 on. */
const limit = (standard: number) =>
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, { error: 'must be a whole number from 1 on' })
    .transform(Number)
    .default(standard);

const environmentSchema = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: port.default(8080),
  DATABASE_URL: address(['postgres:', 'postgresql:']),
  REDIS_URL: address(['redis:', 'rediss:']).optional(),
  HOLDFAST_KEY: key.optional(),
  HOLDFAST_KEYS: z
    .string()
    .transform((text) => text.split(','))
    .pipe(z.array(key))
    .optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
  HOLDFAST_WEB: z.string().default(builtDashboard),
  HOLDFAST_DOCS: z.string().default(builtDocs),
  HOLDFAST_ADMIN_KEY: key.optional(),
  HOLDFAST_KEY_REQUESTS_PER_SECOND: limit(2000),
  HOLDFAST_KEY_REQUESTS_IN_FLIGHT: limit(4000),
  HOLDFAST_MAX_BODY_BYTES: limit(16 * 2 ** 20),
  HOLDFAST_MAX_REQUEST_SECONDS: limit(600),
  HOLDFAST_MAX_STREAMS: limit(1000),
  HOLDFAST_MAX_UPLOAD_BYTES: limit(defaultTableLimits.encodedBytes),
  HOLDFAST_MAX_DECODED_BYTES: limit(defaultTableLimits.decodedBytes),
  HOLDFAST_MAX_LINE_BYTES: limit(defaultTableLimits.lineBytes),
  HOLDFAST_MAX_ROWS: limit(defaultTableLimits.rows),
  HOLDFAST_MAX_COLUMNS: limit(defaultTableLimits.columns),
  HOLDFAST_MAX_CELLS: limit(defaultTableLimits.cells),
  HOLDFAST_MAX_TRIALS: limit(defaultSearchLimits.trials),
  HOLDFAST_MAX_FOLD_RUNS: limit(defaultSearchLimits.foldRuns),
  HOLDFAST_MAX_PARAMETER_EPOCHS: limit(defaultSearchLimits.parameterEpochs),
});

/** One line for each setting that is wrong, and what it must be. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

/**
 * Reads the settings. An empty string counts as not set, as `${REDIS_URL:-}` of a compose file makes one.
 * @throws SettingsError naming every setting that is wrong
 */
export function readSettings(environment: NodeJS.ProcessEnv): ApiSettings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = environmentSchema.safeParse(given);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        return `${name} ${given[name] === undefined ? 'is not set' : 'is wrong'}: ${issue.message}.`;
      }),
    );
  }
  const env = parsed.data;
  return {
    host: env.HOST,
    port: env.PORT,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL ?? null,
    keys: [env.HOLDFAST_ADMIN_KEY, env.HOLDFAST_KEY, ...(env.HOLDFAST_KEYS ?? [])].filter(
      (one) => one !== undefined,
    ),
    logLevel: env.LOG_LEVEL,
    webFolder: env.HOLDFAST_WEB,
    docsFolder: env.HOLDFAST_DOCS,
    limits: {
      requestsPerSecond: env.HOLDFAST_KEY_REQUESTS_PER_SECOND,
      requestsInFlight: env.HOLDFAST_KEY_REQUESTS_IN_FLIGHT,
    },
    bodyBytes: env.HOLDFAST_MAX_BODY_BYTES,
    requestSeconds: env.HOLDFAST_MAX_REQUEST_SECONDS,
    mostStreams: env.HOLDFAST_MAX_STREAMS,
    tables: {
      encodedBytes: env.HOLDFAST_MAX_UPLOAD_BYTES,
      decodedBytes: env.HOLDFAST_MAX_DECODED_BYTES,
      lineBytes: env.HOLDFAST_MAX_LINE_BYTES,
      rows: env.HOLDFAST_MAX_ROWS,
      columns: env.HOLDFAST_MAX_COLUMNS,
      cells: env.HOLDFAST_MAX_CELLS,
    },
    searches: {
      trials: env.HOLDFAST_MAX_TRIALS,
      foldRuns: env.HOLDFAST_MAX_FOLD_RUNS,
      parameterEpochs: env.HOLDFAST_MAX_PARAMETER_EPOCHS,
    },
  };
}
