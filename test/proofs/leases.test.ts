import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { deliverLetters, recoverLeases } from '../../src/dispatch/deliver-letters.ts';
import type { Database } from '../../src/postgres/database.ts';
import { postLead, setStage } from '../harness/cast.ts';
import { noteFreed } from '../harness/freed-letters.ts';
import { type House, startHouse } from '../harness/house.ts';

let house: House | undefined;
afterEach(async () => {
  await house?.stop();
  house = undefined;
});

/** The same database at the end of a longer line: 4 ms there, 4 ms back. */
const farAway = (db: Database): Database => ({
  ...db,
  inTransaction: (work, how) =>
    db.inTransaction(
      (tx) =>
        work({
          ...tx,
          query: async <T extends object>(text: string, values?: readonly unknown[]) => {
            await sleep(4);
            const rows = await tx.query<T>(text, values);
            await sleep(4);
            return rows;
          },
        }),
      how,
    ),
});

test('whoever looks after the leases of the dead takes nothing out of the hands of the living', async () => {
  house = await startHouse({ timetable: false });
  await setStage(house);
  const { deps } = house.running;
  const freed = await noteFreed(deps.db);
  for (let lead = 0; lead < 20; lead++) await postLead(house);
  const slow = { ...deps, db: farAway(deps.db) };
  let sending = true;
  let looks = 0;
  const looking = Array.from({ length: 3 }, async () => {
    for (; sending; looks++) await recoverLeases(slow);
  });
  // One letter at a time: each is taken, sent and acknowledged while somebody looks.
  const delivering = Array.from({ length: 3 }, async () => {
    while ((await deliverLetters(deps, 1)) > 0);
  });
  await Promise.all(delivering);
  sending = false;
  await Promise.all(looking);
  expect(looks).toBeGreaterThan(10);
  expect(await freed()).toEqual([]);
  const letters = await deps.db.query('select state, attempts from letters');
  expect(letters.filter((l) => l['state'] !== 'sent' || l['attempts'] !== 1)).toEqual([]);
  expect(letters.length).toBeGreaterThanOrEqual(60);
});
