import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { complaint, dsn } from '../harness/bounce.ts';
import {
  alice,
  bob,
  cam,
  dora,
  emil,
  postLead,
  readLead,
  setStage,
  timeline,
  told,
  toMonday,
} from '../harness/cast.ts';
import { eventually, type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

const leads = 'leads@leads.example';
let house: House;
/** The sender of the envelope of every letter, by Message-ID. */
const senders = new Map<string, string>();
/** What the relay says to some addresses. */
const refusals = new Map<string, string>();

beforeAll(async () => {
  house = await startHouse({
    send: async ({ from, to }, raw) => {
      const refused = refusals.get(to);
      if (refused) return { kind: 'permanent', error: `rejected: ${refused}` };
      senders.set(/^message-id:\s*(<[^>]+>)/im.exec(raw.toString('latin1'))?.[1] ?? '', from);
      return { kind: 'sent', response: '250 2.0.0 taken' };
    },
  });
  await setStage(house);
});
// A changed address is reachable again, so that no test inherits a dead mailbox.
beforeEach(async () => {
  await moveAlice('alice.elsewhere@a.example');
  await moveAlice(alice);
});
afterAll(() => house.stop());

/** Where the newest letter of a kind to somebody about a lead comes back to, and what it is called. */
async function outbound(to: string, kind: string, reference: string) {
  const mail = await house.newest(to, kind, reference);
  return { to: senders.get(mail.messageId) as string, original: mail.messageId };
}

async function moveAlice(email: string): Promise<void> {
  const { body } = await house.api('GET', '/partners/a');
  const { status } = await house.api(
    'PUT',
    '/partners/a',
    partnerTold(body, [{ ...body.contacts[0], email }]),
  );
  expect(status).toBe(200);
}

const stateOf = async (reference: string, to: string): Promise<string> => {
  const { offers } = await readLead(house, reference);
  const partner = to.slice(to.indexOf('@') + 1, to.indexOf('.'));
  return offers.find((o: Json) => o.partner === partner)?.state;
};

const offered = async (reference: string): Promise<string[]> =>
  (await house.messages())
    .filter((m) => m.kind === 'offer' && m.subject.includes(reference))
    .map((m) => m.to)
    .sort();

describe('the sender of the envelope', () => {
  test('is an address of its own for every letter, signed, and fits every mail server', async () => {
    const { reference } = await postLead(house);
    const [hers, his] = [await outbound(alice, 'offer', reference), await outbound(bob, 'offer', reference)];
    expect(hers.to).toMatch(/^bounce\+[a-z2-7]{42}@leads\.example$/);
    expect(his.to).not.toBe(hers.to);
    expect(hers.to.indexOf('@')).toBeLessThanOrEqual(64);
  });
});

describe('an offer that comes back because there is no such mailbox', () => {
  test('was never made: it is void, the next partner is asked at once, and the timeline says why', async () => {
    const { reference } = await postLead(house);
    expect(await offered(reference)).toEqual([alice, bob, dora]);
    const back = await outbound(alice, 'offer', reference);
    const answer = await house.send(dsn({ to: back.to, recipient: alice }));
    expect(answer).toMatchObject({ status: 202, body: { state: 'applied' } });
    expect(await stateOf(reference, alice)).toBe('void');
    expect(await offered(reference)).toEqual([alice, bob, dora, emil]);
    const items = await timeline(house, reference);
    const { body } = await house.api('GET', `/messages?to=${alice}&lead=${reference}`);
    expect(body.items).toMatchObject([{ kind: 'offer', state: 'sent', returned: 'hard' }]);
    const bounced = items.find((item) => item.what === 'letter.bounced');
    expect(bounced).toMatchObject({
      thing: 'letter',
      channel: 'mail',
      who: { kind: 'system' },
      evidence: { inbound_id: answer.body.id },
    });
    expect(items.map((item) => item.what)).toContain('offer.voided');
  });

  test('leaves its reader out of the next lead until the address is changed', async () => {
    const { reference } = await postLead(house);
    const back = await outbound(alice, 'offer', reference);
    await house.send(dsn({ to: back.to, recipient: alice }));
    await toMonday(house);
    const next = await postLead(house);
    expect(await offered(next.reference)).toEqual([bob, dora, emil]);
    const { body } = await house.api('GET', `/leads/${next.reference}/explanation`);
    const why = body.partners.find((p: Json) => p.partner === 'a').excluded;
    expect(why).toMatchObject([{ code: 'conflict', why: expect.stringContaining('no contact') }]);
    await moveAlice('alice.new@a.example');
    const third = await postLead(house);
    expect(await offered(third.reference)).toEqual(['alice.new@a.example', bob, dora]);
  });

  test('is forgotten once a mail of theirs arrives', async () => {
    const { reference } = await postLead(house);
    const offer = await house.newest(alice, 'offer', reference);
    await house.send(dsn({ to: senders.get(offer.messageId) as string, recipient: alice }));
    await house.reply(offer, 'help');
    const next = await postLead(house);
    expect(await offered(next.reference)).toEqual([alice, bob, dora]);
  });

  test('goes to the next contact of the partner from then on', async () => {
    const { reference } = await postLead(house);
    const back = await outbound(alice, 'offer', reference);
    await house.send(dsn({ to: back.to, recipient: alice }));
    const { body } = await house.api('GET', '/partners/a');
    const [owner] = body.contacts;
    const rep = { ...owner, external_id: 'a-2', name: 'Anton Adams', email: 'anton@a.example', role: 'rep' };
    const { status } = await house.api('PUT', '/partners/a', partnerTold(body, [owner, rep]));
    expect(status).toBe(200);
    await toMonday(house);
    const next = await postLead(house);
    expect(await offered(next.reference)).toEqual(['anton@a.example', bob, dora]);
  });

  test('counts once, however often it is reported, and letters to a holder come back without moving the lead', async () => {
    const { reference } = await postLead(house);
    await house.press(await house.link(alice, 'accept', 'offer', reference));
    const back = await outbound(alice, 'accepted', reference);
    const before = await readLead(house, reference);
    expect((await house.send(dsn({ to: back.to, recipient: alice }))).body.state).toBe('applied');
    expect((await house.send(dsn({ to: back.to, recipient: alice }))).body.state).toBe('noted');
    const after = await readLead(house, reference);
    expect({ state: after.state, claim: after.claim }).toEqual({ state: 'claimed', claim: before.claim });
    expect((await told(house, reference)).filter((what) => what === 'letter.bounced')).toHaveLength(1);
  });
});

describe('a lead whose holder no mail reaches any more', () => {
  const anton = 'anton@a.example';
  let reference: string;
  beforeEach(async () => {
    await toMonday(house);
    reference = (await postLead(house)).reference;
    await house.press(linkTo((await house.newest(alice, 'offer', reference)).links, 'accept'), {
      promise: 'today',
    });
  });

  const comesBack = async (): Promise<void> => {
    const back = await outbound(alice, 'accepted', reference);
    expect((await house.send(dsn({ to: back.to, recipient: alice }))).body.state).toBe('applied');
  };
  const close = (): Promise<Json> =>
    house.api('POST', `/leads/${reference}/close`, { result: 'lost', reason: 'timing' });

  test('goes to a colleague at once, with all that a holder gets, and so do its reminders', async () => {
    const { body } = await house.api('GET', '/partners/a');
    const [owner] = body.contacts;
    const rep = { ...owner, external_id: 'a-2', name: 'Anton Adams', email: anton, role: 'rep' };
    await house.api('PUT', '/partners/a', partnerTold(body, [owner, rep]));
    await comesBack();
    expect((await house.newest(anton, 'accepted', reference)).text).toContain('Petronella');
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'a', contact: 'a-2' });
    await house.advance('PT8H');
    expect(await house.kinds(anton, reference)).toEqual(['accepted', 'reminder']);
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted']);
    await close();
  });

  test('stays where it is when there is nobody else: nothing is sent there, the account manager is told instead', async () => {
    await comesBack();
    const notices = async (): Promise<number> =>
      (await house.kinds(cam)).filter((kind) => kind === 'bounce-notice').length;
    const before = await notices();
    // Reminder, and a day later the warning.
    await house.advance('P1D');
    expect((await house.newest(cam, 'bounce-notice')).text).toContain(`Alice Adams holds ${reference}`);
    await house.advance('P1D');
    expect(await notices()).toBe(before + 2);
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted']);
    expect(await told(house, reference)).toContain('warning.sent');
    expect((await readLead(house, reference)).claim).toMatchObject({ contact: 'a-1' });
    await close();
  });

  test('is written about to the right address as soon as that is known', async () => {
    await comesBack();
    const elsewhere = 'alice.found@a.example';
    await moveAlice(elsewhere);
    await house.advance('PT8H');
    expect(await house.kinds(elsewhere, reference)).toEqual(['reminder']);
    await close();
  });
});

