import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  postLead,
  prospect,
  readLead,
  setStage,
  timeline,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, linkOnPage, type PageAnswer, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';

/** Alice has a colleague, Anton; Dieter is a distributor above the resellers Rita and Rolf. Charlie must not see it. */

const anton = 'anton@a.example';
const dieter = 'dieter@dist.example';
const rita = 'rita@r1.example';
const rolf = 'rolf@r2.example';

/** As it is kept. */
const phone = '+497315557788';

let house: House;
let reference: string;

beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  await put('a', 'reseller', [
    person('a-1', 'Alice Adams', alice),
    person('a-2', 'Anton Amsel', anton, 'rep'),
  ]);
  await put('dist', 'distributor', [person('d-1', 'Dieter Dach', dieter)], { custom: { program: 'below' } });
  await put('r1', 'reseller', [person('r-1', 'Rita Rinne', rita)], {
    parent: 'dist',
    level: 'gold',
    industries: ['food'],
  });
  await put('r2', 'reseller', [person('r-2', 'Rolf Regen', rolf)], {
    parent: 'dist',
    level: 'silver',
    industries: ['food'],
  });
  await put('r3', 'reseller', [person('r-3', 'Ruth Ranke', 'ruth@r3.example')], {
    parent: 'dist',
    industries: ['traffic'],
  });
  const rules = await house.api('PUT', '/programs/below', {
    name: 'Below the distributor',
    matching: {
      exploration: 0,
      criteria: [
        {
          id: 'industries',
          kind: 'covers',
          lead: 'industries',
          partner: 'industries',
          weight: 1,
          required: true,
        },
        { id: 'level', kind: 'level', partner: 'level', weight: 1, options: { order: ['silver', 'gold'] } },
      ],
    },
    distribution: { mode: 'group', size: 2 },
  });
  expect(rules.status).toBeLessThan(300);
});
beforeEach(async () => {
  await toMonday(house);
});
afterAll(() => house.stop());

const person = (external_id: string, name: string, email: string, role = 'owner') => ({
  external_id,
  name,
  email,
  role,
  language: 'en',
  timezone: 'Europe/Berlin',
});

async function put(id: string, kind: string, contacts: Json[], more: Json = {}): Promise<void> {
  const body = {
    name: `Partner ${id.toUpperCase()}`,
    kind,
    level: 'gold',
    products: ['solar'],
    timezone: 'Europe/Berlin',
    cam: 'carla.cam@vendor.example',
    contacts,
    ...more,
  };
  const answer = await house.api('PUT', `/partners/${id}`, body);
  expect([answer.status < 300, answer.body]).toEqual([true, answer.body]);
}

/** Offered to one partner alone: products nobody else has. */
async function offeredTo(partner: string): Promise<void> {
  const product = `only-${partner}`;
  const before = (await house.api('GET', `/partners/${partner}`)).body;
  if (!before.products.includes(product)) {
    const { id: _id, open_claims: _open, suspended: _s, ...rest } = before;
    const contacts = rest.contacts.map(({ absences: _a, ...c }: Json) => c);
    const answer = await house.api('PUT', `/partners/${partner}`, {
      name: rest.name,
      kind: rest.kind,
      level: rest.level,
      ...(rest.parent ? { parent: rest.parent } : {}),
      products: [...rest.products, product],
      timezone: rest.timezone,
      cam: rest.cam,
      custom: rest.custom,
      contacts,
    });
    expect([answer.status < 300, answer.body]).toEqual([true, answer.body]);
  }
  reference = (await postLead(house, { products: [product], industries: ['food'] })).reference;
}

const linkIn = async (who: string, kind: string, act: string): Promise<string> =>
  house.link(who, act, kind, reference);
const press = async (who: string, kind: string, act: string, fields: Record<string, string> = {}) =>
  house.press(await linkIn(who, kind, act), fields);

/** What the radio button of somebody posts. */
const choice = (page: PageAnswer, name: string): string => {
  const found = [...page.html.matchAll(/name="to" value="([^"]+)"[^>]*><span>([^<]+)</g)].find((m) =>
    m[2]?.includes(name),
  );
  if (!found?.[1]) throw new Error(`nobody called ${name} on\n${page.html}`);
  return found[1];
};
const passTo = async (link: string, name: string): Promise<PageAnswer> => {
  const page = await house.get(link);
  return house.press(link, { to: choice(page, name) });
};

