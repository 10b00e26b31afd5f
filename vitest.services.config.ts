import { defineConfig } from 'vitest/config';

/** The tests that need more than Node: PostgreSQL 15, Dovecot, Chromium (scripts/install-services). */
export default defineConfig({
  test: {
    include: [
      'test/services/**/*.test.ts',
      // Everything that asks a database, once more on the distribution's own.
      'test/{postgres,journeys,api,dispatch}/**/*.test.ts',
    ],
    // It starts embedded servers of its own, whatever server the others use.
    exclude: ['test/postgres/embedded-server.test.ts'],
    globalSetup: ['test/services/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
