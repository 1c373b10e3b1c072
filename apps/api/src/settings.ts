import { fileURLToPath } from 'node:url';
import { z } from 'zod';

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
}

const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const builtDashboard = fileURLToPath(new URL('../../web/dist', import.meta.url));

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
    keys: [...(env.HOLDFAST_KEY === undefined ? [] : [env.HOLDFAST_KEY]), ...(env.HOLDFAST_KEYS ?? [])],
    logLevel: env.LOG_LEVEL,
    webFolder: env.HOLDFAST_WEB,
  };
}