describe('passing on to a colleague', () => {
  beforeEach(() => offeredTo('a'));

  test('an offer: the colleague is offered it, the old links explain themselves, and the time that was left goes on', async () => {
    const old = await house.newest(alice, 'offer', reference);
    const before = (await readLead(house, reference)).offers[0];
    const page = await house.get(linkTo(old.links, 'pass-on'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('Anton Amsel');
    expect(page.html).not.toMatch(/Bob|Charlie|Alice Adams<\/span>|anton@/);
    expect(page.html).not.toContain(prospect.name);
    const done = await passTo(linkTo(old.links, 'pass-on'), 'Anton');
    expect(done.html).toContain('Passed on to Anton Amsel');
    const gone = await house.get(linkTo(old.links, 'accept'));
    expect(gone.html).toContain('It went to Anton Amsel');
    expect(gone.html).not.toContain('name="nonce"');
    await house.messages();
    const lead = await readLead(house, reference);
    expect(lead.offers.map((o: Json) => [o.contact, o.state])).toEqual([
      ['a-1', 'withdrawn'],
      ['a-2', 'sent'],
    ]);
    expect(lead.offers[1].expires_at).toBe(before.expires_at);
    expect((await press(anton, 'offer', 'accept')).status).toBe(303);
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'a', contact: 'a-2' });
  });

  test('a claim: one holder at every moment, who gets the customer by mail; the one before sees nothing any more', async () => {
    const won = await press(alice, 'offer', 'accept');
    const accepted = await house.newest(alice, 'accepted', reference);
    const before = await readLead(house, reference);
    const done = await passTo(linkTo(accepted.links, 'pass-on'), 'Anton');
    expect(done.status).toBe(200);
    expect(done.html).not.toContain(prospect.name);
    const lead = await readLead(house, reference);
    expect(lead.claim).toMatchObject({ partner: 'a', contact: 'a-2', promise_at: before.claim.promise_at });
    expect(lead.next_step).toEqual(before.next_step);
    for (const link of [won.location as string, linkTo(accepted.links, 'contacted')]) {
      const page = await house.get(link);
      expect(page.html).toContain('It went to Anton Amsel');
      expect(page.html).not.toContain(prospect.name);
    }
    expect((await house.reply(accepted, 'reached him')).body.state).toBe('proposed');
    expect((await readLead(house, reference)).stage).toBe('claimed');
    const given = await house.newest(anton, 'hand-over', reference);
    expect(given.text).toContain(phone);
    expect(given.text).toContain('Alice Adams passed this lead on to you');
    expect((await house.press(linkTo(given.links, 'contacted'))).status).toBe(200);
    expect((await readLead(house, reference)).stage).toBe('contacted');
    expect(await told(house, reference)).toContain('assignment.passed_on');
  });

  test('taken back within ten minutes: the colleague is told and their links close', async () => {
    await press(alice, 'offer', 'accept');
    const done = await passTo(await linkIn(alice, 'accepted', 'pass-on'), 'Anton');
    const given = await house.newest(anton, 'hand-over', reference);
    expect((await house.pressOn(done.html, 'undo')).status).toBe(200);
    expect((await readLead(house, reference)).claim).toMatchObject({ contact: 'a-1' });
    const closed = await house.get(linkTo(given.links, 'contacted'));
    expect([closed.status, closed.html.includes(prospect.name)]).toEqual([403, false]);
    expect((await house.newest(anton, 'hand-over', reference)).text).toContain(
      'Alice Adams has this lead now',
    );
    expect((await press(alice, 'accepted', 'contacted')).status).toBe(200);
  });

  test('an offer taken back is open again for whoever had it, and for nobody else', async () => {
    const link = await linkIn(alice, 'offer', 'pass-on');
    const done = await passTo(link, 'Anton');
    const antons = await house.newest(anton, 'offer', reference);
    await house.pressOn(done.html, 'undo');
    const lead = await readLead(house, reference);
    expect(lead.offers.map((o: Json) => o.state)).toEqual(['sent', 'withdrawn']);
    expect((await house.press(linkTo(antons.links, 'accept'))).status).toBe(410);
    expect((await press(alice, 'offer', 'accept')).status).toBe(303);
  });

  test('by reply: whom they mean is chosen on a page, never guessed', async () => {
    const offer = await house.newest(alice, 'offer', reference);
    for (const words of ['pass on to Anton', 'WEITERLEITEN an Anton', 'PASS ON']) {
      expect([words, (await house.reply(offer, words)).body.state]).toEqual([words, 'proposed']);
      const asked = await house.newest(alice, 'ask', reference);
      expect(tokenOf(linkTo(asked.links, 'pass-on'))?.act).toBe('pass-on');
    }
    expect((await readLead(house, reference)).offers).toHaveLength(1);
  });

  test('a choice that is not on the list changes nothing', async () => {
    const link = await linkIn(alice, 'offer', 'pass-on');
    for (const to of ['', 'nobody', '0193a1b2-c3d4-7e5f-8a9b-000000000000', 'below']) {
      const answer = await house.press(link, { to });
      expect(answer.status).toBe(422);
      expect(answer.html).toContain('Anton Amsel');
    }
    expect((await readLead(house, reference)).offers).toHaveLength(1);
  });
});

