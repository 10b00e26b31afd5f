import { endDemo } from '../dispatch/demo-clock.ts';
import type { Deps } from '../dispatch/deps.ts';
import { publicHolidays } from '../dispatch/public-holidays.ts';
import { openDatabase } from '../postgres/database.ts';
import type { Connection } from '../postgres/migrate.ts';
import { oneAtATime } from '../postgres/one-at-a-time.ts';
import { makeDemo } from '../sandbox/demo-history.ts';

/**
 * The sandbox's history, over connections of its own: made again from the start when it is cut short, it need not wait
 * for the disk. Of processes that start together one makes it, and the others wait until it is there.
 */
export async function furnish(deps: Deps, connection: Connection): Promise<void> {
  await oneAtATime(connection, 'demo', async () => {
    const db = openDatabase(connection, { bulk: true, holidays: publicHolidays });
    try {
      await makeDemo({ ...deps, db });
    } finally {
      await db.close();
    }
    await endDemo(deps);
  });
}
