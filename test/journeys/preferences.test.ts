import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  dora,
  emil,
  ownPage,
  postLead,
  programme,
  readLead,
  setStage,
  timeline,
  toMonday,
} from '../harness/cast.ts';
import { formsOn, type House, type Json, type PageAnswer, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { fingerprint } from '../harness/tables.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

const page = (email: string, act: 'prefs' | 'stop') => ownPage(house, email, act);

/** What a browser would post: the fields as the page shows them, with some changed. Null unticks a box. */
async function choose(
  email: string,
  fields: Record<string, string | readonly string[]>,
): Promise<PageAnswer> {
  const link = await page(email, 'prefs');
  const form = formsOn((await house.get(link)).html)[0] as { nonce: string };
  await house.advance('PT2S');
  const body = new URLSearchParams({ nonce: form.nonce });
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat()) body.append(name, one);
  const response = await fetch(new URL(new URL(link).pathname, house.url), { method: 'POST', body });
  return { status: response.status, html: await response.text(), headers: response.headers, location: null };
}

const sentAt = async (email: string, reference: string): Promise<Date | undefined> => {
  const found = (await house.messages(email)).find(
    (m) => m.kind === 'offer' && m.subject.includes(reference),
  );
  return found && new Date(found.sent_at);
};

const berlin = (at: Date | undefined): string =>
  at ? at.toLocaleString('sv-SE', { timeZone: 'Europe/Berlin' }).slice(0, 16) : 'never';

beforeEach(async () => {
  await house.running.deps.db.inTransaction(async (tx) => {
    await tx.query('delete from preferences');
    await tx.query('update installation set partners_version = partners_version + 1');
  });
  await toMonday(house);
});

describe('when', () => {
  test('an offer of the night waits for its reader’s own hours, its window begins then, and nobody else waits for it', async () => {
    expect(
      (
        await choose(alice, {
          mails: 'hours',
          from: '08:00',
          until: '17:00',
          days: ['', '1', '2', '3', '4', '5'],
        })
      ).html,
    ).toContain('Saved.');
    await house.advance('PT12H');
    const { reference } = await postLead(house, { temperature: 'hot' });
    expect(berlin(await sentAt(bob, reference))).toMatch(/21:3/);
    expect(await sentAt(alice, reference)).toBeUndefined();
    await house.advance('PT11H');
    expect(berlin(await sentAt(alice, reference))).toMatch(/08:00/);
    const offers = (await readLead(house, reference)).offers;
    const own = offers.find((o: Json) => o.contact === 'a-1');
    expect(berlin(new Date(own.expires_at))).toMatch(/13:00/);
    const mail = await house.newest(alice, 'offer', reference);
    expect(mail.text).toMatch(/13:00.* in 5 hours/);
    expect(mail.parsed.date?.getTime()).toBeGreaterThan(new Date(own.sent_at).getTime() - 60_000);
  });

  test('the next wave begins when the others have answered, and the run ends only with the one who waits', async () => {
    await choose(alice, { mails: 'bundles', bundles: ['', '16:00'] });
    const { reference } = await postLead(house);
    expect(await sentAt(alice, reference)).toBeUndefined();
    await house.press(await house.link(bob, 'decline', 'offer', reference));
    expect(await sentAt(emil, reference)).toBeUndefined();
    await house.press(await house.link(dora, 'decline', 'offer', reference));
    expect(await sentAt(emil, reference)).toBeDefined();
    await house.press(await house.link(emil, 'decline', 'offer', reference));
    expect((await readLead(house, reference)).state).toBe('distributing');
    await house.advance('PT7H');
    expect(berlin(await sentAt(alice, reference))).toMatch(/16:00/);
    await house.press(await house.link(alice, 'decline', 'offer', reference));
    expect((await readLead(house, reference)).state).toBe('unplaced');
  });

  test('a wave of nobody else waits, and whoever changes their mind gets what was held back', async () => {
    for (const email of [alice, bob, dora, emil])
      await choose(email, { mails: 'bundles', bundles: ['', '16:00'] });
    const { reference } = await postLead(house);
    await house.advance('PT2H');
    expect((await readLead(house, reference)).offers).toHaveLength(3);
    expect(await sentAt(alice, reference)).toBeUndefined();
    await choose(alice, { mails: 'at-once' });
    expect(await sentAt(alice, reference)).toBeDefined();
    expect(await sentAt(bob, reference)).toBeUndefined();
    const accept = await house.link(alice, 'accept', 'offer', reference);
    expect((await house.press(accept)).status).toBe(303);
    await house.advance('PT8H');
    expect(await sentAt(bob, reference)).toBeUndefined();
  });
});