describe('an address that the relay refuses', () => {
  test.each<[string, string, boolean]>([
    ['because nobody has it, like one whose mail comes back', '550 5.1.1 <anton>: User unknown', true],
    ['for another reason, not', '550 5.7.1 message rejected due to spam content', false],
  ])('%s is left out from then on', async (_, error, out) => {
    const refused = out ? 'nobody@a.example' : 'busy@a.example';
    refusals.set(refused, error);
    await moveAlice(refused);
    const { reference } = await postLead(house);
    await house.messages();
    expect(await stateOf(reference, alice)).toBe('void');
    refusals.clear();
    const next = await postLead(house);
    expect(await offered(next.reference)).toEqual(out ? [bob, dora, emil] : [bob, refused, dora].sort());
  });
});

test('two reports about one address at once do not wait for each other', async () => {
  const { db } = house.running.deps;
  const deadlocks = async (): Promise<unknown> =>
    db.query('select deadlocks from pg_stat_database where datname = current_database()');
  const [one, other] = [await postLead(house), await postLead(house)];
  const back = [
    await outbound(alice, 'offer', one.reference),
    await outbound(alice, 'offer', other.reference),
  ];
  const before = await deadlocks();
  // Both are held up at the reader, so that each has taken by then whatever it takes before.
  const sent = await db.inTransaction(async (tx) => {
    await tx.query('select id from people where email = $1 for update', [alice]);
    const reports = back.map(({ to }) => house.send(dsn({ to, recipient: alice })));
    await eventually(async () => {
      const waiting = await db.query(
        `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      expect(waiting).toHaveLength(2);
    });
    return reports;
  });
  for (const answer of await Promise.all(sent)) expect(answer.body.state).toBe('applied');
  await db.query('select pg_stat_force_next_flush()');
  expect(await deadlocks()).toEqual(before);
  for (const { reference } of [one, other]) expect(await stateOf(reference, alice)).toBe('void');
});

describe('a letter that comes back for a reason that may pass, or that is ours', () => {
  test.each([
    ['4.2.2', '452 4.2.2 mailbox full'],
    ['5.7.1', '550 5.7.1 message rejected due to spam content'],
  ])('is counted and moves nothing (%s)', async (status, words) => {
    const { reference } = await postLead(house);
    const back = await outbound(alice, 'offer', reference);
    const answer = await house.send(dsn({ to: back.to, recipient: alice, status, words }));
    expect(answer.body.state).toBe('noted');
    expect(await stateOf(reference, alice)).toBe('sent');
    expect(await told(house, reference)).toContain('letter.bounced');
    await toMonday(house);
    const next = await postLead(house);
    expect(await offered(next.reference)).toContain(alice);
  });
});

describe('whether a report is believed', () => {
  let reference: string;
  let back: { to: string; original: string };
  beforeEach(async () => {
    reference = (await postLead(house)).reference;
    back = await outbound(alice, 'offer', reference);
  });
  const unproven = ['Authentication-Results: sandbox; dmarc=fail'];

  test('by its key alone, whoever sends it and in capitals', async () => {
    const to = back.to.toUpperCase();
    const answer = await house.send(dsn({ to, recipient: alice.toUpperCase(), headers: unproven }));
    expect(answer.body.state).toBe('applied');
    expect(await stateOf(reference, alice)).toBe('void');
  });

  test('by the Message-ID when its sender is proven', async () => {
    const answer = await house.send(dsn({ to: leads, recipient: alice, original: back.original }));
    expect(answer.body.state).toBe('applied');
    expect(await stateOf(reference, alice)).toBe('void');
  });

  test('not after a fortnight', async () => {
    await house.advance('P15D');
    const facts = await told(house, reference);
    expect((await house.send(dsn({ to: back.to, recipient: alice }))).body.state).toBe('ignored');
    expect(await told(house, reference)).toEqual(facts);
  });
});

describe('a report that is not believed changes nothing', () => {
  const unproven = ['Authentication-Results: sandbox; dmarc=fail'];
  let reference: string;
  let back: { to: string; original: string };
  let before: string[];
  beforeAll(async () => {
    await toMonday(house);
    reference = (await postLead(house)).reference;
    back = await outbound(alice, 'offer', reference);
    before = await told(house, reference);
  });

  test.each<[string, string, () => string]>([
    [
      'the Message-ID from a sender who is not proven',
      'ignored',
      () => dsn({ to: leads, recipient: alice, original: back.original, headers: unproven }),
    ],
    ['a key we have not made', 'suspicious', () => forged(back.to.replace(/\+[^@]+/, `+${'a'.repeat(42)}`))],
    ['a key changed in one letter', 'suspicious', () => forged(flip(back.to, 20))],
    ['a proof changed in one letter', 'suspicious', () => forged(flip(back.to, 45))],
    ['a key that was cut', 'suspicious', () => forged(back.to.replace(/.@/, '@'))],
    ["the key of Alice's letter for the mailbox of Bob", 'noted', () => dsn({ to: back.to, recipient: bob })],
  ])('%s', async (_, state, raw) => {
    expect((await house.send(raw())).body.state).toBe(state);
    expect(await told(house, reference)).toEqual(before);
    expect([await stateOf(reference, alice), await stateOf(reference, bob)]).toEqual(['sent', 'sent']);
  });
  /** Even with the Message-ID and from a proven sender. */
  const forged = (to: string): string => dsn({ to, recipient: alice, original: back.original });
});

describe('a complaint', () => {
  test('stops the weekly reports of whoever complained, and nothing else', async () => {
    const { reference } = await postLead(house);
    const back = await outbound(dora, 'offer', reference);
    expect((await house.send(complaint('abuse@leads.example', back.to))).body.state).toBe('applied');
    expect(await told(house, reference)).toContain('letter.complained');
    expect(await stateOf(reference, dora)).toBe('sent');
    const digests = async (to: string) =>
      (await house.messages(to)).filter((m) => m.kind === 'partner-digest').length;
    const before = { bob: await digests(bob), dora: await digests(dora) };
    await house.advance('P8D');
    expect({ bob: await digests(bob), dora: await digests(dora) }).toEqual({
      ...before,
      bob: before.bob + 1,
    });
  });

  test('is not needed: the mail behind a program’s unsubscribe button stops them, too, of a report only', async () => {
    await house.advance('P8D');
    const report = await house.newest(bob, 'partner-digest');
    const [, listed = ''] = /<mailto:([^?]+)\?subject=unsubscribe>/.exec(report.raw.toString('latin1')) ?? [];
    const mail = (to: string, ...more: string[]): string =>
      [
        `From: whoever@elsewhere.example`,
        `To: ${to}`,
        'Subject: unsubscribe',
        `Message-ID: <u-${to}>`,
        ...more,
        '',
        '',
      ].join('\r\n');
    // Whoever was sent a copy of the report knows its key as well.
    const copy = mail(leads, 'Content-Type: text/rfc822-headers', '', `Return-Path: <${listed}>`);
    expect((await house.send(copy)).body.state).not.toBe('applied');
    const { reference } = await postLead(house);
    const offer = await outbound(bob, 'offer', reference);
    expect((await house.send(mail(offer.to))).body.state).not.toBe('applied');
    expect((await house.send(mail(listed))).body.state).toBe('applied');
    const before = (await house.messages(bob)).filter((m) => m.kind === 'partner-digest').length;
    await house.advance('P8D');
    expect((await house.messages(bob)).filter((m) => m.kind === 'partner-digest')).toHaveLength(before);
  });

  test('is not needed: the one press of a mail program, sent as the standard wants it, stops them', async () => {
    await postLead(house);
    await house.advance('P8D');
    const report = await house.newest(alice, 'partner-digest');
    const [, link = ''] = /^list-unsubscribe:\s+<([^>]+)>/im.exec(report.raw.toString('latin1')) ?? [];
    const press = async (field: string): Promise<string> => {
      const body = new FormData();
      body.append(field, 'One-Click');
      const answer = await fetch(new URL(new URL(link).pathname, house.url), { method: 'POST', body });
      expect(answer.status).toBe(200);
      return answer.text();
    };
    expect(await press('Another')).not.toContain('Your reports have stopped');
    expect(await press('List-Unsubscribe')).toContain('Your reports have stopped');
  });

  test('that names no letter of ours stops nothing', async () => {
    const forged = complaint('abuse@leads.example', `bounce+${'b'.repeat(42)}@leads.example`);
    expect((await house.send(forged)).body.state).toBe('ignored');
  });
});

test('nothing in the house has failed', () => {
  expect(
    house.complaints.filter((c) => !/(has something against us|was not taken)/.test((c as Json).message)),
  ).toEqual([]);
});

const flip = (to: string, at: number): string =>
  to.slice(0, at) + (to[at] === 'q' ? 'r' : 'q') + to.slice(at + 1);

const partnerTold = (p: Json, contacts: Json[]): Json => ({
  name: p.name,
  kind: p.kind,
  level: p.level,
  territories: p.territories,
  products: p.products,
  timezone: p.timezone,
  cam: p.cam,
  contacts,
});
