import { localTime } from '../lead/calendar.ts';
import { mayAskAgain } from '../lead/chance.ts';
import { decisionAt, wishes } from '../lead/fair.ts';
import { activeAssignment, type LeadCase } from '../lead/lead-case.ts';
import type { Refusal } from '../lead/refusals.ts';
import { isOpenOffer } from '../lead/tables.ts';
import { undoMinutes } from '../lead/undo.ts';
import { type Answered, askLetter, receiptLetter } from '../letters/answer-letters.ts';
import { pageOrder } from '../letters/buttons.ts';
import type { AskQuestion, LetterView, Noted } from '../letters/letter.ts';
import { takenLetter, takenReason } from '../letters/taken-letter.ts';
import type { Tx } from '../postgres/database.ts';
import { readCase } from '../postgres/leads.ts';
import type { Intent } from '../replies/intent.ts';
import type { VendorAct } from '../replies/vendor-phrases.ts';
import { type Deps, vendorCalendar } from './deps.ts';
import { post, worded } from './post-letter.ts';
import type { ReadMail } from './read-mail.ts';
import { moneyOf } from './reply-about.ts';
import { readerOf } from './settle-reply.ts';

export type AskWhy = AskQuestion;

/** What a reply is answered with. */
export type Answer =
  | { readonly kind: 'receipt'; readonly intent: Intent; readonly case: LeadCase }
  | { readonly kind: 'done'; readonly act: VendorAct; readonly case: LeadCase }
  | { readonly kind: 'noted'; readonly noted: Noted }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'ask'; readonly why: AskWhy };

/** Answers a reply, at the address on file of the person whose key was used. */
export async function postAnswer(deps: Deps, tx: Tx, read: ReadMail, answer: Answer): Promise<void> {
  const c = 'case' in answer ? answer.case : await caseOf(deps, tx, read);
  const view =
    !c && answer.kind === 'ask'
      ? ask(read, c, answer.why, await readerOf(deps, tx, read.person))
      : viewOf(tx, read, answer, c);
  if (!view) return;
  const { person, thread, row } = read;
  await post(deps, tx, {
    key: `${view.kind}:${row.id}`,
    lead_id: thread.lead_id,
    offer_id: thread.offer_id,
    view: worded(view, c?.programme),
    to: { person_id: person.id, email: person.email, name: person.name },
  });
}

async function caseOf(deps: Deps, tx: Tx, read: ReadMail): Promise<LeadCase | undefined> {
  const { lead_id } = read.thread;
  if (!lead_id) return undefined;
  return (await readCase(tx, deps.db, { id: lead_id }, vendorCalendar(deps.house)))?.case;
}

function viewOf(tx: Tx, read: ReadMail, answer: Answer, c: LeadCase | undefined): LetterView | undefined {
  if (answer.kind === 'ask') return ask(read, c, answer.why);
  if (answer.kind === 'noted') return c && notedOnly(read, c, answer.noted);
  if (answer.kind === 'refused') return c && refused(read, c, answer.refusal);
  if (answer.kind === 'done') return done(tx, read, answer.case, answer.act);
  // The accepted letter says everything a receipt would say, and is on its way already.
  if (!c) return undefined;
  if (answer.intent.verb === 'accept') return activeAssignment(c) ? undefined : wished(read, c);
  return receipt(tx, read, c, answer.intent);
}

function receipt(tx: Tx, read: ReadMail, c: LeadCase, intent: Intent): LetterView {
  const held = c.assignments.findLast((a) => a.contact_id === read.person.id);
  const about = read.context === 'offer' ? (read.thread.offer_id ?? c.lead.id) : (held?.id ?? c.lead.id);
  const undoable = intent.verb !== 'undo';
  const owes = held?.state === 'active' ? held.owes : null;
  return receiptLetter({
    to: answered(read, c),
    lead: c.lead,
    noted: [notedOf(c, intent)],
    words: read.understood.visible,
    undo: undoable ? { obj: about, until: new Date(tx.now.getTime() + undoMinutes * 60_000) } : null,
    nextDue: owes && held?.deadline ? { owes, at: held.deadline } : null,
    page: held?.state === 'active' ? pageOrder(held.id) : null,
  });
}

