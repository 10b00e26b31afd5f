import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeLead } from '../../src/dispatch/change-lead.ts';
import { passOn } from '../../src/lead/pass-on.ts';
import { postLead, readLead, setStage } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';

const dieter = 'dieter@dist.example';
let house: House;

beforeAll(async () => {
  house = await startHouse();
  await setStage(house, { programme: { distribution: { mode: 'sequence', size: 1 } } });
  const partner = (more: Json): Json => ({ products: ['hydro'], timezone: 'Europe/Berlin', ...more });
  const person = (external_id: string, email: string): Json => [
    { external_id, email, name: external_id, role: 'owner', timezone: 'Europe/Berlin' },
  ];
  const dist = { name: 'Dist', kind: 'distributor', level: 'gold', contacts: person('d-1', dieter) };
  const below = { name: 'Rita', kind: 'reseller', level: 'registered', parent: 'dist' };
  await house.api('PUT', '/partners/dist', partner(dist));
  await house.api('PUT', '/partners/r1', partner({ ...below, contacts: person('r-1', 'rita@r1.example') }));
});
afterAll(() => house.stop());

/** A lead that the distributor has claimed and passed on to the reseller, who never had an offer of it. */
async function passedDown(): Promise<string> {
  const { reference } = await postLead(house, { products: ['hydro'] });
  await house.press(await house.link(dieter, 'accept', 'offer', reference));
  const { deps } = house.running;
  const people = await deps.db.query<{ id: string; partner_id: string; email: string }>(
    'select id, partner_id, email from people where email = any($1)',
    [[dieter, 'rita@r1.example']],
  );
  const [from, to] = [dieter, 'rita@r1.example'].map((email) => people.find((p) => p.email === email));
  const who = { kind: 'contact', id: from?.id ?? '' } as const;
  const passed = await changeLead(deps, { reference }, { who, channel: 'link' }, (c, act) =>
    passOn(
      c,
      c.assignments[0]?.id ?? '',
      [{ partner_id: to?.partner_id ?? '', contact_id: to?.id ?? '' }],
      act,
    ),
  );
  expect(passed.ok).toBe(true);
  expect((await readLead(house, reference)).claim.partner).toBe('r1');
  return reference;
}

test('a lead that is taken back from a reseller is not offered to the same reseller again', async () => {
  const reference = await passedDown();
  const { body } = await house.api('POST', `/leads/${reference}/recall`, { next: 'reoffer' });
  expect(body.offers.map((o: Json) => o.partner)).toEqual(['dist']);
  expect(body.state).toBe('unplaced');
});
