import { localTime } from '../lead/calendar.ts';
import { askAgain } from '../lead/chance.ts';
import { decline } from '../lead/claim.ts';
import { sayYes } from '../lead/hold.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  changeOf,
  draftOf,
  type LeadCase,
  note,
} from '../lead/lead-case.ts';
import { onlyReads } from '../lead/partner.ts';
import { explained } from '../lead/pass-on.ts';
import { type ReportVerb, reportVerbs } from '../lead/report-status.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import { noteUsedUp, undo } from '../lead/undo.ts';
import type { LetterView } from '../letters/letter.ts';
import { absenceAskedOf } from '../postgres/absences.ts';
import type { Tx } from '../postgres/database.ts';
import { findLetter, lastPosted } from '../postgres/letters.ts';
import { findPerson } from '../postgres/people.ts';
import type { Intent } from '../replies/intent.ts';
import { wantsToPass } from '../replies/pass-on-words.ts';
import { wantsToRedeem } from '../replies/redeem-words.ts';
import { threadMessageIds } from '../replies/reply-address.ts';
import { readVendorIntent, type VendorIntent } from '../replies/vendor-intent.ts';
import { startAbsence } from './announce-absence.ts';
import { changeLeadIn } from './change-lead.ts';
import { claimHeld } from './claim-held.ts';
import { complain } from './complain-reply.ts';
import type { Deps } from './deps.ts';
import { decideLink, isReport, noFields, waveWidth } from './link-acts.ts';
import { withStanding } from './partner-standing.ts';
import type { ReadMail } from './read-mail.ts';
import { applyRedeem } from './redeem-reply.ts';
import { decideReport, leadNamed, leadOf, offerMeant } from './reply-about.ts';
import { type AskWhy, postAnswer } from './reply-letters.ts';
import { applyToRows } from './report-reply.ts';
import { actorOf, settleIn } from './settle-reply.ts';
import { postWaiting } from './standing-letters.ts';
import { answerStanding, waitingOffer } from './standing-reply.ts';
import { undonesBefore } from './undone-accepts.ts';

/**
 * Applies what a reply says, in one transaction with the settling of the mail: the verb, its facts and letters, the
 * receipt. What is not sure is asked back, what is no verb becomes a note; nothing is ever guessed.
 */
export async function applyReply(deps: Deps, read: ReadMail): Promise<void> {
  const { understood } = read;
  const intent = understood.intents[0];
  if (understood.decision === 'ignore') return settle(deps, read, 'ignored');
  if (read.person.kind === 'user') return applyAsVendor(deps, read, intent);
  if (await confirmsAbsence(deps, read)) return;
  const reward = wantsToRedeem(understood.visible);
  if (reward !== undefined) return applyRedeem(deps, read, reward);
  if (read.report && understood.decision !== 'note') return applyToRows(deps, read, read.report);
  if (/^\s*chance\s*[.!]?\s*(?:$|\n)/i.test(understood.visible)) return applyChance(deps, read);
  const passing = wantsToPass(understood.visible);
  if (passing && understood.decision !== 'apply') return askBack(deps, read, 'proposed', passing);
  if (understood.decision === 'ask' || !intent) return askBack(deps, read, 'proposed');
  if (understood.decision === 'note' || intent.verb === 'note') return noteDown(deps, read);
  if (intent.verb === 'help') return askBack(deps, read, 'applied', 'help');
  if (intent.verb === 'quality-complaint' && read.thread.lead_id) return complain(deps, read);
  if (!isApplicable(intent.verb)) return noteDown(deps, read);
  return applyVerb(deps, read, intent);
}

/** "CHANCE": the reply twin of "give me another chance". */
async function applyChance(deps: Deps, read: ReadMail): Promise<void> {
  if (!read.thread.lead_id) return askBack(deps, read, 'proposed', 'unmatched');
  await deps.db.inTransaction(async (tx) => {
    const done = await changeLeadIn(deps, tx, leadOf(read), actorOf(read), (c, act) =>
      askAgain(c, offerMeant(c, read) ?? '', act),
    );
    const noted = { verb: 'chance', money: null, date: null, time: null, reason: null };
    const told = done.ok
      ? ({ kind: 'noted', noted } as const)
      : ({ kind: 'refused', refusal: done.refusal } as const);
    await postAnswer(deps, tx, read, told);
    await settleIn(tx, read, done.ok ? 'applied' : 'proposed');
  });
}

