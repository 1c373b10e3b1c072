import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { readSettings, settingsHelp } from './settings.ts';

const DATABASE_URL = 'postgres://holdfast:hush-hush@db:5432/holdfast';

test('the database alone is enough', () => {
  expect(readSettings({ DATABASE_URL })).toEqual({
    databaseUrl: DATABASE_URL,
    redisUrl: null,
    threads: availableParallelism(),
    engine: 'auto',
    name: null,
    aliveFile: null,
    logLevel: 'info',
  });
});

test('takes what is given, and an empty setting for absent', () => {
  const settings = readSettings({
    DATABASE_URL,
    REDIS_URL: 'rediss://cache:6380/2',
    HOLDFAST_THREADS: '3',
    HOLDFAST_ENGINE: 'wasm',
    HOLDFAST_WORKER_NAME: 'left-rack',
    LOG_LEVEL: '',
  });
  expect(settings).toMatchObject({
    redisUrl: 'rediss://cache:6380/2',
    threads: 3,
    engine: 'wasm',
    name: 'left-rack',
    logLevel: 'info',
  });
});

test('names every setting that is wrong, and repeats no password', () => {
  const wrong = {
    DATABASE_URL: 'mysql://root:hush-hush@db/holdfast',
    REDIS_URL: 'hush-hush@cache',
    HOLDFAST_THREADS: '2.5',
    HOLDFAST_ENGINE: 'fast',
    HOLDFAST_WORKER_NAME: 'a b',
    LOG_LEVEL: 'loud',
  };
  expect(() => readSettings(wrong)).toThrow(
    /DATABASE_URL must.*\n.*REDIS_URL must.*\n.*HOLDFAST_THREADS must.*\n.*HOLDFAST_ENGINE must.*\n.*HOLDFAST_WORKER_NAME must.*\n.*LOG_LEVEL/,
  );
  expect(() => readSettings(wrong)).not.toThrow(/hush/);
});

test('says that the database is required', () => {
  expect(() => readSettings({})).toThrow('DATABASE_URL is required');
});

test.each(['0', '-1', '1e3', '99999', 'two'])('%s is no number of threads', (threads) => {
  expect(() => readSettings({ DATABASE_URL, HOLDFAST_THREADS: threads })).toThrow('HOLDFAST_THREADS');
});

test('the help names each setting', () => {
  for (const name of [
    'DATABASE_URL',
    'REDIS_URL',
    'HOLDFAST_THREADS',
    'HOLDFAST_ENGINE',
    'HOLDFAST_WORKER_NAME',
    'LOG_LEVEL',
  ]) {
    expect(settingsHelp).toContain(name);
  }
});