describe('a forwarded mail', () => {
  beforeEach(() => offeredTo('a'));
  const own = async (email: string): Promise<PageAnswer> => {
    const page = await house.get(await linkIn(alice, 'offer', 'accept'));
    return house.press(linkOnPage(page.html, 'take-over'), { email });
  };

  test('the page names whom it was mailed to, and a colleague gets a link of their own to the address on file', async () => {
    const page = await house.get(await linkIn(alice, 'offer', 'accept'));
    expect(page.html).toContain('This link was mailed to Alice Adams');
    const asked = await own('ANTON@a.example');
    expect(asked.html).toContain('Look into your mailbox');
    const mail = await house.newest(anton, 'hand-over', reference);
    expect(mail.text).not.toContain(prospect.name);
    const done = await house.press(linkTo(mail.links, 'take-over'));
    expect(done.html).toContain('It is yours now');
    expect((await house.press(linkOnPage(done.html, 'accept'))).status).toBe(303);
    expect((await readLead(house, reference)).claim).toMatchObject({ contact: 'a-2' });
  });

  test('a claim taken over: the new holder has the customer, the one before is told and has the lead no longer', async () => {
    await press(alice, 'offer', 'accept');
    const accepted = await house.newest(alice, 'accepted', reference);
    const page = await house.get(linkTo(accepted.links, 'contacted'));
    await house.press(linkOnPage(page.html, 'take-over'), { email: anton });
    const link = await house.link(anton, 'take-over', 'hand-over', reference);
    const taken = await house.press(link);
    const shown = await house.get(linkOnPage(taken.html, 'lead'));
    expect(shown.html).toContain(phone);
    expect((await house.newest(alice, 'hand-over', reference)).text).toContain(
      'Anton Amsel has this lead now',
    );
    expect((await house.get(linkTo(accepted.links, 'contacted'))).html).toContain('It went to Anton Amsel');
    expect((await house.newest(anton, 'hand-over', reference)).text).toContain(phone);
    await house.pressOn(taken.html, 'undo');
    expect((await readLead(house, reference)).claim).toMatchObject({ contact: 'a-1' });
    expect((await house.newest(alice, 'hand-over', reference)).text).toContain(phone);
  });

  test('the answer is the same for a stranger, who gets no mail, and a colleague gets one a minute at most', async () => {
    const before = (await house.messages()).length;
    const stranger = await own('charlie@c.example');
    const unknown = await own('nobody@a.example');
    const self = await own(alice);
    expect((await house.messages()).length).toBe(before);
    const known = await own(anton);
    const bare = (html: string) => html.replace(/\/a\/[\w.-]+|value="[^"]*"/g, '');
    for (const page of [stranger, unknown, self]) expect(bare(page.html)).toBe(bare(known.html));
    await own(anton);
    await own(anton);
    const mails = (await house.kinds(anton, reference)).filter((kind) => kind === 'hand-over');
    expect(mails.length).toBeLessThanOrEqual(2);
    expect((await own('no address')).status).toBe(422);
  });

  test('the link for a colleague is no use to somebody of another company, nor after the lead has gone', async () => {
    await own(anton);
    const link = await house.link(anton, 'take-over', 'hand-over', reference);
    await press(alice, 'offer', 'decline');
    const late = await house.press(link);
    expect(late.status).not.toBe(303);
    expect(late.html).not.toContain(prospect.name);
    expect((await readLead(house, reference)).claim).toBeNull();
  });

  test('however often it is asked for, a colleague gets five such mails a day about a lead, and one about another lead at once', async () => {
    const ask = async (): Promise<void> => {
      const link = await linkIn(alice, 'offer', 'accept');
      const shown = await house.get(link);
      const over = linkOnPage(shown.html, 'take-over');
      expect((await house.press(over, { email: anton })).status).toBe(200);
    };
    const own = async (): Promise<number> =>
      (await house.kinds(anton, reference)).filter((kind) => kind === 'hand-over').length;
    await ask();
    const first = reference;
    await offeredTo('a');
    await ask();
    expect(await own()).toBe(1);
    for (let i = 0; i < 7; i += 1) {
      await house.advance('PT61S');
      await ask();
    }
    expect(await own()).toBe(5);
    reference = first;
    expect(await own()).toBe(1);
  });
});

