import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addDays, localTime } from '../../src/lead/calendar.ts';
import {
  alice,
  bob,
  dora,
  postLead,
  prospect,
  readLead,
  setStage,
  timeline,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';

const zone = 'Europe/Berlin';
const adam = 'adam@a.example';
let house: House;
let today: string;

beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  const { body } = await house.api('GET', '/partners/a');
  const colleague = { ...body.contacts[0], external_id: 'a-2', name: 'Adam Adams', email: adam, role: 'rep' };
  await house.api('PUT', '/partners/a', { ...body, contacts: [...body.contacts, colleague] });
});
beforeEach(async () => {
  await toMonday(house);
  today = localTime(zone, await house.now()).date;
  for (const contact of ['a/contacts/a-1', 'a/contacts/a-2', 'b/contacts/b-1'])
    await house.api('PUT', `/partners/${contact}/absence`, {});
});
afterAll(() => house.stop());

const away = (contact: string, body: object): Promise<Json> =>
  house.api('PUT', `/partners/${contact.split('-')[0]}/contacts/${contact}/absence`, body);
const offersOf = async (reference: string, partner: string): Promise<Json[]> =>
  (await readLead(house, reference)).offers.filter((o: Json) => o.partner === partner);
const accept = async (who: string, reference: string) =>
  house.press(await house.link(who, 'accept', 'offer', reference));

describe('a contact who is away', () => {
  test('is told and asked by day: what PUT takes, GET shows', async () => {
    const told = { from: today, until: addDays(today, 7), deputy: 'a-2' };
    const put = await away('a-1', told);
    expect(put).toMatchObject({ status: 200, body: { ...told, source: 'api', confirmed: true } });
    const path = '/partners/a/contacts/a-1/absence';
    expect((await house.api('GET', path)).body).toEqual(put.body);
    expect((await house.api('PUT', path, put.body)).body).toEqual(put.body);
    expect((await house.api('PUT', path, {})).body).toMatchObject({ until: null, confirmed: false });
  });

  test.each([
    [{ until: '2020-01-01' }, '/until'],
    [{ from: '2999-01-02', until: '2999-01-02' }, '/from'],
    [{ from: '2999-01-02' }, '/until'],
    [{ until: '2999-01-01' }, '/until'],
    [{ until: '2999-01-01', deputy: 'b-1' }, '/deputy'],
    [{ until: '2999-01-01', deputy: 'a-1' }, '/deputy'],
  ])('%j is refused at %s', async (body, pointer) => {
    const answer = await away('a-1', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors.map((e: Json) => e.pointer)).toContain(pointer);
  });

  test('nobody can be away who is no contact', async () => {
    expect((await away('a-9', { until: addDays(today, 3) })).status).toBe(404);
    expect((await away('z-1', { until: addDays(today, 3) })).status).toBe(404);
  });

  test('has offers go to the deputy, who can accept them', async () => {
    await away('a-1', { until: addDays(today, 4), deputy: 'a-2' });
    const { reference } = await postLead(house);
    expect(await house.kinds(alice, reference)).toEqual([]);
    expect((await accept(adam, reference)).status).toBe(303);
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'a', contact: 'a-2' });
  });

  test('has offers go to the next contact by role where no deputy is named', async () => {
    await away('a-1', { until: addDays(today, 4) });
    const { reference } = await postLead(house);
    expect(await house.kinds(adam, reference)).toEqual(['offer']);
    expect(await house.kinds(alice, reference)).toEqual([]);
  });

  test('keeps a partner out whose people are all away, and the explanation says until when', async () => {
    await away('b-1', { until: addDays(today, 4) });
    const { reference } = await postLead(house);
    expect(await house.kinds(bob, reference)).toEqual([]);
    const { partners } = (await house.api('GET', `/leads/${reference}/explanation`)).body;
    const { excluded } = partners.find((p: Json) => p.partner === 'b');
    expect(excluded).toEqual([{ code: 'away', why: expect.stringContaining(addDays(today, 3)) }]);
  });

  test('passes an open offer on to the colleague at once, and the old links explain themselves', async () => {
    const { reference } = await postLead(house);
    const before = await house.newest(alice, 'offer', reference);
    await away('a-1', { until: addDays(today, 4), deputy: 'a-2' });
    await house.advance('PT1M');
    const late = await house.press(linkTo(before.links, 'accept'));
    expect(late.status).toBe(410);
    expect((await offersOf(reference, 'a')).map((o) => [o.contact, o.state])).toEqual([
      ['a-1', 'withdrawn'],
      ['a-2', 'sent'],
    ]);
    expect((await accept(adam, reference)).status).toBe(303);
  });

  test('cannot accept from afar: the page says until when they are away', async () => {
    const { reference } = await postLead(house);
    const offer = await house.newest(bob, 'offer', reference);
    await away('b-1', { until: addDays(today, 4) });
    const answer = await house.press(linkTo(offer.links, 'accept'));
    expect(answer.html).toContain('marked as away');
    expect((await readLead(house, reference)).claim).toBeNull();
  });
});

