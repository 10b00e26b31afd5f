import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Leadpost, startLeadpost } from '../../src/compose.ts';
import { acceptOffer } from '../../src/dispatch/answer-offer.ts';
import { type Deps, vendorCalendar } from '../../src/dispatch/deps.ts';
import { readInboundMail } from '../../src/dispatch/read-messages.ts';
import { receiveLead } from '../../src/dispatch/receive-lead.ts';
import { receiveMail } from '../../src/dispatch/receive-mail.ts';
import { applyProgramme, registerPartner, registerUser } from '../../src/dispatch/register.ts';
import { advanceClock, runDue } from '../../src/dispatch/run-due.ts';
import { receiveReply } from '../../src/dispatch/sandbox-reply.ts';
import { activeAssignment, type LeadCase } from '../../src/lead/lead-case.ts';
import type { UserRole } from '../../src/lead/partner.ts';
import { defaultProgramme } from '../../src/lead/programme.ts';
import { readCase } from '../../src/postgres/leads.ts';
import { findLetter, type LetterRow, listLetters } from '../../src/postgres/letters.ts';
import { readSettings } from '../../src/settings.ts';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';
import { sharedDataDir } from '../harness/run-dir.ts';

const cam = 'carla@vendor.example';
const qualifier = 'quinn@vendor.example';
const manager = 'peter@vendor.example';
const holder = 'alice@alpha.example';
const charlie = 'charlie@beta.example';

let database: TestDatabase;
let house: Leadpost;
let deps: Deps;

beforeAll(async () => {
  database = await freshDatabase();
  const settings = readSettings({
    SANDBOX: 'true',
    DATABASE_URL: database.url,
    PORT: '0',
    DATA_DIR: sharedDataDir(),
  });
  const log = { info: () => {}, warn: () => {}, error: (about: object) => console.error(about) };
  house = await startLeadpost(settings, log, { demo: false, timetable: false });
  deps = house.deps;
  await enrol();
});

afterAll(async () => {
  await house?.close();
  await database?.drop();
});

describe('the account manager answers an escalation by mail', () => {
  it('ON IT keeps the ladder quiet for 24 hours, is written down with its mail, and is answered with a receipt', async () => {
    const lead = await escalated();
    const answered = await reply(lead, cam, 'ON IT');
    expect(answered.state).toBe('applied');
    const held = activeAssignment(await caseOf(lead));
    const now = await deps.db.now();
    expect(held?.quiet_until?.getTime()).toBeGreaterThan(now.getTime() + 23 * hour);
    const fact = (await caseOf(lead)).facts.find((f) => f.what === 'escalation.answered');
    expect(fact).toMatchObject({
      channel: 'reply',
      who: { kind: 'user' },
      evidence: { inbound_id: answered.id },
    });
    expect(await answerTo(lead, cam)).toMatchObject({
      kind: 'receipt',
      view: { reader: { side: 'vendor' }, noted: [{ verb: 'on-it' }], undo: { order: { act: 'undo' } } },
    });
    expect((await answerTo(lead, cam)).text).toContain('you are on it');
  });

  it('EXTEND gives one working day more, in German and with politeness around it', async () => {
    const lead = await escalated();
    const before = activeAssignment(await caseOf(lead))?.deadline as Date;
    expect((await reply(lead, cam, 'Hallo,\n\nbitte verlängern, danke!\n\nCarla')).state).toBe('applied');
    const held = activeAssignment(await caseOf(lead));
    expect(held?.deadline?.getTime()).toBeGreaterThan(before.getTime());
    expect(held).toMatchObject({ rung: 0, escalated: false });
    expect(await answerTo(lead, cam)).toMatchObject({
      kind: 'receipt',
      view: { noted: [{ verb: 'extend' }] },
    });
  });

  it('MOVE takes the lead back and offers it to one partner, and a second MOVE to the old mail changes nothing', async () => {
    const lead = await escalated();
    const [taken] = (await caseOf(lead)).assignments;
    expect((await reply(lead, cam, 'MOVE')).state).toBe('applied');
    const after = await caseOf(lead);
    expect(after.assignments.find((a) => a.id === taken?.id)?.state).toBe('recalled');
    expect(after.lead.state).toBe('distributing');
    expect(after.offers.filter((o) => o.state === 'sent' || o.state === 'scheduled')).toHaveLength(1);
    expect(await answerTo(lead, cam)).toMatchObject({ kind: 'receipt', view: { noted: [{ verb: 'move' }] } });
    await acceptOpen(lead);
    await settleMails();
    const claimedAgain = activeAssignment(await caseOf(lead))?.id;
    expect(claimedAgain).not.toBe(taken?.id);
    expect((await reply(lead, cam, 'MOVE')).state).toBe('proposed');
    expect(activeAssignment(await caseOf(lead))?.id).toBe(claimedAgain);
    expect(await answerTo(lead, cam)).toMatchObject({ kind: 'ask', view: { question: 'illegal' } });
    // The prefilled mail of the button names no letter: the old escalation is not about the new claim either.
    expect((await reply(lead, cam, 'MOVE', { prefilled: true })).state).toBe('proposed');
    expect(activeAssignment(await caseOf(lead))?.id).toBe(claimedAgain);
  });

  it('the prefilled mail of a button works without a Message-ID to answer', async () => {
    const lead = await escalated();
    expect((await reply(lead, cam, 'EXTEND\r\n', { prefilled: true })).state).toBe('applied');
    expect((await caseOf(lead)).facts.at(-1)?.what).toBe('assignment.extended');
  });

  it('what is negated, open or not known is asked back with the words for the vendor, and changes nothing', async () => {
    const lead = await escalated();
    const before = await marks(lead);
    for (const words of [
      'Please do not move it yet.',
      'MOVE or EXTEND?',
      'YES',
      'WON 12000',
      'EXTEND until Friday',
    ]) {
      expect([words, (await reply(lead, cam, words)).state]).toEqual([words, 'proposed']);
      expect(await answerTo(lead, cam)).toMatchObject({
        kind: 'ask',
        view: { reader: { side: 'vendor' }, question: 'unclear', grammar: 'vendor' },
      });
    }
    expect(await marks(lead)).toEqual(before);
  });

  it('a verdict is not the account manager to give: it is asked back', async () => {
    const lead = await escalated();
    const before = await marks(lead);
    expect((await reply(lead, cam, 'QUALIFIED')).state).toBe('proposed');
    expect(await marks(lead)).toEqual(before);
    expect(await answerTo(lead, cam)).toMatchObject({ kind: 'ask', view: { question: 'illegal' } });
  });

  it('words forwarded or quoted are nobody’s command', async () => {
    const lead = await escalated();
    const before = await marks(lead);
    await reply(
      lead,
      cam,
      '---------- Forwarded message ---------\nFrom: Charlie <charlie@beta.example>\nDate: Mon\nSubject: lead\nTo: Carla\n\nMOVE',
    );
    await reply(lead, cam, '> MOVE');
    expect(await marks(lead)).toEqual(before);
  });

  it('a note stays a note', async () => {
    const lead = await escalated();
    expect((await reply(lead, cam, 'NOTE: spoke to Alice, she is ill')).state).toBe('noted');
    expect((await caseOf(lead)).facts.at(-1)?.what).toBe('note.added');
  });
});

