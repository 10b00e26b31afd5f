import type { TestProject } from 'vitest/node';
import setUpDatabases from '../../harness/global-setup.ts';
import { findChromium } from './chromium.ts';
import { startPostgres } from './postgres.ts';

/** The distribution's PostgreSQL for the whole run; what is missing fails here, before any test could pass without it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  findChromium();
  const server = await startPostgres();
  process.env.TEST_DATABASE_URL = server.url;
  try {
    const tearDown = await setUpDatabases(project);
    return async () => {
      await tearDown();
      await server.stop();
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