describe('while a letter waits', () => {
  const person = (external_id: string, email: string, role = 'owner') => ({
    external_id,
    name: `Somebody ${external_id}`,
    email,
    role,
    language: 'en',
  });
  const staffed = async (...contacts: Json[]): Promise<void> => {
    const partner = { name: 'Partner A', kind: 'reseller', level: 'gold', products: ['solar'], cam };
    const put = { ...partner, timezone: 'Europe/Berlin', contacts };
    expect((await house.api('PUT', '/partners/a', put)).status).toBe(200);
  };
  const later = { mails: 'bundles', bundles: ['', '16:00'] } as const;
  const untilOf = async (reference: string, contact: string): Promise<string> =>
    berlin(
      new Date((await readLead(house, reference)).offers.find((o: Json) => o.contact === contact).expires_at),
    );
  afterEach(() => staffed(person('a-1', alice)));

  test('other hours move it, sooner or later, and it names the window that begins then', async () => {
    await choose(alice, { mails: 'hours', from: '08:00', until: '17:00', days: ['', '4'] });
    const { reference } = await postLead(house);
    await choose(alice, { mails: 'hours', days: ['', '2'] });
    await house.advance('PT22H30M');
    const mail = await house.newest(alice, 'offer', reference);
    expect(berlin(await sentAt(alice, reference))).toMatch(/08:00/);
    const end = await untilOf(reference, 'a-1');
    expect(new Date(end).getUTCDay()).toBe(3);
    expect(mail.text).toContain(`Answer by Wed ${Number(end.slice(8, 10))} `);
    expect(mail.text).toContain(`, ${end.slice(11)} Berlin time`);
    await choose(alice, { mails: 'hours', days: ['', '3'] });
    const next = await postLead(house);
    await choose(alice, { mails: 'hours', days: ['', '5'] });
    await house.advance('P2D');
    expect(await sentAt(alice, next.reference)).toBeUndefined();
    await choose(alice, { mails: 'at-once' });
    const now = await house.newest(alice, 'offer', next.reference);
    expect(now.text).toContain(`, ${(await untilOf(next.reference, 'a-1')).slice(11)} Berlin time`);
    expect((await readLead(house, next.reference)).offers[0].state).not.toBe('void');
  });

  test('it follows its reader to another address, and no link that works goes to the old one', async () => {
    await choose(alice, later);
    const { reference } = await postLead(house);
    await staffed(person('a-1', 'alice@new.example'));
    await house.advance('PT7H');
    expect(await house.kinds(alice, reference)).toEqual([]);
    const mail = await house.newest('alice@new.example', 'offer', reference);
    expect((await house.get(linkTo(mail.links, 'accept'))).status).toBe(200);
  });

  test('whoever has left meanwhile gets nothing any more, and the next partner is asked', async () => {
    await choose(alice, later);
    const { reference } = await postLead(house);
    await staffed(person('a-9', 'heir@a.example'));
    expect(await sentAt(emil, reference)).toBeUndefined();
    await house.advance('PT7H');
    expect(await house.kinds(alice, reference)).toEqual([]);
    const { offers } = await readLead(house, reference);
    expect(offers.find((o: Json) => o.contact === 'a-1').state).toBe('void');
    expect(await sentAt(emil, reference)).toBeDefined();
  });

  test('what a colleague passes on waits for its new reader’s own hours, unless no time would be left', async () => {
    await staffed(person('a-1', alice), person('a-2', 'rita@a.example', 'rep'));
    await choose('rita@a.example', later);
    const passed = async (temperature: string): Promise<string> => {
      const { reference } = await postLead(house, { temperature });
      const link = await house.link(alice, 'pass-on', 'offer', reference);
      const to = /name="to" value="([^"]+)"/.exec((await house.get(link)).html)?.[1] as string;
      expect((await house.press(link, { to })).status).toBe(200);
      return reference;
    };
    const [warm, hot] = [await passed('warm'), await passed('hot')];
    expect(await sentAt('rita@a.example', warm)).toBeUndefined();
    // Four hours to answer end before the afternoon's bundle.
    expect(await sentAt('rita@a.example', hot)).toBeDefined();
    const end = await untilOf(warm, 'a-2');
    await house.advance('PT7H');
    expect(berlin(await sentAt('rita@a.example', warm))).toMatch(/16:00/);
    expect(await untilOf(warm, 'a-2')).toBe(end);
  });
});