/** "AWAY" on the question whether somebody is away: the reply twin of its button. */
async function confirmsAbsence(deps: Deps, read: ReadMail): Promise<boolean> {
  if (read.understood.intents[0]?.verb !== 'pause' || read.understood.decision !== 'apply') return false;
  return deps.db.inTransaction(async (tx) => {
    const asked = await absenceAskedOf(tx, read.person.id, tx.now);
    const away = asked && (await findPerson(tx, asked.person_id));
    if (!asked || !away) return false;
    await startAbsence(tx, asked, asked.until_at);
    const date = localTime(away.timezone, asked.until_at).date;
    const noted = { verb: 'absence', money: null, date, time: null, reason: null };
    await postAnswer(deps, tx, read, { kind: 'noted', noted });
    await settleIn(tx, read, 'applied');
    return true;
  });
}

async function applyVerb(deps: Deps, read: ReadMail, intent: Intent): Promise<void> {
  if (!read.thread.lead_id) return askBack(deps, read, 'proposed', 'unmatched');
  await deps.db.inTransaction(async (tx) => {
    const done = await changeLeadIn(deps, tx, leadOf(read), actorOf(read), (c, act) =>
      decideReply(deps, c, act, tx, read, intent),
    );
    if (!done.ok && done.refusal.kind === 'undo-used-up')
      await changeLeadIn(deps, tx, leadOf(read), actorOf(read), noteUsedUp);
    const told = done.ok
      ? ({ kind: 'receipt', intent, case: done.value } as const)
      : ({ kind: 'refused', refusal: done.refusal } as const);
    const waits = intent.verb === 'accept' ? await waitingOffer(deps, tx, read, done) : undefined;
    if (waits) await postWaiting(deps, tx, waits.case, waits.offer, `standing:${read.row.id}`);
    else await postAnswer(deps, tx, read, told);
    await settleIn(tx, read, done.ok ? 'applied' : 'proposed');
  });
  if (isReport(intent.verb) && read.person.partner_id) await claimHeld(deps, read.person.partner_id, 'reply');
}

/**
 * What one of the vendor's own people answers: an act their mails have buttons for. Partners never come this way. Whatever
 * is none of these is asked back, with the words that are understood.
 */
async function applyAsVendor(deps: Deps, read: ReadMail, intent: Intent | undefined): Promise<void> {
  // Without own words (only quoted, forwarded, a signature) nobody has said anything.
  if (!intent) return askBack(deps, read, 'proposed');
  if (onlyReads(read.person))
    return read.thread.lead_id ? noteDown(deps, read) : askBack(deps, read, 'proposed', 'unmatched');
  const said = readVendorIntent(read.understood.visible);
  if (said && (await appliesToPartner(deps, read, said.act))) return;
  if (!read.thread.lead_id) return askBack(deps, read, 'proposed', 'unmatched');
  if (said) return applyVendorAct(deps, read, said);
  if (/^(?:note|notiz)\b/i.test(intent.words)) return noteDown(deps, read);
  const sure = read.understood.decision === 'apply';
  if (sure && intent.verb === 'help') return askBack(deps, read, 'applied', 'help');
  if (sure && intent.verb === 'undo') return applyVerb(deps, read, intent);
  if (sure && isReport(intent.verb) && (await leads(deps, read))) return applyVerb(deps, read, intent);
  return askBack(deps, read, 'proposed');
}

/** What is asked about a partner, not about a lead: a pause, a reward. */
const appliesToPartner = (deps: Deps, read: ReadMail, act: VendorIntent['act']): Promise<boolean> =>
  deps.db.inTransaction(async (tx) => {
    const done = await answerStanding(deps, tx, read, act);
    if (!done) return false;
    const noted = { verb: act, money: null, date: null, time: null, reason: null };
    const told = done.ok ? ({ kind: 'noted', noted } as const) : ({ kind: 'ask', why: 'illegal' } as const);
    await postAnswer(deps, tx, read, told);
    await settleIn(tx, read, done.ok ? 'applied' : 'proposed');
    return true;
  });

/** Whether the reader leads the lead with or instead of its holder: only they were mailed the customer's details. */
const leads = async (deps: Deps, read: ReadMail): Promise<boolean> =>
  (await deps.db.inTransaction((tx) => lastPosted(tx, read.thread.id, 'accepted'))) !== null;