describe('the qualifier answers by mail', () => {
  it('QUALIFIED sends the lead out to partners', async () => {
    const lead = await unqualified();
    const answered = await reply(lead, qualifier, 'QUALIFIED');
    expect(answered.state).toBe('applied');
    const { lead: now, facts } = await caseOf(lead);
    expect(now.state).toBe('distributing');
    expect(facts.find((f) => f.what === 'lead.qualified')).toMatchObject({
      channel: 'reply',
      evidence: { inbound_id: answered.id },
    });
    expect(await answerTo(lead, qualifier)).toMatchObject({
      kind: 'receipt',
      view: { noted: [{ verb: 'qualify' }] },
    });
  });

  it.each([
    ['KEIN LEAD, kein Budget', 'disqualified', 'disqualify'],
    ['Später', 'nurture', 'nurture'],
    ['DUPLICATE', 'duplicate', 'duplicate'],
    ['Mehr Infos bitte', 'qualifying', 'needs-more'],
  ])('%s makes it %s', async (words, state, verb) => {
    const lead = await unqualified();
    expect((await reply(lead, qualifier, words)).state).toBe('applied');
    expect((await caseOf(lead)).lead.state).toBe(state);
    expect(await answerTo(lead, qualifier)).toMatchObject({ kind: 'receipt', view: { noted: [{ verb }] } });
  });

  it('a verdict that comes too late is asked back', async () => {
    const lead = await unqualified();
    await reply(lead, qualifier, 'DISQUALIFY');
    expect((await reply(lead, qualifier, 'QUALIFIED')).state).toBe('proposed');
    expect((await caseOf(lead)).lead.state).toBe('disqualified');
    expect(await answerTo(lead, qualifier)).toMatchObject({ kind: 'ask', view: { question: 'illegal' } });
  });
});

