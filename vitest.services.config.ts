import { defineConfig } from 'vitest/config';
import { common } from './vitest.config.ts';

/** The tests that need more than Node: PostgreSQL 15, Dovecot, Chromium (scripts/install-services). `.spec.ts` keeps them out of `npm test`. */
export default defineConfig({
  test: {
    ...common,
    include: [
      'test/mail/real-servers/**/*.spec.ts',
      // Everything that asks a database, once more on the distribution's own.
      'test/{postgres,journeys,api,dispatch}/**/*.test.ts',
    ],
    // It starts embedded servers of its own, whatever server the others use.
    exclude: ['test/postgres/embedded-server.test.ts'],
    globalSetup: ['test/mail/real-servers/global-setup.ts'],
  },
});
