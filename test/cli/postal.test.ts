import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lead, programme } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { leadpost, sandboxOn } from './leadpost.ts';

let house: House;
const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-postal-'));
beforeAll(async () => {
  house = await startHouse({ timetable: false });
  const distance = { id: 'near', kind: 'distance', lead: 'prospect', partner: 'location', weight: 1 };
  await house.api(
    'PUT',
    '/programs/default',
    programme({ matching: { exploration: 0, criteria: [distance] } }),
  );
  for (const [id, postal_code, country] of [
    ['ulm', '89073', 'DE'],
    ['kiel', '24103', 'DE'],
    ['delft', '2611 AB', 'NL'],
    ['nowhere', '99999', 'DE'],
  ] as const) {
    const contacts = [{ external_id: id, name: id, email: `owner@${id}.example`, role: 'owner' }];
    await house.api('PUT', `/partners/${id}`, {
      name: id,
      kind: 'reseller',
      location: { country, postal_code },
      contacts,
    });
  }
});
afterAll(async () => {
  await house.stop();
  rmSync(dir, { recursive: true });
});

const row = (country: string, code: string, lat: string, lon: string): string =>
  [country, code, 'Place', 'State', 'ST', 'District', '084', '', '', lat, lon, '4'].join('\t');

async function importing(...rows: string[]) {
  const file = path.join(dir, 'codes.txt');
  writeFileSync(file, `${rows.join('\n')}\n`);
  return leadpost(['postal', 'import', file], sandboxOn(house.database.url));
}

/** What the explanation says of a partner's distance to a lead in Neu-Ulm. */
async function distances(): Promise<Record<string, string>> {
  const made = await house.api(
    'POST',
    '/leads',
    lead({ prospect: { postal_code: '89231', country: 'DE', city: 'Neu-Ulm' } }),
  );
  const { body } = await house.api('GET', `/leads/${made.body.reference}/explanation`);
  return Object.fromEntries(body.partners.map((p: Json) => [p.partner, p.criteria[0].why]));
}

test('distances are measured between postal codes once an operator has imported where they lie', async () => {
  expect(await distances()).toMatchObject({ ulm: 'the lead does not say' });
  const done = await importing(
    row('DE', '89073', '48.40', '9.98'),
    row('DE', '89073', '48.42', '10.02'),
    row('DE', '89231', '48.39', '10.00'),
    row('DE', '24103', '54.32', '10.13'),
    row('NL', '2611', '52.01', '4.36'),
  );
  expect({ code: done.code, out: done.out.split('\n') }).toEqual({
    code: 0,
    out: ['DE: 3 postal codes from 5 lines.', 'NL: 1 postal codes from 5 lines.', ''],
  });
  expect(await distances()).toEqual({
    ulm: '2 km away',
    kiel: '659 km away',
    delft: '568 km away',
    nowhere: 'the partner does not say',
  });
}, 120_000);

test('a file with a bad line is refused with the line and the column, and changes nothing', async () => {
  const before = await distances();
  const done = await importing(row('DE', '89231', '0', '0'), row('DE', '24103', '154.32', '10.13'), 'DE;1;x');
  expect(done.code).toBe(1);
  expect(done.err.split('\n').slice(0, 3)).toEqual([
    'line 2: column 10: "154.32" is no latitude from -90 to 90',
    'line 3: has 1 columns parted by tabs; a GeoNames postal code file has 12 (is this its readme, or another export?)',
    'Nothing was written: mend these lines first.',
  ]);
  expect(await distances()).toEqual(before);
}, 120_000);
