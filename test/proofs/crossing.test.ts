import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { changeLeadIn } from '../../src/dispatch/change-lead.ts';
import type { Actor } from '../../src/dispatch/deps.ts';
import { recall } from '../../src/lead/follow-up.ts';
import { defaultPreferences } from '../../src/lead/preferences.ts';
import type { Tx } from '../../src/postgres/database.ts';
import { findPreferences, putPreferences } from '../../src/postgres/preferences.ts';
import { alice, bob, postLead, setStage, toMonday } from '../harness/cast.ts';
import { eventually, type House, type PageAnswer, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

/** Two acts that cross: the second one begins while the first one, of another process, is not committed yet. */

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());
beforeEach(() => toMonday(house));

/** Does `first` in a transaction, begins `second`, and commits once the second has been answered or waits for a lock. */
async function crossing(
  first: (tx: Tx) => Promise<unknown>,
  second: () => Promise<PageAnswer>,
): Promise<PageAnswer> {
  const { db } = house.running.deps;
  const [done, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const transaction = db.inTransaction(async (tx) => {
    await first(tx);
    done.resolve();
    await commit.promise;
  });
  await Promise.race([done.promise, transaction]);
  let answered = false;
  const answer = second().finally(() => {
    answered = true;
  });
  await eventually(async () => {
    const [row] = await db.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(answered || (row?.n ?? 0) > 0).toBe(true);
  });
  commit.resolve();
  await transaction;
  return answer;
}

const idOf = async (email: string): Promise<string> => {
  const rows = await house.running.deps.db.query<{ id: string }>('select id from people where email = $1', [
    email,
  ]);
  return rows[0]?.id as string;
};

describe('while a lead is being taken away', () => {
  test('its details are mailed to nobody who held it a moment ago', async () => {
    const { reference } = await postLead(house);
    const link = linkTo((await house.newest(alice, 'offer', reference)).links, 'accept');
    await house.press(link, { promise: 'today' });
    const kinds = await house.kinds(alice, reference);
    const nonce = /name="nonce" value="([^"]+)"/.exec((await house.get(link)).html)?.[1] as string;
    await house.advance('PT2M');
    const { deps } = house.running;
    const [lead] = await deps.db.query<{ id: string }>('select id from leads where reference = $1', [
      reference,
    ]);
    const manager: Actor = { who: { kind: 'key', id: null }, channel: 'api' };
    const answer = await crossing(
      (tx) =>
        changeLeadIn(deps, tx, { id: lead?.id as string }, manager, (c, act) =>
          recall(c, { next: 'hold', reason: 'wrong region' }, act),
        ),
      () => house.post(link, { nonce, remail: '1' }),
    );
    expect(answer.status).toBe(403);
    expect(await house.kinds(alice, reference)).toEqual([...kinds, 'recalled']);
  });
});

describe('while somebody’s choices are being saved', () => {
  test('a mail program’s "unsubscribe" ends the reports and takes nothing of the rest back', async () => {
    const { db, links } = house.running.deps;
    const id = await idOf(bob);
    const [person] = await db.query<{ epoch: number }>('select epoch from people where id = $1', [id]);
    const claim = { sub: id, act: 'stop', obj: id, ver: person?.epoch as number } as const;
    const stop = links.url('stop', claim, await house.now());
    const chosen = { ...defaultPreferences, mails: 'bundles', extent: 'short' } as const;
    const answer = await crossing(
      (tx) => putPreferences(tx, id, chosen),
      () => house.post(stop, { 'List-Unsubscribe': 'One-Click' }),
    );
    expect(answer.status).toBe(200);
    expect(await findPreferences(db, id)).toEqual({ ...chosen, digest: 'off' });
  });
});
