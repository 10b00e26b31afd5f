import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob, dora, lead, postLead, setStage } from '../harness/cast.ts';
import { formsOn, type House, type Json, type PageAnswer, startHouse } from '../harness/house.ts';
import { faultsOf, miscounted } from '../harness/tables.ts';

const rounds = 12;
let house: House;
let owed: string;
let leads: { id: string; offers: { id: string; partner: string }[] }[];

beforeAll(async () => {
  house = await startHouse();
  await setStage(house, { programme: { standing: {} } });
  const { reference } = await postLead(house);
  const offer = await house.link(alice, 'accept', 'offer', reference);
  await house.press(offer, { promise: 'today' });
  await house.advance('P1D');
  await house.advance('PT8H');
  owed = await house.link(alice, 'contacted', 'warning', reference);
  leads = [];
  for (let i = 0; i < rounds; i++)
    leads.push((await house.api('POST', '/leads', lead({ external_id: `hold-${i}` }))).body);
  await house.advance('PT5S');
});
afterAll(() => house.stop());

/** The press of a button on a page that has been open for a while. */
async function press(one: Json, partner: string, act: 'accept' | 'queue'): Promise<PageAnswer> {
  const { db, links } = house.running.deps;
  const offer = one.offers.find((o: Json) => o.partner === partner).id;
  const [to] = await db.query<{ sub: string }>('select contact_id as sub from offers where id = $1', [offer]);
  const now = await db.now();
  const link = links.url('a', { sub: to?.sub as string, act, obj: offer, ver: 1 }, now);
  const token = link.slice(link.lastIndexOf('/') + 1);
  return house.post(link, { nonce: links.mintNonce(token, new Date(now.getTime() - 5_000)) });
}

const rows = (text: string): Promise<Json[]> => house.running.deps.db.query(text);

test('whoever owes a word and whoever does not press in the same instant: the lead is kept or taken, never both', async () => {
  for (const [round, one] of leads.entries()) {
    const inTurn = round % 2 === 0 ? ['a', 'b'] : ['b', 'a'];
    const answers = await Promise.all(inTurn.map((partner) => press(one, partner, 'accept')));
    const [hers, his] = round % 2 === 0 ? answers : answers.toReversed();
    if (his?.status === 303) expect(hers?.html).not.toContain('kept for you');
    else {
      expect(his?.html).toContain('first in line until');
      expect(hers?.html).toContain('kept for you until');
    }
  }
  const kept = await rows('select 1 from offer_waits where hold_until is not null');
  const taken = await rows(`select 1 from leads where state = 'claimed' and external_id is not null`);
  expect(kept.length + taken.length).toBe(rounds);
});

test('the last word is said while others line up: what was kept is claimed once, and nobody waits any more', async () => {
  // Some that nobody was faster with: kept for Alice before anybody else presses.
  const more: Json[] = [];
  for (let i = 0; i < 4; i++)
    more.push((await house.api('POST', '/leads', lead({ external_id: `kept-${i}` }))).body);
  for (const one of more) expect((await press(one, 'a', 'accept')).html).toContain('kept for you until');
  const form = formsOn((await house.get(owed)).html)[0];
  await house.advance('PT2S');
  const say = house.post(form?.action as string, { nonce: form?.nonce as string });
  const line = [...leads, ...more].flatMap((one) =>
    ['b', 'd'].map((partner) => press(one, partner, 'queue')),
  );
  const answers = await Promise.all([say, ...line]);
  expect(answers.filter((a) => a.status >= 500)).toEqual([]);
  await house.advance('PT4M');
  const { db } = house.running.deps;
  for (const { id } of [...leads, ...more]) expect(await faultsOf(db, id)).toEqual([]);
  expect(await miscounted(db)).toEqual([]);
  expect(await rows(`select 1 from leads where state <> 'claimed'`)).toEqual([]);
  expect(await rows('select 1 from offer_waits where queued_at is not null')).toEqual([]);
  const twice = await rows(
    `select thing_id from facts where what = 'hold.taken' group by thing_id having count(*) > 1`,
  );
  expect(twice).toEqual([]);
  const hers = await rows(
    `select 1 from assignments a join partners p on p.id = a.partner_id where p.external_id = 'a' and a.state = 'active'`,
  );
  expect(hers.length).toBeGreaterThanOrEqual(1 + more.length);
  for (const who of [bob, dora]) expect(await house.kinds(who)).toContain('taken');
});
