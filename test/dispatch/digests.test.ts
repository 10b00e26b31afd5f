import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jitterOf, sendDigests } from '../../src/dispatch/send-digests.ts';
import { sendReport } from '../../src/dispatch/send-report.ts';
import { localTime } from '../../src/lead/zone-time.ts';
import {
  alice,
  bob,
  cam,
  charlie,
  manager,
  postLead,
  prospect,
  qualifier,
  readLead,
  setStage,
  toMondayAt,
} from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';

const secrets = [
  prospect.name,
  prospect.company,
  prospect.email,
  prospect.street,
  '5557788',
  'Silberkron',
  'Ofenglut',
];
const anton = 'anton@a.example';
const far = 'far.cam@vendor.example';
const lonely = 'lonely.cam@vendor.example';

const digests = async (house: House, to: string) =>
  (await house.messages(to)).filter((m) => m.kind.endsWith('-digest'));
const query = <T extends object>(house: House, text: string, values: unknown[] = []): Promise<T[]> =>
  house.running.deps.db.query<T>(text, values);

/** When a reader's next report is due, and the same without the reader's own delay. */
async function nextOf(house: House, email: string): Promise<{ readonly at: Date; readonly slot: Date }> {
  const rows = await query<{ next: Date; id: string }>(
    house,
    'select p.next_digest_at as next, p.id from people p where p.email = $1',
    [email],
  );
  const at = new Date(Number(rows[0]?.next));
  return { at, slot: new Date(at.getTime() - jitterOf(String(rows[0]?.id))) };
}

/** As if the digests (of one reader) had never been posted. */
async function forget(house: House, to: string | null = null): Promise<void> {
  const whose = `key like 'digest:%' and ($1::text is null or to_address = $1)`;
  await query(house, `delete from letter_bytes where letter_id in (select id from letters where ${whose})`, [
    to,
  ]);
  await query(house, `delete from letters where ${whose}`, [to]);
}

async function stage(house: House): Promise<string> {
  await setStage(house);
  const user = (email: string, timezone: string) =>
    house.api('PUT', `/users/${email}`, { name: 'Some Cam', role: 'cam', timezone });
  await user(far, 'Asia/Kathmandu');
  await user(lonely, 'Europe/Berlin');
  const contact = { role: 'owner', language: 'en', timezone: 'Europe/Berlin' };
  const partner = (id: string, more: object) => ({
    name: `Partner ${id}`,
    kind: 'reseller',
    level: 'gold',
    territories: [],
    products: ['solar'],
    timezone: 'Europe/Berlin',
    ...more,
  });
  await house.api(
    'PUT',
    '/partners/a',
    partner('A', {
      cam: cam.toUpperCase(),
      contacts: [
        { ...contact, external_id: 'a-1', name: 'Alice Adams', email: alice },
        { ...contact, external_id: 'a-2', name: 'Anton Adams', email: anton, role: 'rep' },
      ],
    }),
  );
  await house.api(
    'PUT',
    '/partners/b',
    partner('B', {
      cam: far,
      contacts: [{ ...contact, external_id: 'b-1', name: 'Bob Brown', email: bob }],
    }),
  );
  // Thursday: what is promised for Friday is late on Monday, and nobody has been warned yet.
  await house.advance('P3D');
  const lead = await postLead(house);
  await house.press(await house.link(alice, 'accept'));
  return lead.reference;
}

