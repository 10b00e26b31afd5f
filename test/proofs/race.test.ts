import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Leadpost } from '../../src/compose.ts';
import { lead, programme, setStage } from '../harness/cast.ts';
import { calls, type House, type PageAnswer, startBeside, startHouse } from '../harness/house.ts';
import { faultsOf, miscounted } from '../harness/tables.ts';

const rounds = 200;

/** Two houses over one database: two servers, two pools, as on two machines. */
let one: House;
let two: Leadpost;
let leads: { id: string; offers: { id: string; partner: string }[] }[];

beforeAll(async () => {
  one = await startHouse({ timetable: false });
  await setStage(one, { programme: { distribution: { size: 2 } } });
  two = await startBeside(one, { timetable: false });
  leads = await inBatches(
    rounds,
    8,
    async (i) => (await one.api('POST', '/leads', lead({ external_id: `race-${i}` }))).body,
  );
});
afterAll(async () => {
  await two.close();
  await one.stop();
});

async function inBatches<T>(count: number, width: number, work: (i: number) => Promise<T>): Promise<T[]> {
  const done: T[] = [];
  for (let i = 0; i < count; i += width) {
    done.push(
      ...(await Promise.all(Array.from({ length: Math.min(width, count - i) }, (_, k) => work(i + k)))),
    );
  }
  return done;
}

/** The accept link of an offer with a nonce that is old enough, as its reader's open page would hold. */
async function openForm(offerId: string): Promise<{ link: string; nonce: string }> {
  const { db, links } = one.running.deps;
  const [to] = await db.query<{ sub: string }>('select contact_id as sub from offers where id = $1', [
    offerId,
  ]);
  const now = await db.now();
  const link = links.url('a', { sub: to?.sub as string, act: 'accept', obj: offerId, ver: 1 }, now);
  const token = link.slice(link.lastIndexOf('/') + 1);
  return { link, nonce: links.mintNonce(token, new Date(now.getTime() - 5_000)) };
}

describe('two people say yes in the same instant', () => {
  test(`${rounds} times: each time exactly one has the lead, and the other is told so`, async () => {
    const doors = [one.post, calls(() => two.url).post] as const;
    const wins = [0, 0];
    for (const [round, { offers }] of leads.entries()) {
      expect(offers).toHaveLength(2);
      const forms = await Promise.all(offers.map((offer) => openForm(offer.id)));
      const knock = (i: number): Promise<PageAnswer> => {
        const { link, nonce } = forms[i] as (typeof forms)[number];
        return (doors[i] as typeof one.post)(link, { nonce, promise: 'today' });
      };
      const inTurn = round % 2 === 0 ? [0, 1] : [1, 0];
      const answers = await Promise.all(inTurn.map(knock));
      expect(answers.map((a) => a.status).sort()).toEqual([200, 303]);
      const late = answers.find((a) => a.status === 200) as PageAnswer;
      expect(late.html).toContain('Another partner was faster');
      const door = inTurn[answers.findIndex((a) => a.status === 303)] as number;
      wins[door] = (wins[door] as number) + 1;
    }
    // Both doors win now and then: the two really met.
    expect(Math.min(...wins)).toBeGreaterThan(0);
  }, 120_000);

  test('and in the database: one claim, one accepted offer, one lost race, one chain of facts a lead', async () => {
    const { db } = one.running.deps;
    for (const { id } of leads) expect(await faultsOf(db, id)).toEqual([]);
    const states = await db.query(
      'select state, count(*)::int as n from offers group by state order by state',
    );
    expect(states).toEqual([
      { state: 'accepted', n: rounds },
      { state: 'lost_race', n: rounds },
    ]);
    const kinds = await db.query(
      `select kind, count(*)::int as n from letters where kind not in ('offer', 'welcome') group by kind order by kind`,
    );
    expect(kinds).toEqual([
      { kind: 'accepted', n: rounds },
      { kind: 'taken', n: rounds },
    ]);
    expect(await miscounted(db)).toEqual([]);
  });

  test('the database itself refuses a second claim, whatever the code does', async () => {
    const { db } = one.running.deps;
    const second = db.query(
      `insert into assignments (id, lead_id, partner_id, contact_id, state, stage, phase, claimed_at, owes, deadline)
       select gen_random_uuid(), lead_id, partner_id, contact_id, 'active', stage, phase, claimed_at, owes, deadline
       from assignments where lead_id = $1`,
      [leads[0]?.id],
    );
    await expect(second).rejects.toThrow('assignments_one_active');
  });
});

describe('twenty leads for a partner with room for one', () => {
  test('all accepted in the same instant: one is claimed, nineteen are refused kindly', async () => {
    const { api } = one;
    await api('PUT', '/programs/one-seat', {
      ...programme({ distribution: { mode: 'pool' } }),
      default: false,
    });
    await api('PUT', '/partners/full', {
      name: 'Partner Full',
      kind: 'reseller',
      products: ['storage'],
      capacity: { open: 1 },
      contacts: [{ external_id: 'full-1', name: 'Frida Full', email: 'frida@full.example', role: 'owner' }],
    });
    const few = await inBatches(
      20,
      5,
      async (i) =>
        (
          await api(
            'POST',
            '/leads',
            lead({ program: 'one-seat', products: ['storage'], external_id: `seat-${i}` }),
          )
        ).body,
    );
    const forms = await Promise.all(few.map((l) => openForm(l.offers[0].id)));
    const answers = await Promise.all(forms.map((form) => one.post(form.link, { nonce: form.nonce })));
    expect(answers.filter((a) => a.status === 303)).toHaveLength(1);
    expect(answers.filter((a) => a.status >= 500)).toEqual([]);
    const { db } = one.running.deps;
    for (const { id } of few) expect(await faultsOf(db, id)).toEqual([]);
    expect(await miscounted(db)).toEqual([]);
  });
});