describe('which leads, how many, and whether somebody is there', () => {
  test('what is not wanted is not offered, and the explanation says so with a code', async () => {
    await choose(alice, { temperatures: ['', 'hot', 'warm'] });
    const { reference } = await postLead(house, { temperature: 'cold' });
    const { partners } = (await house.api('GET', `/leads/${reference}/explanation`)).body;
    const own = partners.find((p: Json) => p.partner === 'a');
    expect(own).toMatchObject({
      offered: false,
      excluded: [{ code: 'declined', why: 'wants no cold leads for now' }],
    });
    expect(await sentAt(alice, reference)).toBeUndefined();
    expect(await sentAt(alice, (await postLead(house, { temperature: 'hot' })).reference)).toBeDefined();
  });

  test('areas narrow by country and postal code', async () => {
    await house.api('PUT', '/partners/a', {
      name: 'Partner A',
      kind: 'reseller',
      level: 'gold',
      territories: ['DE-88', 'DE-89', 'AT'],
      products: ['solar'],
      timezone: 'Europe/Berlin',
      capacity: { open: 50 },
      contacts: [
        { external_id: 'a-1', name: 'Alice Adams', email: alice, role: 'owner', language: 'en' },
        { external_id: 'a-2', name: 'Rita Rep', email: 'rita@a.example', role: 'rep', language: 'de' },
      ],
    });
    await choose(alice, { territories: ['', 'DE-88', 'AT'] });
    await choose('rita@a.example', { territories: ['', 'DE-88', 'AT'] });
    const { reference } = await postLead(house);
    const { partners } = (await house.api('GET', `/leads/${reference}/explanation`)).body;
    expect(partners.find((p: Json) => p.partner === 'a').excluded).toEqual([
      { code: 'territory', why: 'wants no leads from DE-89 for now' },
    ]);
    // One of them wants it: then it goes there.
    await choose('rita@a.example', { territories: ['', 'DE-88', 'DE-89', 'AT'] });
    const next = await postLead(house);
    expect(await sentAt('rita@a.example', next.reference)).toBeDefined();
    expect(await sentAt(alice, next.reference)).toBeUndefined();
    await choose(alice, { territories: ['', 'DE-88', 'DE-89', 'AT'] });
  });

  test('an owner takes less than the vendor allows, never more; a rep is not asked', async () => {
    const much = await choose(alice, { capacity_open: '51' });
    expect(much.status).toBe(422);
    expect(much.html).toContain('more than your agreement allows');
    expect(much.html).toContain('value="51"');
    expect((await choose(alice, { capacity_open: '0' })).status).toBe(200);
    const { reference } = await postLead(house);
    const { partners } = (await house.api('GET', `/leads/${reference}/explanation`)).body;
    expect(partners.find((p: Json) => p.partner === 'a').excluded).toMatchObject([{ code: 'capacity' }]);
    expect((await house.api('GET', '/partners/a')).body.capacity.open).toBe(50);
    expect((await choose('rita@a.example', { capacity_open: '40' })).status).toBe(200);
    expect((await postLead(house)).offers.some((o: Json) => o.partner === 'a')).toBe(false);
    await choose(alice, { capacity_open: '' });
    expect((await postLead(house)).offers.some((o: Json) => o.partner === 'a')).toBe(true);
  });

  test('an absence with a deputy, and the end of it', async () => {
    const day = (n: number) => new Date(Date.now() + n * 86_400_000);
    const now = await house.now();
    const back = new Date(now.getTime() + 5 * 86_400_000).toISOString().slice(0, 10);
    const saved = await choose(alice, { away_from: '', away_until: back, deputy: 'a-2' });
    expect(saved.html).toContain('You are away; back on');
    expect((await house.api('GET', '/partners/a/contacts/a-1/absence')).body).toMatchObject({
      until: back,
      deputy: 'a-2',
      source: 'link',
    });
    const { reference } = await postLead(house);
    expect(await sentAt('rita@a.example', reference)).toBeDefined();
    const past = await choose(alice, { away_until: day(-400).toISOString().slice(0, 10) });
    expect(past.status).toBe(422);
    expect(past.html).toContain('must lie ahead');
    expect((await choose(alice, { away_until: '', away_from: '', deputy: '' })).html).not.toContain(
      'You are away',
    );
    expect((await house.api('GET', '/partners/a/contacts/a-1/absence')).body.until).toBeNull();
  });
});

