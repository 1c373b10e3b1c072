import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readServeSettings } from './serve-settings.ts';

describe('settings of serve', () => {
  it('have defaults for a machine with nothing set', () => {
    expect(readServeSettings({}, {})).toEqual({
      port: 8080,
      host: '127.0.0.1',
      home: resolve('.holdfast'),
      threads: undefined,
      key: undefined,
      databaseUrl: undefined,
      redisUrl: undefined,
      demo: false,
      logLevel: 'info',
    });
  });

  it('take a flag before the environment, and an empty variable for an absent one', () => {
    const settings = readServeSettings({ PORT: '0' }, { PORT: '9000', REDIS_URL: '', HOLDFAST_THREADS: '3' });
    expect(settings).toMatchObject({ port: 0, redisUrl: undefined, threads: 3 });
  });

  it('run the example only where asked, and not against HOLDFAST_DEMO=0', () => {
    expect(readServeSettings({ demo: true }, {}).demo).toBe(true);
    expect(readServeSettings({ demo: true }, { HOLDFAST_DEMO: '0' }).demo).toBe(false);
    expect(readServeSettings({}, { HOLDFAST_DEMO: '1' }).demo).toBe(false);
  });

  it('name every wrong one by the name under which it was given', () => {
    expect(() => readServeSettings({ PORT: '1e3' }, { LOG_LEVEL: 'loud', DATABASE_URL: 'file:x' })).toThrow(
      [
        '--port must be a whole number from 0 to 65535 (it is "1e3")',
        'DATABASE_URL must be postgres://user:password@host:port/database (it is "file:x")',
        'LOG_LEVEL must be trace, debug, info, warn, error, fatal or silent (it is "loud")',
      ].join('\n'),
    );
  });
});