describe('a distributor', () => {
  beforeEach(() => offeredTo('dist'));
  test('sees its own resellers by its own rules, best first, and passes a claim down with its place of capacity', async () => {
    const won = await press(dieter, 'offer', 'accept');
    const page = await house.get(linkOnPage((await house.get(won.location as string)).html, 'pass-on'));
    expect([...page.html.matchAll(/<span>(Partner R\d)/g)].map((m) => m[1])).toEqual([
      'Partner R1',
      'Partner R2',
    ]);
    const done = await passTo(
      linkOnPage((await house.get(won.location as string)).html, 'pass-on'),
      'Partner R2',
    );
    expect(done.html).toContain('Passed on to Partner R2');
    const lead = await readLead(house, reference);
    expect(lead.claim).toMatchObject({ partner: 'r2', contact: 'r-2', via: 'dist' });
    const open = async () =>
      (
        await house.running.deps.db.query<{ external_id: string; open_claims: number }>(
          "select external_id, open_claims from partners where external_id in ('dist', 'r2') order by 1",
        )
      ).map((r) => r.open_claims);
    expect(await open()).toEqual([0, 1]);
    expect((await house.newest(rolf, 'hand-over', reference)).text).toContain(phone);
    await house.pressOn(done.html, 'undo');
    expect(await open()).toEqual([1, 0]);
    const { claim } = await readLead(house, reference);
    expect(claim.partner).toBe('dist');
    expect(claim).not.toHaveProperty('via');
  });

  test('has an offer go to those of its resellers who fit best; whoever accepts holds it through the distributor', async () => {
    const done = await house.press(await linkIn(dieter, 'offer', 'pass-on'), { to: 'below' });
    expect(done.html).toContain('Passed on to Partner R1, Partner R2');
    await house.messages();
    const offers = (await readLead(house, reference)).offers;
    expect(offers.map((o: Json) => [o.partner, o.state])).toEqual([
      ['dist', 'withdrawn'],
      ['r1', 'sent'],
      ['r2', 'sent'],
    ]);
    expect((await press(rita, 'offer', 'accept')).status).toBe(303);
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'r1', via: 'dist' });
    expect((await house.get(await linkIn(dieter, 'offer', 'accept'))).html).toContain(
      'It went to Partner R1',
    );
  });
});

test('a partner of one person has nobody to pass on to, and no button for it', async () => {
  await offeredTo('b');
  const mail = await house.newest(bob, 'offer', reference);
  expect(mail.links.map((link) => tokenOf(link)?.act)).not.toContain('pass-on');
  expect((await timeline(house, reference)).length).toBeGreaterThan(0);
  expect((await house.get(linkTo(mail.links, 'accept'))).html).not.toContain('take-over');
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
