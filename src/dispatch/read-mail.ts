import type { Lead } from '../lead/lead.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { activeAssignment } from '../lead/lead-case.ts';
import { isOpenOffer } from '../lead/tables.ts';
import type { DigestRow } from '../letters/digest-view.ts';
import { markReachable } from '../postgres/bounces.ts';
import type { Asks } from '../postgres/database.ts';
import {
  type InboundEnd,
  type InboundRow,
  retryInbound,
  settleInbound,
  takeInbound,
} from '../postgres/inbound.ts';
import { readCase } from '../postgres/leads.ts';
import { findPerson, type Person } from '../postgres/people.ts';
import { type Thread, threadByKey, threadByMessageIds } from '../postgres/threads.ts';
import type { InboundMail } from '../replies/inbound-mail.ts';
import type { ReplyContext } from '../replies/intent.ts';
import { findReplyKey, threadMessageIds } from '../replies/reply-address.ts';
import { type Understanding, understandReply } from '../replies/understand-reply.ts';
import { applyReply, askBack } from './apply-reply.ts';
import { type Deps, vendorCalendar } from './deps.ts';
import { proposeAbsence } from './propose-absence.ts';
import { reportAnswered } from './report-reply.ts';
import { takeBounce } from './take-bounce.ts';
import { unsubscribeByMail } from './unsubscribe-by-mail.ts';

/** A mail whose handling failed this often is put aside with its bytes. */
const triesBeforeQuarantine = 5;
const retryMs = 60_000;

/** A mail that has been read and belongs to somebody. */
export interface ReadMail {
  readonly row: InboundRow;
  readonly mail: InboundMail;
  readonly understood: Understanding;
  readonly thread: Thread;
  readonly person: Person;
  readonly context: ReplyContext;
  /** The rows of the weekly report that it answers; undefined when it answers something else. */
  readonly report: readonly DigestRow[] | undefined;
}

/**
 * Reads one stored mail: parse, classify, find whose it is, check who wrote it, understand, apply. Raw bytes were
 * stored before; whatever goes wrong here, they stay.
 *
 * @returns whether there was one
 */
export async function readOneMail(deps: Deps, only: string | null = null): Promise<boolean> {
  const row = await deps.db.inTransaction((tx) => takeInbound(tx, deps.ids.uuid(tx.now), deps.owner, only));
  if (!row) return false;
  const reading = handle(deps, row).catch(async (error: unknown) => {
    deps.log.error({ inbound_id: row.id, attempt: row.attempts, err: error }, 'reading a mail failed');
    await putAside(deps, row, (error as Error).message);
  });
  underway.set(row.id, reading);
  try {
    await reading;
  } finally {
    underway.delete(row.id);
  }
  return true;
}

/** Mails this process is at: what one sets in motion at other leads comes after its own state is settled. */
const underway = new Map<string, Promise<void>>();

/** Until nothing of a mail is left to be done by whichever loop of this process has it in hand. */
export const untilRead = async (id: string): Promise<void> => underway.get(id);

async function handle(deps: Deps, row: InboundRow): Promise<void> {
  const parsed = await deps.mail.parse(row.raw);
  if (!parsed.ok) return settle(deps, row, { state: 'quarantined', error: parsed.error });
  const { mail } = parsed;
  const told = { from_address: mail.from?.address ?? null, subject: mail.subject.slice(0, 300) };
  const receivedAt = row.received_at;
  const { zone, locale } = deps.house;
  const glance = understandReply(mail, { context: 'lead', zone, locale, currency: null, receivedAt });
  if (glance.class === 'out-of-office') return noteAbsence(deps, row, mail, { ...told, reading: glance });
  if (await unsubscribeByMail(deps, row, mail, { ...told, class: glance.class, reading: glance })) return;
  if (glance.class === 'bounce' || glance.class === 'complaint')
    return takeBounce(deps, { row, mail, understood: glance, told });
  if (glance.class !== 'human')
    return settle(deps, row, { ...told, state: 'ignored', class: glance.class, reading: glance });
  const thread = await threadOf(deps, mail);
  const person = thread && (await findPerson(deps.db, thread.person_id));
  if (!thread || !person)
    return settle(deps, row, { ...told, state: 'unmatched', class: glance.class, reading: glance });
  const report = await reportAnswered(deps.db, thread, person, mail);
  const context = report ? 'digest' : await contextOf(deps, thread, person);
  const reader = { zone: person.timezone, locale: person.language, currency: null, receivedAt };
  const rows = report ? { rows: report.length } : {};
  const understood = understandReply(mail, { context, ...reader, ...rows });
  const read: ReadMail = { row, mail, understood, thread, person, context, report };
  if (isTheirs(row, mail, person)) {
    await markReachable(deps.db, person.id);
    return applyReply(deps, read);
  }
  return askBack(deps, read, 'suspicious');
}