describe('a week in which Alice takes a lead', () => {
  let house: House;
  let reference: string;
  beforeAll(async () => {
    house = await startHouse();
    reference = await stage(house);
    await toMondayAt(house, '07:29');
  });
  afterAll(() => house.stop());

  test('nothing arrives before Monday 07:30, but for whom it is later already', async () => {
    for (const to of [alice, anton, cam, manager]) expect(await digests(house, to)).toEqual([]);
    expect(await digests(house, far)).toHaveLength(1);
  });

  test('it arrives once, between 07:30 and 07:44 in the zone of each reader', async () => {
    await house.advance('PT16M');
    const zones: Record<string, string> = { [far]: 'Asia/Kathmandu' };
    for (const to of [alice, anton, bob, cam, manager, far]) {
      const found = await digests(house, to);
      expect(found, to).toHaveLength(1);
      const { date: _, ...shown } = localTime(
        zones[to] ?? 'Europe/Berlin',
        new Date(found[0]?.sent_at as string),
      );
      expect(shown.weekday).toBe(1);
      expect(shown.time >= '07:30' && shown.time <= '07:44', `${to} ${shown.time}`).toBe(true);
    }
  });

  test('Charlie, who had nothing, the qualifier, and a CAM without partners get none', async () => {
    for (const to of [charlie, qualifier, lonely]) expect(await digests(house, to)).toEqual([]);
  });

  test('partners read partner-digests, the vendor’s people vendor-digests, by header too', async () => {
    for (const to of [alice, anton, bob]) expect((await house.newest(to, 'partner-digest')).to).toBe(to);
    for (const to of [cam, manager, far]) expect((await house.newest(to, 'vendor-digest')).to).toBe(to);
    const raw = (await house.newest(alice, 'partner-digest')).raw.toString();
    expect(raw).toMatch(/^List-Unsubscribe:\s+<http[^>]+\/stop\//im);
    expect(raw).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/im);
  });

  test('the holder reads the customer’s name; her colleague, her rival and the vendor do not', async () => {
    const own = await house.newest(alice, 'partner-digest');
    expect(own.html).toContain(prospect.name);
    expect(own.text).toContain(prospect.name);
    expect(own.subject).not.toContain('Silberkron');
    for (const [to, kind] of [
      [anton, 'partner-digest'],
      [bob, 'partner-digest'],
      [cam, 'vendor-digest'],
      [manager, 'vendor-digest'],
    ] as const) {
      const { subject, html, text } = await house.newest(to, kind);
      for (const secret of secrets) expect(subject + html + text, to).not.toContain(secret);
    }
    expect((await house.newest(anton, 'partner-digest')).html).toContain('Alice Adams');
  });

  test('what is stored names nobody else’s customer either, and holds no token', async () => {
    const rows = await query<{ to_address: string; view: string }>(
      house,
      `select l.to_address, l.view::text as view from letters l where l.kind like '%-digest'`,
    );
    expect(rows.length).toBeGreaterThan(5);
    for (const { to_address, view } of rows) {
      expect(view).not.toContain('eyJ');
      if (to_address !== alice) for (const secret of secrets) expect(view).not.toContain(secret);
    }
  });

  test('a colleague’s row has no buttons, the holder’s has hers, each for its own reader', async () => {
    const acts = async (to: string) =>
      (await house.newest(to, 'partner-digest')).links.flatMap((l) => tokenOf(l)?.act ?? []);
    const own = ['my', 'prefs', 'stop'];
    const alices = (await acts(alice)).filter((act) => !own.includes(act));
    expect(alices.sort()).toEqual(['contacted', 'lead', 'not-reached', 'return']);
    expect((await acts(anton)).sort()).toEqual(own);
  });

  test('a CAM reads of the own partners only, by address in any case', async () => {
    const [own, theirs, all] = await Promise.all(
      [cam, far, manager].map((to) => house.newest(to, 'vendor-digest')),
    );
    expect(own?.html).toContain('Partner A');
    expect(own?.html).not.toContain('Partner B');
    expect(theirs?.html).not.toContain('Partner A');
    for (const name of ['Partner A', 'Partner B']) expect(all?.html).toContain(name);
  });

  test('a button of the digest does what it says', async () => {
    const mail = await house.newest(alice, 'partner-digest');
    expect((await house.press(linkTo(mail.links, 'contacted'))).status).toBe(200);
    expect((await readLead(house, reference)).phase).toBe('contacted');
    expect((await house.get(linkTo(mail.links, 'lead'))).html).toContain(prospect.name);
  });

  test('a reply to a digest changes no lead', async () => {
    const before = await readLead(house, reference);
    await house.reply(await house.newest(anton, 'partner-digest'), 'won 14k');
    const after = await readLead(house, reference);
    expect([after.state, after.stage]).toEqual([before.state, before.stage]);
  });

  test('the next Monday tells the next week, once more', async () => {
    await toMondayAt(house, '07:45');
    const found = await digests(house, alice);
    expect(found).toHaveLength(2);
    expect(new Set(found.map((m) => m.subject)).size).toBe(2);
    expect(await digests(house, charlie)).toEqual([]);
  });

  test('after three weeks of downtime only the latest closed week is told', async () => {
    const back = async (): Promise<void> => {
      await query(
        house,
        `update people p set next_digest_at = next_digest_at - interval '28 days', digest_zone = timezone where p.email = $1`,
        [alice],
      );
      await house.advance('PT1S');
    };
    const before = (await digests(house, alice)).length;
    await house.advance('P1D');
    await back();
    expect(await digests(house, alice)).toHaveLength(before);
    await forget(house, alice);
    await back();
    expect(await digests(house, alice)).toHaveLength(1);
    const { weekday, time } = localTime('Europe/Berlin', (await nextOf(house, alice)).slot);
    expect([weekday, time]).toEqual([1, '07:30']);
  });

  test('a reader who moves is reckoned in the new zone', async () => {
    await house.api('PUT', `/users/${manager}`, {
      name: 'Peter',
      role: 'program_manager',
      timezone: 'America/Los_Angeles',
    });
    await house.advance('PT1S');
    const shown = localTime('America/Los_Angeles', (await nextOf(house, manager)).slot);
    expect([shown.weekday, shown.time]).toEqual([1, '07:30']);
  });
});

