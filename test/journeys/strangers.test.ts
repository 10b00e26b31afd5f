import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  charlie,
  postLead,
  prospect,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type ApiAnswer, type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo, type Mail, replyMail } from '../harness/mail.ts';

let house: House;
let reference: string;
let offer: Mail;
let accepted: Mail;
let before: Json;
let facts: string[];

beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
beforeEach(async () => {
  await toMonday(house);
  reference = (await postLead(house)).reference;
  offer = await house.newest(bob, 'offer', reference);
  const hers = await house.newest(alice, 'offer', reference);
  await house.press(linkTo(hers.links, 'accept'));
  accepted = await house.newest(alice, 'accepted', reference);
  before = await readLead(house, reference);
  facts = await told(house, reference);
});
afterAll(() => house.stop());

/** The mail was answered with a state, and the lead is as it was. */
async function changesNothing(answer: ApiAnswer, state: string): Promise<void> {
  expect(answer).toMatchObject({ status: 202, body: { state } });
  expect(await readLead(house, reference)).toEqual(before);
  expect(await told(house, reference)).toEqual(facts);
}

const inbox = async (id: string): Promise<Json> => (await house.api('GET', `/inbox/${id}`)).body;

describe('a mail that may not be theirs', () => {
  test("Charlie, who got hold of Alice's reply address, changes nothing; Alice is asked, Charlie is not", async () => {
    await changesNothing(await house.reply(accepted, 'lost, price', { from: charlie }), 'suspicious');
    const ask = await house.newest(alice, 'ask', reference);
    expect(ask.to).toBe(alice);
    expect(ask.raw.toString()).not.toContain(prospect.name);
    expect(await house.messages(charlie)).toEqual([]);
  });

  test("a mail in Alice's name that fails DMARC changes nothing, and she is asked", async () => {
    const headers = ['Authentication-Results: sandbox; dmarc=fail header.from=a.example'];
    await changesNothing(await house.reply(accepted, 'won 12k', { headers }), 'suspicious');
    expect(await house.kinds(alice, reference)).toContain('ask');
  });

  test("Bob, answering with Alice's key from his own address, changes nothing", async () => {
    await changesNothing(await house.reply(accepted, 'lost', { from: bob }), 'suspicious');
    expect(await house.kinds(bob, reference)).toEqual(['offer']);
  });

  test('a key nobody was given and an unknown thread are kept as unmatched', async () => {
    const raw = replyMail(accepted, 'won 12k')
      .replace(/^To: .*$/m, 'To: reply+aaaaaaaaaaaaaaaa@leads.example')
      .replace(/^(In-Reply-To|References): .*\r\n/gm, '');
    const answer = await house.send(raw);
    await changesNothing(answer, 'unmatched');
    const { body } = await house.api('GET', '/inbox?state=unmatched');
    expect(body.items.map((item: Json) => item.id)).toContain(answer.body.id);
    expect(await house.api('GET', `/inbox/${answer.body.id}/raw`)).toMatchObject({ status: 200, body: raw });
  });

  test('a reference in the subject alone is never enough', async () => {
    const raw = [
      `From: ${alice}`,
      'To: leads@leads.example',
      `Subject: won 12k [${reference}]`,
      `Message-ID: <bare-${reference}@a.example>`,
      '',
      'won 12k',
      '',
    ].join('\r\n');
    await changesNothing(await house.send(raw), 'unmatched');
  });
});

describe('a mail no person wrote', () => {
  test.each([
    ['an auto-reply', ['Auto-Submitted: auto-replied'], 'won 12k'],
    [
      'an out-of-office note',
      ['X-Autoreply: yes', 'Precedence: bulk'],
      'I am out of the office until 1 December. won',
    ],
    ['a mailing list', ['List-Id: <all.a.example>', 'Precedence: list'], 'won 12k'],
  ])('%s is ignored', async (_, headers, words) => {
    await changesNothing(await house.reply(accepted, words, { headers }), 'ignored');
    expect(await house.kinds(alice, reference)).not.toContain('receipt');
  });

  test('a bounce is ignored as a reply, whatever its text says', async () => {
    const raw = [
      'From: MAILER-DAEMON@a.example',
      `To: ${accepted.replyTo}`,
      'Subject: Undelivered Mail Returned to Sender',
      `Message-ID: <bounce-${reference}@a.example>`,
      'Auto-Submitted: auto-replied',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'won 12k. Your mail could not be delivered.',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; a.example',
      '',
      'Final-Recipient: rfc822; alice@a.example',
      'Action: failed',
      'Status: 5.1.1',
      '',
      '--b--',
      '',
    ].join('\r\n');
    const answer = await house.send(raw);
    await changesNothing(answer, 'ignored');
    expect((await inbox(answer.body.id)).class).toBe('bounce');
  });
});

describe('a mail that cannot be taken at its word', () => {
  test('the same mail twice is one mail with one effect', async () => {
    const raw = replyMail(accepted, 'called, left my number', { at: await house.now() });
    const first = await house.send(raw);
    const again = await house.send(raw);
    expect(first.body.state).toBe('applied');
    expect(again).toEqual(first);
    expect((await told(house, reference)).filter((what) => what === 'status.reported')).toHaveLength(1);
    expect((await house.kinds(alice, reference)).filter((kind) => kind === 'receipt')).toHaveLength(1);
  });

  test('a mail that cannot be parsed is quarantined with its bytes', async () => {
    const parts = Array.from(
      { length: 30_000 },
      (_, i) => `--b\r\nContent-Type: text/plain\r\n\r\nwon ${i}k\r\n`,
    );
    const raw = [
      `From: ${alice}`,
      `To: ${accepted.replyTo}`,
      'Subject: hm',
      `Message-ID: <many-${reference}@a.example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="b"',
      '',
      parts.join(''),
      '--b--',
      '',
    ].join('\r\n');
    const answer = await house.send(raw);
    await changesNothing(answer, 'quarantined');
    expect(await house.api('GET', `/inbox/${answer.body.id}/raw`)).toMatchObject({ status: 200, body: raw });
    expect((await inbox(answer.body.id)).error).toEqual(expect.any(String));
  });

  test('words that say no verb become a note of the lead, in her own words', async () => {
    const answer = await house.reply(accepted, 'The customer has a very old roof with asbestos.');
    expect(answer.body.state).toBe('noted');
    expect(await readLead(house, reference)).toEqual(before);
    expect(await told(house, reference)).toEqual([...facts, 'note.added']);
  });

  test("Bob's yes after the fact is answered with one kind mail", async () => {
    expect((await house.reply(offer, 'yes')).body.state).toBe('proposed');
    expect(await house.kinds(bob, reference)).toEqual(['offer', 'taken']);
    expect(await readLead(house, reference)).toEqual(before);
  });

  test('an empty body is refused without being kept', async () => {
    expect((await house.send('')).status).toBe(400);
  });
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
