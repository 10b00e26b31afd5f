import { afterEach, describe, expect, test } from 'vitest';
import type { Leadpost } from '../../src/compose.ts';
import { deliverLetters, recoverLeases } from '../../src/dispatch/deliver-letters.ts';
import type { MailRoom } from '../../src/dispatch/deps.ts';
import { sendDigests } from '../../src/dispatch/send-digests.ts';
import { setClock } from '../../src/postgres/clock.ts';
import { postLead, setStage } from '../harness/cast.ts';
import { eventually, type House, startBeside, startHouse } from '../harness/house.ts';
import { query } from '../harness/server.ts';

let house: House | undefined;
let second: Leadpost | undefined;
afterEach(async () => {
  await second?.close();
  await house?.stop();
  [house, second] = [undefined, undefined];
});

/** A relay that takes everything after a while that differs, and notes the beginning and the end of every mail. */
function relay(): { send: MailRoom['send']; taken: { began: number; ended: number; kind: string }[] } {
  const taken: { began: number; ended: number; kind: string }[] = [];
  let nth = 0;
  return {
    taken,
    send: async (_envelope, raw) => {
      const began = performance.now();
      nth += 1;
      await new Promise((resolve) => setTimeout(resolve, (nth * 7) % 40));
      const kind = /^x-leadpost-kind: (\S+)/im.exec(raw.toString('latin1'))?.[1] ?? '';
      taken.push({ began, ended: performance.now(), kind });
      return { kind: 'sent', response: '250 2.0.0 taken' };
    },
  };
}

/** Letters of which one is nearer than the period to the one that came `letters` before it. */
function tooClose(times: readonly number[], letters: number, periodMs: number): number[] {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted.filter((at, i) => i >= letters && at - (sorted[i - letters] as number) < periodMs);
}

const count = async (states: string): Promise<number> => {
  const { connection } = (house as House).database;
  return Number(
    (await query(connection, `select count(*) from letters where state in (${states})`)).rows[0].count,
  );
};
const sent = (): Promise<number> => count(`'sent'`);
const waiting = (): Promise<number> => count(`'due', 'sending'`);

describe('the rate of the relay', () => {
  test('is never exceeded within any second, by two processes together', async () => {
    const [letters, period] = [6, 1_000];
    const SMTP_RATE = '6';
    const { send, taken } = relay();
    house = await startHouse({ send, env: { SMTP_RATE } });
    await setStage(house);
    second = await startBeside(house, { send, env: { ROLES: 'worker', SMTP_RATE } });
    for (let i = 0; i < 5; i++) await postLead(house);
    await eventually(async () => expect([await sent(), await waiting()]).toEqual([taken.length, 0]), 60_000);
    expect(taken.length).toBeGreaterThanOrEqual(15);
    const times = [taken.map((t) => t.began), taken.map((t) => t.ended)];
    expect(times.map((at) => tooClose(at, letters, period))).toEqual([[], []]);
    expect(house.complaints).toEqual([]);
  });

  test('is kept by a process that had to wait: whoever looks for what is due sends all of it', async () => {
    const { send, taken } = relay();
    house = await startHouse({ send, timetable: false, env: { SMTP_RATE: '5' } });
    await setStage(house);
    await postLead(house);
    await postLead(house);
    await postLead(house);
    expect((await house.messages()).filter((m) => m.kind === 'offer')).toHaveLength(9);
    expect(
      tooClose(
        taken.map((t) => t.ended),
        5,
        1_000,
      ),
    ).toEqual([]);
  });

  test('places that went with a process come back with its letters', async () => {
    const { send } = relay();
    house = await startHouse({ send, timetable: false, env: { SMTP_RATE: '2' } });
    const { connection } = house.database;
    await query(
      connection,
      `update relay_places set token = gen_random_uuid(), free_at = clock_timestamp() + interval '15 minutes'`,
    );
    await setStage(house);
    await postLead(house);
    const { deps } = house.running;
    expect(await deliverLetters(deps)).toBe(0);
    await recoverLeases(deps);
    await eventually(async () => {
      await deliverLetters(deps);
      expect(await sent()).toBeGreaterThanOrEqual(3);
    }, 60_000);
  });

  test('belongs to offers first, and to weekly reports when nothing else waits', async () => {
    const { send, taken } = relay();
    house = await startHouse({ send, timetable: false });
    await setStage(house);
    const { deps } = house.running;
    await postLead(house);
    const now = await house.now();
    await setClock(deps.db, new Date(now.getTime() + 7 * 24 * 3_600_000));
    while ((await deliverLetters(deps)) > 0);
    taken.length = 0;
    while ((await sendDigests(deps)) > 0);
    await postLead(house);
    while ((await deliverLetters(deps, 2)) > 0);
    const kinds = taken.map((t) => t.kind);
    expect(kinds.filter((kind) => kind === 'offer')).toHaveLength(3);
    expect(kinds.filter((kind) => kind.endsWith('digest')).length).toBeGreaterThan(0);
    expect(kinds.lastIndexOf('offer')).toBeLessThan(kinds.findIndex((kind) => kind.endsWith('digest')));
  });
});