describe('nobody else acts as the vendor', () => {
  it('a partner contact who writes MOVE changes nothing, not even as the holder', async () => {
    const lead = await escalated();
    const before = await marks(lead);
    for (const words of ['MOVE', 'EXTEND', 'ON IT', 'QUALIFIED']) {
      await reply(lead, holder, words);
      await reply(lead, charlie, words);
    }
    expect(await marks(lead)).toEqual(before);
  });

  it('Charlie with the account manager’s reply address is suspicious, and only the account manager hears of it', async () => {
    const lead = await escalated();
    const before = await marks(lead);
    for (const from of [charlie, holder, qualifier, manager, 'mallory@elsewhere.example'])
      expect([from, (await reply(lead, cam, 'MOVE', { from })).state]).toEqual([from, 'suspicious']);
    expect((await reply(lead, cam, 'MOVE', { spoofed: true })).state).toBe('suspicious');
    expect(await marks(lead)).toEqual(before);
    expect((await lettersOf(lead, charlie)).some((l) => l.kind === 'ask')).toBe(false);
    expect(await answerTo(lead, cam)).toMatchObject({ kind: 'ask', view: { question: 'conflict' } });
  });

  it('a mail whose way in could not vouch for its From changes nothing, whoever it seems to be from', async () => {
    const lead = await escalated();
    const before = await marks(lead);
    for (const [who, words] of [
      [cam, 'MOVE'],
      [holder, 'WON 12000'],
    ] as const) {
      const raw = await mailOf(lead, who, words, {});
      const { id } = await receiveMail(deps, raw, { via: 'imap', authenticated: null });
      await runDue(deps);
      expect([who, (await readInboundMail(deps, id))?.state]).toEqual([who, 'suspicious']);
    }
    expect(await marks(lead)).toEqual(before);
  });
});

const hour = 3_600_000;
const api = { who: { kind: 'key', id: 'sandbox' }, channel: 'api' } as const;

async function enrol(): Promise<void> {
  // Every lead here is left lying until somebody at the vendor is asked, and none stands in another's way.
  const standing = { ...defaultProgramme.standing, debt_limit: 1000, recalls: 1000 };
  await applyProgramme(deps, { ...defaultProgramme, standing }, 'test', null);
  const users: readonly [string, string, UserRole][] = [
    [cam, 'Carla Weiss', 'cam'],
    [qualifier, 'Quinn Adler', 'qualifier'],
    [manager, 'Peter Lang', 'program_manager'],
  ];
  for (const [email, name, role] of users)
    await registerUser(deps, {
      email,
      name,
      role,
      territory: null,
      timezone: 'Europe/Berlin',
      language: 'en',
    });
  for (const email of [holder, charlie, 'dora@delta.example', 'emil@echo.example']) await enrolPartner(email);
}

