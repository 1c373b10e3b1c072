import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { type EngineChoice, engineChoices } from './choose-engine.ts';

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface WorkerSettings {
  databaseUrl: string;
  /** The queue stands in the database where this is `null`. */
  redisUrl: string | null;
  /** Fold runs that train at the same time. */
  threads: number;
  engine: EngineChoice;
  /** Stands before the random part of the worker's id; the host's name where `null`. */
  name: string | null;
  /** Touched while the worker lives, for whatever watches over it. */
  aliveFile?: string | null;
  logLevel: (typeof logLevels)[number];
}

/** An address may hold a password: messages never repeat it. */
function address(protocols: readonly string[], example: string) {
  return z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be an address such as ${example}`,
  });
}

const environmentSchema = z.object({
  DATABASE_URL: address(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/holdfast'),
  REDIS_URL: address(['redis:', 'rediss:'], 'redis://host:6379').optional(),
  HOLDFAST_THREADS: z
    .string()
    .regex(/^[1-9]\d{0,3}$/, { error: 'must be a whole number from 1 to 9999' })
    .optional(),
  HOLDFAST_ENGINE: z.enum(engineChoices, { error: `must be one of ${engineChoices.join(', ')}` }).optional(),
  HOLDFAST_WORKER_NAME: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,60}$/, { error: 'must be 1 to 60 of letters, digits, ".", "_" and "-"' })
    .optional(),
  HOLDFAST_ALIVE_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(logLevels).optional(),
});

export const settingsHelp = `  DATABASE_URL          Postgres, the truth of every search (required)
  REDIS_URL             Redis for the queue; without it the queue stands in Postgres
  HOLDFAST_THREADS      fold runs trained at the same time (default: one for each core)
  HOLDFAST_ENGINE       ${engineChoices.join(', ')}: what trains; all give the same bits
                        (default: auto, the fastest that is at hand)
  HOLDFAST_WORKER_NAME  stands in the worker's id (default: the host's name)
  HOLDFAST_ALIVE_FILE   a file to touch every three seconds (default: none)
  LOG_LEVEL             ${logLevels.join(', ')} (default: info)`;

/** @throws Error whose message names each setting that is wrong; an empty setting counts as absent. */
export function readSettings(environment: Record<string, string | undefined>): WorkerSettings {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = environmentSchema.safeParse(given);
  if (!read.success) {
    const lines = read.error.issues.map(({ path, message }) => {
      const name = path.join('.');
      return `  ${name} ${given[name] === undefined ? 'is required' : message}`;
    });
    throw new Error(`These settings are wrong:\n${lines.join('\n')}`);
  }
  const { DATABASE_URL, REDIS_URL, HOLDFAST_THREADS, HOLDFAST_ENGINE, HOLDFAST_WORKER_NAME, LOG_LEVEL } =
    read.data;
  return {
    databaseUrl: DATABASE_URL,
    redisUrl: REDIS_URL ?? null,
    threads: HOLDFAST_THREADS === undefined ? availableParallelism() : Number(HOLDFAST_THREADS),
    engine: HOLDFAST_ENGINE ?? 'auto',
    name: HOLDFAST_WORKER_NAME ?? null,
    aliveFile: read.data.HOLDFAST_ALIVE_FILE ?? null,
    logLevel: LOG_LEVEL ?? 'info',
  };
}