/** A yes that is noted and decided later. */
function wished(read: ReadMail, c: LeadCase): LetterView | undefined {
  const offer = wishes(c).find((o) => o.contact_id === read.person.id);
  const decided = decisionAt(c);
  if (!offer || !decided) return undefined;
  const { date, time } = localTime(read.person.timezone, decided);
  return notedOnly(read, c, { verb: 'wish', money: null, date, time, reason: null });
}

/** What changes no lead, and has its own way back. */
const notedOnly = (read: ReadMail, c: LeadCase, noted: Noted): LetterView =>
  receiptLetter({ to: answered(read, c), lead: c.lead, noted: [noted], words: read.understood.visible });

/** What somebody at the vendor decided. */
function done(tx: Tx, read: ReadMail, c: LeadCase, act: VendorAct): LetterView {
  return receiptLetter({
    to: answered(read, c),
    lead: c.lead,
    noted: [{ verb: act, money: null, date: null, time: null, reason: null }],
    words: read.understood.visible,
    undo: { obj: c.lead.id, until: new Date(tx.now.getTime() + undoMinutes * 60_000) },
  });
}

/** What a reply came to, in the words of a receipt. */
export function notedOf(c: LeadCase, intent: Intent): Noted {
  const reason = intent.verb === 'lost' ? (intent.reason ?? 'other') : intent.reason;
  return { verb: intent.verb, money: moneyOf(c, intent), date: intent.date, time: intent.time, reason };
}

/** A yes or no that came too late gets the friendly `taken`; anything else that cannot be now is asked back. */
function refused(read: ReadMail, c: LeadCase, refusal: Refusal): LetterView {
  const reason = takenReason(refusal);
  const to = answered(read, c);
  if (!reason || to.side !== 'partner') return ask(read, c, 'illegal');
  const at = 'takenAt' in refusal ? refusal.takenAt : 'at' in refusal ? refusal.at : null;
  const missed = c.offers.findLast((o) => o.contact_id === read.person.id && mayAskAgain(c, o));
  const chanceOffer = missed?.id ?? null;
  return takenLetter({ partner: to.partner, contact: to.contact, lead: c.lead, reason, at, chanceOffer });
}

function ask(
  read: ReadMail,
  c: LeadCase | undefined,
  why: AskWhy,
  to: Answered = answered(read, c),
): LetterView {
  const own = aboutOf(read, c);
  return askLetter({
    to,
    lead: c?.lead ?? null,
    question: why === 'unclear' || (why === 'take-over' && own) ? questionOf(read) : why,
    words: why === 'conflict' ? null : read.understood.visible,
    about: own ?? (why === 'take-over' ? colleagues(read, c) : null),
  });
}

function questionOf(read: ReadMail): AskQuestion {
  if (read.person.kind === 'user') return 'unclear';
  const verb = read.understood.intents[0]?.verb;
  if (read.context === 'lead' && verb === 'decline') return 'ambiguous-no';
  return verb === 'won' || verb === 'quoted' ? 'amount' : 'unclear';
}

function aboutOf(
  read: ReadMail,
  c: LeadCase | undefined,
): { kind: 'offer' | 'assignment'; id: string } | null {
  if (!c) return null;
  const held = activeAssignment(c);
  if (held?.contact_id === read.person.id) return { kind: 'assignment', id: held.id };
  const offer = read.thread.offer_id ?? c.offers.findLast((o) => o.contact_id === read.person.id)?.id;
  return offer ? { kind: 'offer', id: offer } : null;
}

/** What a colleague of the reader has of the lead. */
function colleagues(
  { person }: ReadMail,
  c: LeadCase | undefined,
): { kind: 'offer' | 'assignment'; id: string } | null {
  const own = (x: { readonly partner_id: string }): boolean => x.partner_id === person.partner_id;
  const held = c && activeAssignment(c);
  if (held && own(held)) return { kind: 'assignment', id: held.id };
  const offer = c?.offers.find((o) => own(o) && isOpenOffer(o.state));
  return offer ? { kind: 'offer', id: offer.id } : null;
}

function answered(read: ReadMail, c: LeadCase | undefined): Answered {
  const { person } = read;
  const partner = person.partner_id ? c?.partners.get(person.partner_id) : undefined;
  const contact = partner?.contacts.find((x) => x.id === person.id);
  return partner && contact
    ? { side: 'partner', partner, contact }
    : { side: 'vendor', reader: { id: person.id, name: person.name } };
}
