import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  dora,
  postLead,
  prospect,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { eventually, type House, type Json, linkOnPage, startHouse } from '../harness/house.ts';
import { linkTo, type Mail, replyMail } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house, { programme: { standing: {} } });
});
afterAll(() => house.stop());

const acceptLink = async (who: string, reference: string): Promise<string> =>
  house.link(who, 'accept', 'offer', reference);

const close = (reference: string): Promise<Json> =>
  house.api('POST', `/leads/${reference}/close`, { result: 'lost', reason: 'timing' });

const standing = async (partner: string): Promise<Json> =>
  (await house.api('GET', `/partners/${partner}/standing`)).body;

/** Somebody takes a lead on a Monday and says no word until it is a working day overdue: Tuesday, half past five. */
async function fallIntoDebt(who: string): Promise<string> {
  await toMonday(house);
  const { reference } = await postLead(house);
  const won = await house.press(await acceptLink(who, reference), { promise: 'today' });
  expect(won.status).toBe(303);
  await house.advance('P1D');
  await house.advance('PT8H');
  return reference;
}

describe('whoever owes a word on a lead', () => {
  let owed: string;
  let wanted: string;
  beforeAll(async () => {
    owed = await fallIntoDebt(alice);
    wanted = (await postLead(house)).reference;
  });

  test('is offered a new one and sees why it has to wait, each debt with its buttons', async () => {
    const page = await house.get(await acceptLink(alice, wanted));
    expect(page.status).toBe(200);
    expect(page.html).toContain('First a word on other leads');
    expect(page.html).toContain(owed);
    for (const act of ['contacted', 'not-reached', 'lost', 'return'])
      expect(linkOnPage(page.html, act)).toMatch(/\/a\//);
    for (const secret of [prospect.name, prospect.company, prospect.email])
      expect(page.html).not.toContain(secret);
    expect(await told(house, wanted)).not.toContain('hold.taken');
    expect(await standing('a')).toMatchObject({
      debt: [{ lead: owed, contact: 'a-1', owes: 'contact', why: 'late' }],
      blocked: true,
      claims: { open: 1, limit: 1 },
      warnings: 0,
    });
  });

  test('keeps it for three minutes by pressing accept, while Bob and Dora stand in line', async () => {
    const kept = await house.press(await acceptLink(alice, wanted));
    expect(kept.status).toBe(409);
    expect(kept.html).toMatch(/kept for you until \d\d:\d\d/);
    expect(kept.html).not.toContain('Keep it for me');
    for (const who of [bob, dora]) {
      const late = await house.press(await acceptLink(who, wanted));
      expect(late.html).toMatch(/first in line until/);
      expect((await house.pressOn(late.html, 'queue')).html).toContain('You are next in line');
      expect((await house.get(await acceptLink(who, wanted))).html).toContain('You are next in line');
    }
    expect((await told(house, wanted)).filter((w) => w === 'hold.taken' || w === 'queue.joined')).toEqual([
      'hold.taken',
      'queue.joined',
      'queue.joined',
    ]);
    expect((await readLead(house, wanted)).claim).toBeNull();
  });

  test('gets it by itself with the last word said, and those in line hear that it is gone', async () => {
    const page = await house.get(await acceptLink(alice, wanted));
    const said = await house.press(linkOnPage(page.html, 'contacted'));
    expect(said.status).toBe(200);
    expect(said.html).toContain('It is yours');
    expect((await readLead(house, wanted)).claim).toMatchObject({ partner: 'a', contact: 'a-1' });
    expect(await house.kinds(alice, wanted)).toEqual(['offer', 'accepted']);
    for (const who of [bob, dora]) expect(await house.kinds(who, wanted)).toEqual(['offer', 'taken']);
    const shown = await house.get(linkOnPage(said.html, 'lead'));
    expect(shown.html).toContain(prospect.name);
    await close(owed);
    await close(wanted);
  });
});

/** Hands a reply in while its last effect waits for the lead that is kept: the answer waits too, whoever reads the mail. */
async function answeredAfter(reference: string, raw: string): Promise<void> {
  const { db } = house.running.deps;
  const order: string[] = [];
  const { both } = await db.inTransaction(async (tx) => {
    await tx.query('select id from leads where reference = $1 for update', [reference]);
    const first = house.send(raw);
    await eventually(async () => {
      const [row] = await db.query<{ state: string }>(
        'select n.state from inbound n where n.message_id = $1',
        [/^Message-ID: (\S+)/m.exec(raw)?.[1]],
      );
      expect(row?.state).toBe('applied');
    });
    const second = house.send(raw).then(() => order.push('answered'));
    // Mails of nobody take the same way, one after the other: by their answers the other one would have come.
    for (const n of [1, 2, 3, 4, 5])
      await house.send(
        `From: nobody@elsewhere.example\r\nTo: leads@leads.example\r\nSubject: ${n}\r\n\r\nHello\r\n`,
      );
    order.push('released');
    return { both: Promise.all([first, second]) };
  });
  await both;
  expect(order).toEqual(['released', 'answered']);
}

describe('whoever lets the three minutes pass', () => {
  let owed: string;
  let wanted: string;
  beforeAll(async () => {
    owed = await fallIntoDebt(alice);
    wanted = (await postLead(house)).reference;
    await house.press(await acceptLink(alice, wanted));
    const late = await house.press(await acceptLink(dora, wanted));
    await house.pressOn(late.html, 'queue');
    await house.press(await acceptLink(bob, wanted));
  });

  test('leaves the lead to the first in line, who gets it without another press', async () => {
    await house.advance('PT4M');
    expect((await readLead(house, wanted)).claim).toMatchObject({ partner: 'd' });
    expect(await house.kinds(dora, wanted)).toEqual(['offer', 'accepted']);
    const items = (await house.api('GET', `/leads/${wanted}/timeline`)).body.items;
    expect(items.find((i: Json) => i.what === 'offer.accepted')).toMatchObject({
      who: { kind: 'contact', partner: 'd' },
      channel: 'timer',
      evidence: { rule: 'queue' },
    });
    await close(wanted);
  });

  test('gets no second three minutes on the same offer', async () => {
    wanted = (await postLead(house)).reference;
    const link = await acceptLink(alice, wanted);
    await house.press(link);
    await house.advance('PT4M');
    const again = await house.press(link);
    expect(again.html).toContain('First a word on other leads');
    expect(again.html).not.toMatch(/kept for you|Keep it for me/);
    expect((await told(house, wanted)).filter((w) => w === 'hold.taken')).toHaveLength(1);
    expect((await house.press(await acceptLink(bob, wanted))).status).toBe(303);
    await close(wanted);
  });

  test('is told by mail which leads want a word when the yes comes by mail, and has it with the next word', async () => {
    wanted = (await postLead(house)).reference;
    await house.reply(await house.newest(alice, 'offer', wanted), 'yes');
    const answer = await house.newest(alice, 'standing', wanted);
    expect(answer.text).toContain(owed);
    expect(answer.text).toMatch(/It is kept for you until \d\d:\d\d/);
    await house.reply(await house.newest(bob, 'offer', wanted), 'yes');
    expect((await house.newest(bob, 'standing', wanted)).text).toMatch(/next in line/i);
    const word = replyMail(await house.newest(alice, 'warning', owed), 'called her', {
      at: await house.now(),
    });
    await answeredAfter(wanted, word);
    expect((await readLead(house, wanted)).claim).toMatchObject({ partner: 'a' });
    expect(await house.kinds(bob, wanted)).toEqual(['offer', 'standing', 'taken']);
    await close(owed);
    await close(wanted);
  });
});

describe('recalls by the ladder', () => {
  let strict: House;
  beforeAll(async () => {
    strict = await startHouse();
    const ladder = [
      { after: 'PT0S', clock: 'business', to: 'holder', letter: 'reminder', effect: 'none' },
      { after: 'P1D', clock: 'business', to: 'holder', letter: 'recalled', effect: 'recall' },
    ];
    const follow_up = { promise: 'today', ladder };
    await setStage(strict, { programme: { follow_up, standing: { recalls: 2 } } });
  });
  afterAll(() => strict.stop());

  const link = async (who: string, reference: string): Promise<string> =>
    strict.link(who, 'accept', 'offer', reference);
  const partnerA = async (): Promise<Json> => (await strict.api('GET', '/partners/a/standing')).body;
  /** Alice takes a lead and says nothing for two working days. */
  async function letItGo(): Promise<string> {
    await toMonday(strict);
    const { reference } = await postLead(strict);
    expect((await strict.press(await link(alice, reference))).status).toBe(303);
    await strict.advance('P2D');
    return reference;
  }

  test('say which of how many it was, and at the last one the partner is paused and its account manager can lift it', async () => {
    const first = await letItGo();
    const told1 = await strict.newest(alice, 'recalled', first);
    expect(told1.text).toContain('1 of 2');
    expect(told1.text).toContain('New offers keep coming to you');
    expect(await partnerA()).toMatchObject({ warnings: 1, suspended_until: null, suspension: null });
    const open = (await postLead(strict)).reference;
    const second = await letItGo();
    const told2 = await strict.newest(alice, 'recalled', second);
    expect(told2.text).toContain('2 of 2');
    expect(told2.text).not.toContain('New offers keep coming');
    const paused = (await strict.newest(alice, 'standing', second)).text;
    const listed = paused.slice(paused.indexOf('LEADS TAKEN BACK'));
    for (const one of [first, second]) expect(listed.split(one).length, listed).toBe(2);
    expect(await partnerA()).toMatchObject({
      warnings: 2,
      suspended_until: 'lifted',
      suspension: { reason: 'recalls' },
      recalls: { limit: 2, items: [{ lead: first }, { lead: second }] },
    });
    expect((await strict.press(await link(alice, open))).html).toContain('Accepting is paused for you');
    const { reference, offers } = await postLead(strict);
    expect(offers.map((o: Json) => o.partner)).not.toContain('a');
    expect(
      (await strict.api('GET', `/leads/${reference}/explanation`)).body.partners.find(
        (p: Json) => p.partner === 'a',
      ).excluded,
    ).toEqual([expect.objectContaining({ code: 'suspended' })]);
  });

  test('by hand do not count', async () => {
    await toMonday(strict);
    const { reference } = await postLead(strict);
    await strict.press(await link(bob, reference));
    await strict.api('POST', `/leads/${reference}/recall`, { reason: 'wrong region', next: 'hold' });
    expect((await strict.newest(bob, 'recalled', reference)).text).not.toMatch(/\d of \d/);
    expect((await strict.api('GET', '/partners/b/standing')).body.warnings).toBe(0);
  });

  test('are forgiven by the account manager with one press: offers come again, and the count begins anew', async () => {
    const mail = await strict.newest(cam, 'standing');
    const lift = linkTo(mail.links, 'lift');
    expect((await strict.get(lift)).html).toContain('Partner A');
    expect((await partnerA()).suspended_until).toBe('lifted');
    const be = (role: string) =>
      strict.api('PUT', `/users/${cam}`, { name: 'Carla Cam', role, timezone: 'Europe/Berlin' });
    await be('viewer');
    expect((await strict.press(lift)).status).toBe(403);
    expect((await partnerA()).suspended_until).toBe('lifted');
    await be('cam');
    expect((await strict.press(lift)).status).toBe(200);
    expect(await partnerA()).toMatchObject({ suspended_until: null, suspension: null, warnings: 0 });
    expect((await strict.get(lift)).html).toContain('This partner is not paused');
    expect((await strict.newest(alice, 'standing')).text).toMatch(/account manager has lifted/);
    await toMonday(strict);
    expect((await postLead(strict)).offers.map((o: Json) => o.partner)).toContain('a');
    const again = await strict.api('POST', '/partners/a/lift', {});
    expect([again.status, again.body.type]).toEqual([409, 'urn:leadpost:problem:not-suspended']);
    expect((await strict.api('POST', '/partners/nobody/lift', {})).status).toBe(404);
  });

  test('are lifted by a reply in one word too', async () => {
    await letItGo();
    await letItGo();
    expect((await partnerA()).suspended_until).toBe('lifted');
    await strict.reply(await strict.newest(cam, 'standing'), 'Lift it please');
    expect((await partnerA()).suspended_until).toBeNull();
    expect((await strict.newest(cam, 'receipt')).text).toContain('the pause is lifted');
  });
});

describe('points', () => {
  let shop: House;
  beforeAll(async () => {
    shop = await startHouse();
    const rewards = [
      { id: 'training', name: 'Training day', points: 40 },
      { id: 'mug', name: 'Mug', points: 10 },
    ];
    await setStage(shop, { programme: { standing: { rewards } } });
  });
  afterAll(() => shop.stop());

  const held = async (more: Json = {}): Promise<Json> => {
    const { reference } = await postLead(shop, more);
    await shop.press(await shop.link(alice, 'accept', 'offer', reference), {
      promise: 'tomorrow',
    });
    return { reference, mail: await shop.newest(alice, 'accepted', reference) };
  };
  /** A button of the lead's page. */
  const onPage = async (mail: Mail, act: string): Promise<string> =>
    linkOnPage((await shop.get(linkTo(mail.links, 'lead'))).html, act);
  const ofA = async (): Promise<Json> => (await shop.api('GET', '/partners/a/standing')).body;
  const points = async (): Promise<number> => (await ofA()).points;

  test('come ten minutes after a first contact in time, twice as many for a cold lead', async () => {
    const warm = await held();
    const cold = await held({ temperature: 'cold' });
    expect(await points()).toBe(0);
    for (const { mail } of [warm, cold]) await shop.press(linkTo(mail.links, 'contacted'));
    expect(await points()).toBe(0);
    expect((await ofA()).point_entries).toEqual([
      expect.objectContaining({
        lead: cold.reference,
        event: 'contacted_in_time',
        points: 10,
        booked: false,
      }),
      expect.objectContaining({ lead: warm.reference, event: 'contacted_in_time', points: 5, booked: false }),
    ]);
    await shop.advance('PT10M');
    expect(await points()).toBe(15);
    await shop.press(linkTo(cold.mail.links, 'contacted'));
    await shop.advance('PT10M');
    // The second call is an update within its time, and only that.
    expect(await points()).toBe(19);
    await shop.press(linkTo(cold.mail.links, 'contacted'));
    await shop.advance('PT10M');
    expect(await points()).toBe(19);
  });

  test('go with an undo and come back with the next report; giving back unworked takes them', async () => {
    const before = await points();
    const { mail, reference } = await held();
    const done = await shop.press(linkTo(mail.links, 'contacted'));
    await shop.pressOn(done.html, 'undo');
    await shop.advance('PT11M');
    expect(await points()).toBe(before);
    await shop.press(linkTo(mail.links, 'contacted'));
    await shop.advance('PT11M');
    expect(await points()).toBe(before + 5);
    const back = await shop.press(await onPage(mail, 'return'));
    expect(await points()).toBe(before);
    await shop.pressOn(back.html, 'undo');
    expect(await points()).toBe(before + 5);
    await shop.press(await onPage(mail, 'return'));
    expect(await points()).toBe(before);
    const entry = (await ofA()).point_entries.find((e: Json) => e.lead === reference);
    expect(entry).toMatchObject({ reversed_why: 'return' });
  });

  test('are not for accepting or declining, and not for a contact after its promise', async () => {
    const before = await points();
    const { mail } = await held();
    await shop.advance('P3D');
    await shop.press(linkTo(mail.links, 'contacted'));
    await shop.advance('PT11M');
    expect(await points()).toBe(before);
  });

  test('for a win that the vendor enters are those of the win, not of a contact nobody told of', async () => {
    const before = await points();
    const { reference } = await held();
    await shop.api('POST', `/leads/${reference}/close`, { result: 'won', amount: '5000' });
    await shop.advance('PT11M');
    expect(await points()).toBe(before + 20);
  });

  test('are redeemed from the weekly report and set aside until the account manager decides', async () => {
    const won = await held();
    await shop.press(await onPage(won.mail, 'won'), { amount: '9000' });
    await shop.advance('PT11M');
    const before = await points();
    expect(before).toBe(19 + 20 + 20 + 5);
    await toMonday(shop);
    const digest = await shop.newest(alice, 'partner-digest');
    expect(digest.text).toContain(`Your company has ${before} points`);
    const redeem = linkTo(digest.links, 'redeem');
    const page = await shop.get(redeem);
    expect(page.html).toMatch(/Training day \(40\)[\s\S]*Mug \(10\)/);
    const nothing = await shop.press(redeem, {});
    expect([nothing.status, await points()]).toEqual([422, before]);
    expect((await shop.press(redeem, { reward: 'training' })).status).toBe(200);
    expect(await points()).toBe(before - 40);
    const left = await points();
    expect((await shop.press(redeem, { reward: 'training' })).status).toBe(200);
    expect(await points(), 'a double press is one wish').toBe(left);
    await shop.advance('PT2M');
    expect((await shop.press(redeem, { reward: 'training' })).html).toContain('Not enough points');
    const asked = await shop.newest(cam, 'standing');
    expect(asked.text).toContain('Training day');
    await shop.press(linkTo(asked.links, 'reject'));
    expect(await points()).toBe(before);
    expect((await shop.newest(alice, 'standing')).text).toContain('The points are yours again');
    expect((await shop.press(linkTo(asked.links, 'approve'))).html).toContain('Already decided');
    await shop.press(redeem, { reward: 'mug' });
    await shop.press(await shop.link(cam, 'approve', 'standing'));
    expect(await points()).toBe(before - 10);
    expect((await ofA()).redemptions.map((r: Json) => [r.reward, r.state])).toEqual([
      ['mug', 'approved'],
      ['training', 'rejected'],
    ]);
  });

  test('that were taken back meanwhile buy nothing: approving is refused until they are earned again', async () => {
    // What was left buys a training day; then two leads pay for a mug and are given back.
    await shop.advance('PT11M');
    const two = [await held(), await held()];
    for (const { mail } of two) await shop.press(linkTo(mail.links, 'contacted'));
    await shop.advance('PT11M');
    const digest = await shop.newest(alice, 'partner-digest');
    const redeem = linkTo(digest.links, 'redeem');
    for (const reward of ['training', 'mug', 'mug']) {
      if ((await points()) < 10) break;
      await shop.press(redeem, { reward });
      await shop.advance('PT2M');
    }
    const left = await points();
    expect(left).toBeLessThan(10);
    for (const { mail } of two) await shop.press(await onPage(mail, 'return'));
    expect(await points()).toBe(left - 10);
    const asked = await shop.newest(cam, 'standing');
    expect((await shop.press(linkTo(asked.links, 'approve'))).html).toContain('Not enough points');
    await shop.press(linkTo(asked.links, 'reject'));
    expect(await points()).toBeGreaterThanOrEqual(left);
  });

  test('are redeemed by a reply that names the reward; a vague one is told what there is', async () => {
    const won = await held();
    await shop.press(await onPage(won.mail, 'won'), { amount: '9000' });
    await shop.advance('PT11M');
    await toMonday(shop);
    const digest = await shop.newest(alice, 'partner-digest');
    const before = await points();
    expect(before).toBeGreaterThanOrEqual(20);
    expect((await shop.reply(digest, 'Redeem something nice please')).body.state).toBe('proposed');
    const catalogue = await shop.newest(alice, 'standing');
    expect(catalogue.text).toContain(`Your company has ${before} points.`);
    expect(catalogue.text).toMatch(/- Mug: 10 points\n/);
    expect(linkTo(catalogue.links, 'redeem')).toMatch(/\/a\//);
    expect(await points()).toBe(before);

    expect((await shop.reply(catalogue, 'REDEEM mug')).body.state).toBe('applied');
    expect((await shop.newest(alice, 'standing')).text).toContain('Your reward is requested'.toUpperCase());
    expect(await points()).toBe(before - 10);
    await shop.press(await shop.link(cam, 'approve', 'standing'));
    expect((await shop.newest(alice, 'standing')).subject).toContain('approved: Mug');
    expect((await shop.reply(digest, 'Mug einlösen', { from: bob })).body.state).toBe('suspicious');
    expect(await points()).toBe(before - 10);
  });

  test('are not Bob’s to spend, nor Alice’s to grant', async () => {
    const { db, links } = shop.running.deps;
    const now = await db.now();
    const people = await db.query<{ id: string; email: string; partner_id: string }>(
      'select id, email, partner_id from people where partner_id is not null',
    );
    const of = (email: string) => people.find((p) => p.email === email) as (typeof people)[number];
    const to = (who: string, act: 'redeem' | 'lift' | 'approve', obj: string): string =>
      links.url('a', { sub: of(who).id, act, obj, ver: 1 }, now);
    const [asked] = await db.query<{ id: string }>('select id from redemptions limit 1');
    for (const link of [
      to(bob, 'redeem', of(alice).partner_id),
      to(alice, 'lift', of(alice).partner_id),
      to(alice, 'approve', asked?.id as string),
    ])
      expect((await shop.get(link)).status).toBe(403);
  });

  test('are nobody’s to spend or to grant but those whose they are', async () => {
    const digest = await shop.newest(alice, 'partner-digest');
    const forged = linkTo(digest.links, 'redeem').replace(/.$/, (c) => (c === 'A' ? 'B' : 'A'));
    expect((await shop.get(forged)).status).toBe(404);
    const { body } = await shop.api('GET', '/partners/b/standing');
    expect(body).toMatchObject({ points: 0, debt: [], blocked: false, level: 'gold' });
    expect(body.kpis.overdue).toEqual({ value: null, n: 0 });
  });
});
