import { resolve } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../command/usage-error.ts';

const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .refine((value) => value >= min && value <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    });

const schema = z.object({
  PORT: wholeNumber(0, 65_535).default(8080),
  HOST: z.string().min(1).default('127.0.0.1'),
  HOLDFAST_HOME: z.string().min(1).default('.holdfast'),
  HOLDFAST_THREADS: wholeNumber(1, 1024).optional(),
  HOLDFAST_KEY: z.string().min(16, { error: 'must have at least 16 characters' }).optional(),
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://user:password@host:port/database' })
    .optional(),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be redis://host:port' }).optional(),
  HOLDFAST_DEMO: z.enum(['0', '1'], { error: 'must be 0 or 1' }).optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
});

/** What `serve` was told, by flags first, then by the environment. */
export interface ServeSettings {
  /** 0 picks a free port. */
  port: number;
  host: string;
  /** Data folder, absolute. */
  home: string;
  threads: number | undefined;
  key: string | undefined;
  /** Absent: an embedded Postgres under `home`. */
  databaseUrl: string | undefined;
  /** Absent: the queue is on Postgres. */
  redisUrl: string | undefined;
  demo: boolean;
  logLevel: string;
}

/** Flags of `serve` as they came, each named as its environment variable; absent ones are undefined. */
export type ServeFlags = { [Name in keyof z.input<typeof schema>]?: string | undefined } & { demo?: boolean };

const flagNames: Record<string, string> = {
  PORT: '--port',
  HOST: '--host',
  HOLDFAST_HOME: '--home',
  HOLDFAST_THREADS: '--threads',
  DATABASE_URL: '--database-url',
  REDIS_URL: '--redis-url',
  LOG_LEVEL: '--log-level',
};

/** @throws UsageError with a line for each setting that is wrong. */
export function readServeSettings(flags: ServeFlags, environment: NodeJS.ProcessEnv): ServeSettings {
  const given = Object.fromEntries(
    Object.keys(schema.shape).map((name) => {
      const value = flags[name as keyof ServeFlags] ?? environment[name];
      return [name, value === '' ? undefined : value];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const place = flags[name as keyof ServeFlags] !== undefined ? flagNames[name] : name;
      // A key is not to stand in a log.
      const value = name === 'HOLDFAST_KEY' ? '' : ` (it is ${JSON.stringify(given[name])})`;
      return `${place} ${issue.message}${value}`;
    });
    throw new UsageError(lines.join('\n'));
  }
  const settings = parsed.data;
  return {
    port: settings.PORT,
    host: settings.HOST,
    home: resolve(settings.HOLDFAST_HOME),
    threads: settings.HOLDFAST_THREADS,
    key: settings.HOLDFAST_KEY,
    databaseUrl: settings.DATABASE_URL,
    redisUrl: settings.REDIS_URL,
    demo: flags.demo === true && settings.HOLDFAST_DEMO !== '0',
    logLevel: settings.LOG_LEVEL,
  };
}