/** The same decision as behind the button, for whoever was mailed that button. */
async function applyVendorAct(deps: Deps, read: ReadMail, { act: verb }: VendorIntent): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    const decide = async (c: LeadCase, act: Act): Promise<Result<Change>> => {
      const obj = await buttonOf(tx, read, verb, c);
      if (!obj) return refuse({ kind: 'not-yours' });
      const fields = { ...noFields, note: read.understood.visible, of: await leadNamed(tx, read, c) };
      return decideLink(c, { act: verb, obj }, fields, act, 0) ?? refuse({ kind: 'not-found', what: 'act' });
    };
    const done = await changeLeadIn(deps, tx, leadOf(read), actorOf(read), decide, waveWidth(verb));
    const told = done.ok
      ? ({ kind: 'done', act: verb, case: done.value } as const)
      : ({ kind: 'refused', refusal: done.refusal } as const);
    await postAnswer(deps, tx, read, told);
    await settleIn(tx, read, done.ok ? 'applied' : 'proposed');
  });
}

/** What the button of this act in the person's mails is about; undefined for somebody who was mailed none. */
async function buttonOf(
  tx: Tx,
  read: ReadMail,
  verb: VendorIntent['act'],
  c: LeadCase,
): Promise<string | undefined> {
  if (verb !== 'move' && verb !== 'extend' && verb !== 'on-it') {
    return (await lastPosted(tx, read.thread.id, 'qualify')) ? c.lead.id : undefined;
  }
  const answered = await claimAnswered(tx, read);
  if (answered) return answered;
  const held = activeAssignment(c);
  const asked = held && (await lastPosted(tx, read.thread.id, 'escalation'));
  return asked && asked >= held.claimed_at ? held.id : undefined;
}

/** The claim of the escalation that a mail answers by its Message-ID. A prefilled mail names none. */
async function claimAnswered(tx: Tx, read: ReadMail): Promise<string | undefined> {
  for (const messageId of threadMessageIds(read.mail)) {
    const id = /^<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/.exec(messageId)?.[1];
    const letter = id ? await findLetter(tx, id) : undefined;
    if (letter?.thread_id !== read.thread.id || letter.kind !== 'escalation') continue;
    return (letter.view as LetterView).rows.flat().find((b) => b.order.act === 'on-it')?.order.obj;
  }
  return undefined;
}

/** Asks back at the address on file: never the From line. A mail that may not be theirs changes nothing. */
export async function askBack(
  deps: Deps,
  read: ReadMail,
  state: 'proposed' | 'suspicious' | 'applied',
  why: AskWhy = state === 'suspicious' ? 'conflict' : 'unclear',
): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    await postAnswer(deps, tx, read, { kind: 'ask', why });
    await settleIn(tx, read, state);
  });
}

type Applicable = ReportVerb | 'accept' | 'decline' | 'undo';

const isApplicable = (verb: string): verb is Applicable =>
  verb === 'accept' ||
  verb === 'decline' ||
  verb === 'undo' ||
  (reportVerbs as readonly string[]).includes(verb);

/** A no to whoever has passed the lead on says where it went. */
async function decideReply(...told: Parameters<typeof decideOn>): Promise<Result<Change>> {
  const [, c, act, , read, intent] = told;
  const decided = await decideOn(...told);
  if (decided.ok || intent.verb === 'undo') return decided;
  const held = activeAssignment(c);
  const went =
    explained(c, offerMeant(c, read) ?? held?.id ?? '', act) ?? (held && explained(c, held.id, act));
  return went ? refuse(went) : decided;
}

async function decideOn(
  deps: Deps,
  c: LeadCase,
  act: Act,
  tx: Tx,
  read: ReadMail,
  intent: Intent,
): Promise<Result<Change>> {
  const verb = intent.verb as Applicable;
  const words = read.understood.visible;
  if (verb === 'undo') {
    return undo(c, await undonesBefore(tx, read.person), act);
  }
  if (verb !== 'accept' && verb !== 'decline') return decideReport(c, intent, words, act);
  const offer = offerMeant(c, read);
  if (!offer) return refuse({ kind: 'not-found', what: 'offer' });
  return verb === 'accept'
    ? sayYes(await withStanding(deps, tx, c, [offer], act.at), offer, null, act)
    : decline(c, offer, { reason: intent.reason, words }, act);
}

/** Free words: kept on the timeline, shown to whoever looks, never guessed into a verb. */
async function noteDown(deps: Deps, read: ReadMail): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    const leadId = read.thread.lead_id;
    if (leadId && read.understood.visible.trim() !== '') {
      await changeLeadIn(deps, tx, { id: leadId }, actorOf(read), (c, act) => {
        const d = draftOf(c, act);
        note(d, 'note.added', { thing: 'inbound', id: read.row.id, words: read.understood.visible });
        return ok(changeOf(d));
      });
    }
    await settleIn(tx, read, 'noted');
  });
}

const settle = (deps: Deps, read: ReadMail, state: 'ignored'): Promise<void> =>
  deps.db.inTransaction((tx) => settleIn(tx, read, state));
