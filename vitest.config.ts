import { defineConfig } from 'vitest/config';

const seconds = 1000;
const notTests = ['**/node_modules/**', '**/dist/**'];

/** The parts of `npm test` that Vitest runs; each project can be run alone with `vitest run --project NAME`. */
export default defineConfig({
  test: {
    pool: 'forks',
    // The servers that integration tests start need a core as well.
    maxWorkers: 2,
    passWithNoTests: false,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'apps/*/src/**/*.test.{ts,tsx}', 'scripts/**/*.test.mjs'],
          exclude: [...notTests, '**/*.integration.test.ts', '**/*.native.test.ts'],
          testTimeout: 60 * seconds,
        },
      },
      {
        extends: true,
        test: {
          // Needs the addon, so a compiler: a part of `npm run verify`, not of `npm test`.
          name: 'native',
          include: ['packages/*/src/**/*.native.test.ts'],
          exclude: notTests,
          globalSetup: ['packages/native-engine/test/build-emulated.ts'],
          testTimeout: 600 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['packages/*/src/**/*.integration.test.ts', 'apps/*/src/**/*.integration.test.ts'],
          exclude: notTests,
          globalSetup: ['tests/setup/postgres.ts', 'tests/setup/redis.ts'],
          testTimeout: 120 * seconds,
          hookTimeout: 120 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-embedded',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: [...notTests, '**/*.distributed.test.ts'],
          env: { HOLDFAST_TEST_SETUP: 'embedded' },
          globalSetup: ['tests/setup/embedded-home.ts'],
          testTimeout: 300 * seconds,
          hookTimeout: 120 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e-distributed',
          include: ['tests/e2e/**/*.test.ts'],
          exclude: [...notTests, '**/*.embedded.test.ts'],
          env: { HOLDFAST_TEST_SETUP: 'distributed' },
          globalSetup: ['tests/setup/postgres.ts', 'tests/setup/redis.ts'],
          testTimeout: 300 * seconds,
          hookTimeout: 120 * seconds,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['tests/browser/**/*.test.ts'],
          exclude: notTests,
          globalSetup: ['tests/setup/chromium.ts'],
          fileParallelism: false,
          expect: { poll: { timeout: 30 * seconds } },
          testTimeout: 180 * seconds,
          hookTimeout: 120 * seconds,
        },
      },
    ],
  },
});