describe('several processes and mishaps', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({ timetable: false });
    await stage(house);
    await toMondayAt(house, '08:00');
    await forget(house);
  });
  afterAll(() => house.stop());

  const due = (where = 'true') =>
    query(
      house,
      `update people p set digest_zone = timezone, next_digest_at = (select min(x.at) from
      (select clock_timestamp() + i.clock_offset_ms * interval '1 millisecond' - interval '1 minute' as at from installation i) x)
      where p.next_digest_at is not null and ${where}`,
    );
  const posted = (key = 'digest:%') =>
    query<{ key: string; to_address: string }>(
      house,
      'select l.key, l.to_address from letters l where l.key like $1',
      [key],
    );

  test('six processes at once post one letter a reader', async () => {
    await due();
    const { deps } = house.running;
    const drain = async (): Promise<void> => {
      while ((await sendDigests(deps)) > 0);
    };
    await Promise.all(Array.from({ length: 6 }, drain));
    const keys = await posted();
    expect(keys.map((k) => k.to_address)).toEqual(
      expect.arrayContaining([alice, anton, bob, cam, manager, far]),
    );
    expect(new Set(keys.map((k) => k.to_address)).size).toBe(keys.length);
    await due();
    await drain();
    expect(await posted()).toHaveLength(keys.length);
  });

  test('a reader whose report cannot be written waits an hour, and holds up nobody', async () => {
    await forget(house);
    await query(house, `update people set timezone = 'No/Where', digest_zone = 'No/Where' where email = $1`, [
      bob,
    ]);
    await due();
    const { deps } = house.running;
    while ((await sendDigests(deps)) > 0);
    const told = (await posted()).map((k) => k.to_address);
    expect(told).toEqual(expect.arrayContaining([anton, cam]));
    expect(told).not.toContain(bob);
    const wait = (await nextOf(house, bob)).at.getTime() - (await house.now()).getTime();
    expect(wait).toBeGreaterThan(50 * 60_000);
    expect(wait).toBeLessThanOrEqual(60 * 60_000);
    expect(house.complaints).toContainEqual(expect.objectContaining({ person_id: expect.any(String) }));
    await query(house, `update people set timezone = 'Europe/Berlin' where email = $1`, [bob]);
  });

  test('a report asked for is posted at once, again and again, even an empty one', async () => {
    const { deps } = house.running;
    expect(await sendReport(deps, { to: alice.toUpperCase(), asOf: null })).toEqual({
      ok: true,
      value: { posted: 1 },
    });
    expect(await sendReport(deps, { to: alice, asOf: null })).toMatchObject({ ok: true });
    expect(await sendReport(deps, { to: charlie, asOf: null })).toMatchObject({ ok: true });
    expect((await posted('report:%')).map((k) => k.to_address).sort()).toEqual([alice, alice, charlie]);
    const today = localTime('Europe/Berlin', await house.now()).date;
    const as = `${Number(today.slice(0, 4)) - 1}-11-16`;
    expect(await sendReport(deps, { to: manager, asOf: as })).toMatchObject({ ok: true });
    expect(await posted(`report:%:${as}:%`)).toHaveLength(1);
  });

  test('a report for nobody, of no day, or of a day ahead is refused', async () => {
    const { deps } = house.running;
    expect(await sendReport(deps, { to: 'nobody@x.example', asOf: null })).toMatchObject({
      ok: false,
      refusal: { kind: 'not-found' },
    });
    for (const asOf of ['2026-13-01', 'monday', '2999-01-04']) {
      expect(await sendReport(deps, { to: alice, asOf })).toMatchObject({
        ok: false,
        refusal: { kind: 'invalid' },
      });
    }
  });
});