describe('a claim whose holder goes away', () => {
  test('goes to the deputy on the first day away, with everything a holder gets, and to nobody before', async () => {
    const { reference } = await postLead(house);
    await accept(alice, reference);
    const accepted = await house.newest(alice, 'accepted', reference);
    await away('a-1', { from: addDays(today, 1), until: addDays(today, 9), deputy: 'a-2' });
    await house.advance('PT1H');
    expect((await readLead(house, reference)).claim.contact).toBe('a-1');
    expect(await house.kinds(adam, reference)).toEqual([]);
    await house.advance('P1D');
    expect((await readLead(house, reference)).claim.contact).toBe('a-2');
    const details = await house.newest(adam, 'accepted', reference);
    expect(details.text).toContain(prospect.name);
    const old = await house.get(linkTo(accepted.links, 'lead'));
    expect([old.status, old.html.includes(prospect.name)]).toEqual([403, false]);
    const report = await house.press(linkTo(details.links, 'contacted'));
    expect(report.status).toBe(200);
    expect(await readLead(house, reference)).toMatchObject({ phase: 'contacted' });
    const handed = (await timeline(house, reference)).find((i) => i.what === 'assignment.handed_over');
    expect(handed.who.kind).toBe('system');
  });

  test('waits where nobody stands in: no reminder, no recall, and as much time left on return as before', async () => {
    const { reference } = await postLead(house);
    await accept(dora, reference);
    const due = (await readLead(house, reference)).next_step.due_at;
    expect(localTime(zone, new Date(due))).toMatchObject({ date: addDays(today, 1), time: '17:00' });
    await away('d-1', { from: addDays(today, 1), until: addDays(today, 21) });
    await house.advance('P20D');
    expect(await house.kinds(dora, reference)).toEqual(['offer', 'accepted']);
    const paused = (await readLead(house, reference)).next_step.due_at;
    expect(localTime(zone, new Date(paused))).toMatchObject({ date: addDays(today, 21), time: '17:00' });
    await house.advance('P2D');
    expect(await house.kinds(dora, reference)).toContain('reminder');
    expect((await readLead(house, reference)).claim.partner).toBe('d');
  });
});

/** A link about an absence works within the partner it is of, whoever signed it for somebody else. */
async function nobodyElses(link: string): Promise<void> {
  const uuid = (short: string): string =>
    Buffer.from(short, 'base64url')
      .toString('hex')
      .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const offer = await house.link(bob, 'accept');
  const [sub, obj] = [uuid(tokenOf(offer)?.sub ?? ''), uuid(tokenOf(link)?.obj ?? '')];
  const claim = { sub, act: 'absence', obj, ver: 1 } as const;
  const page = await house.get(house.running.deps.links.url('a', claim, await house.now()));
  expect([page.status, page.html.includes('Alice')]).toEqual([403, false]);
}

describe('an out-of-office reply', () => {
  const outOfOffice = async (who: string, reference: string, words: string): Promise<Json> => {
    const headers = ['Auto-Submitted: auto-replied', 'X-Autoreply: yes', 'Precedence: bulk'];
    return house.reply(await house.newest(who, 'offer', reference), words, { headers });
  };

  test('with a day of return asks the contact with one button; only the press makes an absence of it', async () => {
    const { reference } = await postLead(house);
    const until = addDays(today, 9);
    const [year, month, day] = until.split('-');
    const answer = await outOfOffice(
      alice,
      reference,
      `I am out of office. I am back on ${day}.${month}.${year}.`,
    );
    expect(answer.body.state).toBe('ignored');
    const asked = await house.newest(alice, 'absence');
    const path = '/partners/a/contacts/a-1/absence';
    expect((await house.api('GET', path)).body).toMatchObject({ until, source: 'reply', confirmed: false });
    expect((await offersOf(reference, 'a')).map((o) => o.state)).toEqual(['sent']);
    const link = linkTo(asked.links, 'absence');
    const page = await house.get(link);
    expect(page.html).toContain(`value="${until}"`);
    expect((await house.api('GET', path)).body.confirmed).toBe(false);
    await nobodyElses(link);
    const pressed = await house.press(link);
    expect(pressed.status).toBe(200);
    expect((await house.api('GET', path)).body).toMatchObject({ until, confirmed: true });
    await house.advance('PT1M');
    expect(await house.kinds(adam, reference)).toEqual(['offer']);
    const back = await house.pressOn((await house.get(link)).html, 'absence', { back: '1' });
    expect(back.html).not.toContain('action=');
    expect((await house.api('GET', path)).body.until).toBeNull();
  });

  test('without a day proposes the next working day, asks no second time, and takes a word for an answer', async () => {
    const { reference } = await postLead(house);
    const before = (await house.kinds(bob)).filter((kind) => kind === 'absence').length;
    await outOfOffice(bob, reference, 'I am currently out of the office and will answer later.');
    await outOfOffice(bob, reference, 'I am still out of the office.');
    const path = '/partners/b/contacts/b-1/absence';
    expect((await house.api('GET', path)).body).toMatchObject({ until: addDays(today, 1), confirmed: false });
    const mails = (await house.kinds(bob)).filter((kind) => kind === 'absence');
    expect(mails).toHaveLength(before + 1);
    const said = await house.reply(await house.newest(bob, 'absence', reference), 'AWAY');
    expect(said.body.state).toBe('applied');
    expect((await house.api('GET', path)).body).toMatchObject({ until: addDays(today, 1), confirmed: true });
    expect(await house.kinds(bob, reference)).toEqual(['offer', 'absence', 'receipt']);
  });

  test('of a stranger proposes nothing', async () => {
    const { reference } = await postLead(house);
    const offer = await house.newest(bob, 'offer', reference);
    const headers = ['Auto-Submitted: auto-replied', 'X-Autoreply: yes', 'Precedence: bulk'];
    await house.reply(offer, 'I am out of office until 1 December.', {
      headers,
      from: 'mallory@evil.example',
    });
    expect((await house.api('GET', '/partners/b/contacts/b-1/absence')).body.until).toBeNull();
  });
});