describe('how often and how extensive', () => {
  const digests = async (email: string): Promise<number> =>
    (await house.messages(email)).filter((m) => m.kind.endsWith('-digest')).length;

  test('monthly reports come on the first Monday only, in the short form on wish', async () => {
    const saved = await choose(bob, { digest: 'monthly', extent: 'short' });
    const said = /Your next report: \w+ (\d+) (\w+)/.exec(saved.html);
    expect(Number(said?.[1])).toBeLessThanOrEqual(7);
    await postLead(house);
    const before = await digests(bob);
    let first = 0;
    for (let week = 0; week < 5; week += 1) {
      await house.advance('P7D');
      if ((await house.now()).getUTCDate() <= 7) first += 1;
      await postLead(house);
    }
    expect(first).toBeGreaterThan(0);
    expect((await digests(bob)) - before).toBe(first);
    const mail = await house.newest(bob, 'partner-digest');
    expect(mail.text).not.toContain('THE WEEK IN FIGURES');
    expect(mail.links.some((l) => l.includes('/updates') || l.includes('/my/'))).toBe(true);
  });

  test('one press of a mail program stops the reports of this person and of nobody else', async () => {
    const link = await page(bob, 'stop');
    const before = await fingerprint(house.running.deps.db);
    expect((await house.get(link)).html).toContain('Stop your reports?');
    expect((await house.post(link, { something: 'else' })).html).toContain('Please press once more');
    expect(await fingerprint(house.running.deps.db)).toEqual(before);
    const stopped = await house.post(link, { 'List-Unsubscribe': 'One-Click' });
    expect(stopped.status).toBe(200);
    expect(stopped.html).toContain('Your reports have stopped');
    const [theirs, others] = [await digests(bob), await digests(dora)];
    await postLead(house);
    await house.advance('P7D');
    expect(await digests(bob)).toBe(theirs);
    expect(await digests(dora)).toBeGreaterThan(others);
    expect(await sentAt(bob, (await postLead(house)).reference)).toBeDefined();
  });

  test('a report carries both links, and somebody at the vendor chooses as well', async () => {
    await postLead(house);
    await house.advance('P7D');
    const mail = await house.newest(cam, 'vendor-digest');
    expect((await house.press(linkTo(mail.links, 'stop'))).html).toContain('Your reports have stopped');
    const choice = await house.get(linkTo(mail.links, 'prefs'));
    expect(choice.html).toContain('You get no report.');
    expect(choice.html).not.toContain('name="mails"');
    expect(await house.link(dora, 'stop', 'partner-digest')).toBeTruthy();
    expect(await house.link(dora, 'prefs')).toBeTruthy();
  });
});

describe('the form', () => {
  test('names what is wrong and keeps all of it; what is not on it stays as it is', async () => {
    const wrong = await choose(dora, {
      mails: 'bundles',
      bundles: [''],
      days: [''],
      products: [''],
      from: '18:00',
      until: '7',
      capacity_open: 'ten',
      deputy: 'nobody',
      away_until: '2020-01-01',
      unknown: 'x',
    });
    expect(wrong.status).toBe(422);
    expect(wrong.html).toContain('<title>Error: ');
    for (const words of [
      'Tick at least one',
      'Write the times',
      'whole number',
      'must lie ahead',
      'Choose a colleague',
    ])
      expect(wrong.html).toContain(words);
    expect(wrong.html).toContain('value="ten"');
    expect(wrong.html).toContain('value="2020-01-01"');
    await choose(dora, { extent: 'short' });
    const after = (await house.get(await page(dora, 'prefs'))).html;
    expect(after).toMatch(/name="extent" value="short" checked/);
    expect(after).toMatch(/name="mails" value="at-once" checked/);
  });

  test('counts only with the nonce of its page', async () => {
    const link = await page(dora, 'prefs');
    const before = await fingerprint(house.running.deps.db);
    const answer = await house.post(link, { digest: 'off' });
    expect(answer.html).toContain('Please press once more');
    expect(answer.html).toMatch(/name="digest" value="off" checked/);
    expect(await fingerprint(house.running.deps.db)).toEqual(before);
  });

  test('a yes that is collected does not wait for whoever gets their offer later', async () => {
    await house.api('PUT', '/programs/default', programme({ distribution: { fair_window: 'PT2H' } }));
    await choose(alice, { mails: 'bundles', bundles: ['', '16:00'] });
    const { reference } = await postLead(house);
    await house.press(await house.link(bob, 'accept', 'offer', reference));
    await house.advance('PT3H');
    expect((await readLead(house, reference)).state).toBe('claimed');
    expect(
      (await timeline(house, reference)).some((f) => f.what === 'offer.lost' && f.from === 'scheduled'),
    ).toBe(true);
    await house.api('PUT', '/programs/default', programme());
  });
});