async function enrolPartner(email: string): Promise<void> {
  const [name = '', host = ''] = email.split('@');
  const external_id = host.replace('.example', '');
  await registerPartner(deps, {
    external_id,
    name: `Partner ${external_id}`,
    kind: 'reseller',
    // The first three are asked first, so that MOVE finds one who was not.
    level: external_id === 'echo' ? 'registered' : 'gold',
    parent: null,
    territories: ['DE'],
    location: null,
    products: ['solar'],
    certifications: [],
    industries: [],
    languages: ['en'],
    capacity_open: null,
    capacity_week: null,
    calendar: { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
    timezone: 'Europe/Berlin',
    cam,
    custom: {},
    contacts: [
      {
        external_id: `${external_id}-1`,
        name,
        email,
        phone: null,
        role: 'owner',
        language: 'en',
        timezone: 'Europe/Berlin',
      },
    ],
  });
}

/** A lead as it comes in; without a phone and an address it waits for the qualifier. @returns its id */
async function sendIn(whole: boolean): Promise<string> {
  const received = await receiveLead(
    deps,
    {
      external_id: null,
      source: 'web form',
      campaign: null,
      cost: null,
      program: null,
      dispatch: true,
      temperature: 'warm',
      quality: 'pre_qualified',
      summary: 'Solar roof for a bakery',
      brief: null,
      products: ['solar'],
      industries: [],
      languages: [],
      value: { minor: 1_200_000, currency: 'EUR' },
      expected_close: null,
      prospect: {
        name: 'Paula Prospect',
        company: null,
        email: whole ? 'paula@customer.example' : null,
        phone: null,
        street: null,
        postal_code: '89073',
        city: 'Ulm',
        country: 'DE',
        language: null,
        lat: null,
        lon: null,
      },
      consent: { given: true, at: null, text: 'Please have a partner call me.', scope: ['share'] },
      custom: {},
    },
    api,
  );
  if (!received.ok) throw new Error(JSON.stringify(received.refusal));
  await settleMails();
  return received.value.id;
}

async function unqualified(): Promise<string> {
  const lead = await sendIn(false);
  expect((await caseOf(lead)).lead.state).toBe('qualifying');
  return lead;
}

/** A lead that Alice holds and has done nothing about, until her account manager is asked. */
async function escalated(): Promise<string> {
  const lead = await sendIn(true);
  await acceptOpen(lead, holder);
  for (let i = 0; i < 60 && !activeAssignment(await caseOf(lead))?.escalated; i++)
    await advanceClock(deps, new Date((await deps.db.now()).getTime() + 6 * hour));
  await settleMails();
  expect((await lettersOf(lead, cam))[0]?.kind).toBe('escalation');
  return lead;
}

async function acceptOpen(lead: string, by?: string): Promise<void> {
  const c = await caseOf(lead);
  const offer = c.offers.find((o) => {
    const contact = c.partners.get(o.partner_id)?.contacts[0];
    return ['scheduled', 'sent'].includes(o.state) && (by === undefined || contact?.email === by);
  });
  if (!offer) throw new Error('there is no open offer to accept');
  const done = await acceptOffer(deps, offer.id, null, {
    who: { kind: 'contact', id: offer.contact_id },
    channel: 'link',
  });
  expect(done.ok).toBe(true);
}

async function caseOf(lead: string): Promise<LeadCase> {
  return (await readCase(deps.db, deps.db, { id: lead }, vendorCalendar(deps.house)))?.case as LeadCase;
}

/** Everything a reply could have changed, notes of what somebody wrote left aside. */
async function marks(lead: string): Promise<object> {
  const { lead: now, offers, assignments, facts } = await caseOf(lead);
  return { now, offers, assignments, facts: facts.filter((f) => f.what !== 'note.added') };
}

const settleMails = (): Promise<unknown> => runDue(deps);

/** The letters of a reader about a lead, newest first. */
async function lettersOf(lead: string, to: string): Promise<LetterRow[]> {
  const { reference } = (await caseOf(lead)).lead;
  const found = await listLetters(deps.db, { lead: reference, to, state: null, before: null, limit: 50 });
  return found.toSorted((a, b) => (a.id < b.id ? 1 : -1));
}

/** The newest receipt or question; those of one minute wait for each other, so all that are posted count. */
async function answerTo(lead: string, to: string): Promise<{ kind: string; view: unknown; text: string }> {
  await advanceClock(deps, new Date((await deps.db.now()).getTime() + 61_000));
  const newest = (await lettersOf(lead, to)).find((l) => l.kind === 'receipt' || l.kind === 'ask');
  const letter = newest && (await findLetter(deps.db, newest.id));
  const parsed = letter?.raw ? await deps.mail.parse(letter.raw) : undefined;
  return { kind: letter?.kind ?? '', view: letter?.view, text: parsed?.ok ? parsed.mail.text : '' };
}

interface How {
  /** Who writes it, when it is not the person the mail was for. */
  readonly from?: string;
  /** As the mailto twin makes it: a new mail, no Message-ID answered. */
  readonly prefilled?: boolean;
  /** Under the person's own address, which the receiving server did not believe. */
  readonly spoofed?: boolean;
}

const asksVendor = ['escalation', 'qualify'];

/** A reply to what this person was mailed about the lead: the vendor's people to the question, others to anything. */
async function mailOf(lead: string, to: string, words: string, how: How): Promise<Buffer> {
  const letters = await lettersOf(lead, to);
  const letter = letters.find((l) => asksVendor.includes(l.kind)) ?? letters[0];
  const raw = letter && (await findLetter(deps.db, letter.id))?.raw;
  const parsed = raw ? await deps.mail.parse(raw) : undefined;
  if (!letter || !parsed?.ok) throw new Error(`${to} was mailed nothing about this lead`);
  const replyTo = parsed.mail.headers.find(([name]) => name === 'reply-to')?.[1] ?? '';
  const now = await deps.db.now();
  return deps.mail.compose({
    from: { name: '', address: how.from ?? to },
    to: { name: '', address: replyTo.replace(/^.*<|>.*$/g, '') },
    replyTo: null,
    subject: `Re: ${letter.subject ?? ''}`,
    text: how.prefilled ? words : `${words}\n\n> ${parsed.mail.text.replace(/\r?\n/g, '\n> ')}\n`,
    html: '',
    messageId: `<${deps.ids.uuid(now)}@mua.example>`,
    inReplyTo: how.prefilled ? null : letter.message_id,
    references: how.prefilled ? [] : [letter.message_id],
    date: now,
    headers: how.spoofed ? { 'Authentication-Results': 'sandbox; dmarc=fail' } : {},
  });
}

async function reply(
  lead: string,
  to: string,
  words: string,
  how: How = {},
): Promise<{ id: string; state: string }> {
  return receiveReply(deps, await mailOf(lead, to, words, how));
}
