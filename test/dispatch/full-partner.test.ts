import { afterAll, beforeAll, expect, test } from 'vitest';
import { postLead, readLead, setStage } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { miscounted } from '../harness/tables.ts';

let house: House;

beforeAll(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house);
  const { status } = await house.api('PUT', '/partners/full', {
    name: 'Partner Full',
    kind: 'reseller',
    products: ['hydro'],
    capacity: { open: 1 },
    contacts: [{ external_id: 'full-1', name: 'Frida Full', email: 'frida@full.example', role: 'owner' }],
  });
  expect(status).toBe(201);
});
afterAll(() => house.stop());

const assign = (reference: string, partner: string) =>
  house.api('POST', `/leads/${reference}/assign`, { partner });

test('a lead that cannot go to a partner because it is full stays where it is, and every place stays counted', async () => {
  const [first, second] = [await postLead(house), await postLead(house)];
  expect((await assign(first.reference, 'full')).status).toBe(200);
  expect((await assign(second.reference, 'a')).status).toBe(200);
  expect((await assign(second.reference, 'full')).status).toBe(409);
  expect((await readLead(house, second.reference)).claim.partner).toBe('a');
  expect(await miscounted(house.running.deps.db)).toEqual([]);
});