/** An automatic reply never changes a lead; one of a known person may tell that they are away. */
async function noteAbsence(
  deps: Deps,
  row: InboundRow,
  mail: InboundMail,
  told: Pick<InboundEnd, 'from_address' | 'subject' | 'reading'>,
): Promise<void> {
  const thread = await threadOf(deps, mail);
  const person = thread && (await findPerson(deps.db, thread.person_id));
  await deps.db.inTransaction(async (tx) => {
    if (thread && person?.kind === 'contact' && isTheirs(row, mail, person)) {
      const reader = { zone: person.timezone, locale: person.language, currency: null };
      const read = understandReply(mail, { context: 'lead', ...reader, receivedAt: row.received_at });
      const lead = await leadOf(deps, tx, thread);
      await proposeAbsence(deps, tx, { person, until: read.absence?.until ?? null, inbound: row.id, lead });
    }
    const settled = await settleInbound(tx, row, { ...told, state: 'ignored', class: 'out-of-office' });
    if (!settled) throw new Error('the mail was handled by somebody else in the meantime');
  });
}

/**
 * The key alone is no authority: the sender must be the known person, and the mail authenticated. What the way in could
 * not say (null) counts as no.
 */
const isTheirs = (row: InboundRow, mail: InboundMail, person: Person): boolean =>
  row.authenticated === true &&
  person.active &&
  mail.from?.address.toLowerCase() === person.email.toLowerCase();

/** The unguessable address first, then the Message-IDs we sent; a reference in the subject is a hint, never enough. */
async function threadOf(deps: Deps, mail: InboundMail): Promise<Thread | undefined> {
  const key = deps.house.replyAddress ? findReplyKey(mail, deps.house.replyAddress) : null;
  const byKey = key ? await threadByKey(deps.db, key) : undefined;
  return byKey ?? threadByMessageIds(deps.db, threadMessageIds(mail));
}

async function leadOf(deps: Deps, db: Asks, { lead_id }: Thread): Promise<Lead | null> {
  if (!lead_id) return null;
  return (await readCase(db, deps.db, { id: lead_id }, vendorCalendar(deps.house)))?.case.lead ?? null;
}

/** What a plain yes or no would be about: the person's own lead once they hold it, the offer before. */
async function contextOf(deps: Deps, thread: Thread, person: Person): Promise<'offer' | 'lead'> {
  if (!thread.lead_id || person.kind === 'user') return 'lead';
  const loaded = await readCase(deps.db, deps.db, { id: thread.lead_id }, vendorCalendar(deps.house));
  return loaded && holdsOrHeld(loaded.case, person.id) ? 'lead' : 'offer';
}

function holdsOrHeld(c: LeadCase, personId: string): boolean {
  if (activeAssignment(c)?.contact_id === personId) return true;
  const offered = c.offers.some(
    (o) => o.contact_id === personId && (isOpenOffer(o.state) || o.state === 'expired'),
  );
  return !offered && c.assignments.some((a) => a.contact_id === personId);
}

async function settle(deps: Deps, row: InboundRow, end: InboundEnd): Promise<void> {
  await deps.db.inTransaction((tx) => settleInbound(tx, row, end));
}

async function putAside(deps: Deps, row: InboundRow, error: string): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    if (row.attempts >= triesBeforeQuarantine) await settleInbound(tx, row, { state: 'quarantined', error });
    else await retryInbound(tx, row, new Date(tx.now.getTime() + retryMs), error);
  });
}
