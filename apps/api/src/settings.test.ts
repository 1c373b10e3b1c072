import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from './settings.ts';

const DATABASE_URL = 'postgres://holdfast:secret@localhost:5432/holdfast';

function problemsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('readSettings', () => {
  it('needs nothing but a database', () => {
    expect(readSettings({ DATABASE_URL })).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: DATABASE_URL,
      redisUrl: null,
      keys: [],
      logLevel: 'info',
      webFolder: expect.stringMatching(/web[/\\]dist$/),
    });
  });

  it('takes an empty string for not set', () => {
    const settings = readSettings({ DATABASE_URL, REDIS_URL: '', PORT: '', HOLDFAST_KEY: '' });
    expect(settings).toMatchObject({ redisUrl: null, port: 8080, keys: [] });
    expect(problemsOf({ DATABASE_URL: '' })).toEqual([expect.stringMatching(/^DATABASE_URL is not set/)]);
  });

  it('gathers keys from both variables', () => {
    expect(readSettings({ DATABASE_URL, HOLDFAST_KEY: 'one', HOLDFAST_KEYS: 'two,three' }).keys).toEqual([
      'one',
      'two',
      'three',
    ]);
  });

  it('names every setting that is wrong, one line each, and repeats no secret', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      PORT: '80800',
      LOG_LEVEL: 'loud',
      HOLDFAST_KEYS: 'fine,with space',
    });
    expect(problems.map((line) => line.split(' ')[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'HOLDFAST_KEYS',
      'LOG_LEVEL',
    ]);
    expect(problems.join('\n')).not.toMatch(/hunter2|with space/);
  });
});
