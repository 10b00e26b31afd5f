import type { LeadCase } from '../lead/lead-case.ts';
import type { Result } from '../lead/result.ts';
import { reportVerbs, type ReportVerb, type StatusReport } from '../lead/report-status.ts';
import { parseMoney } from '../lead/money.ts';
import { accept, decline } from '../lead/claim.ts';
import { changeOf, draftOf, note, type Act, type Change } from '../lead/lead-case.ts';
import { reportStatus } from '../lead/report-status.ts';
import { ok, refuse } from '../lead/result.ts';
import { undo } from '../lead/undo.ts';
import { settleInbound } from '../postgres/inbound.ts';
import { undoneAccepts } from '../postgres/partner-records.ts';
import type { Tx } from '../postgres/database.ts';
import type { Intent } from '../replies/intent.ts';
import { changeLeadIn } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';
import type { ReadMail } from './read-mail.ts';
import { type AskWhy, postAnswer } from './reply-letters.ts';

/**
 * Applies what a reply says, in one transaction with the settling of the mail: the verb, its facts and letters, the
 * receipt. What is not sure is asked back, what is no verb becomes a note; nothing is ever guessed.
 */
export async function applyReply(deps: Deps, read: ReadMail): Promise<void> {
  const { understood } = read;
  const intent = understood.intents[0];
  if (understood.decision === 'ignore') return settle(deps, read, 'ignored');
  if (understood.decision === 'ask' || !intent) return askBack(deps, read, 'proposed');
  if (understood.decision === 'note' || intent.verb === 'note') return noteDown(deps, read);
  if (intent.verb === 'help') return askBack(deps, read, 'applied', 'help');
  if (!isApplicable(intent.verb)) return noteDown(deps, read);
  await deps.db.inTransaction(async (tx) => {
    const done = await changeLeadIn(deps, tx, { id: read.thread.lead_id as string }, actorOf(read), (c, act) =>
      decideOn(c, act, tx, read, intent),
    );
    await postAnswer(deps, tx, read, done.ok ? { kind: 'receipt', intent, case: done.value } : { kind: 'refused', intent, refusal: done.refusal });
    await settleIn(tx, read, done.ok ? 'applied' : 'proposed');
  });
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
  verb === 'accept' || verb === 'decline' || verb === 'undo' || (reportVerbs as readonly string[]).includes(verb);

async function decideOn(c: LeadCase, act: Act, tx: Tx, read: ReadMail, intent: Intent): Promise<Result<Change>> {
  const verb = intent.verb as Applicable;
  const words = read.understood.visible;
  if (verb === 'undo') {
    const since = new Date(tx.now.getTime() - 30 * 24 * 3_600_000);
    return undo(c, await undoneAccepts(tx, read.person.id, since), act);
  }
  if (verb !== 'accept' && verb !== 'decline') return reportStatus(c, reportOf(c, verb, intent, words), act);
  const offer = offerMeant(c, read);
  if (!offer) return refuse({ kind: 'not-found', what: 'offer' });
  return verb === 'accept' ? accept(c, offer, null, act) : decline(c, offer, { reason: intent.reason, words }, act);
}

/** The offer of the thread that was answered, else the person's newest offer of the lead. */
function offerMeant(c: LeadCase, read: ReadMail): string | undefined {
  if (read.thread.offer_id) return read.thread.offer_id;
  return c.offers.findLast((o) => o.contact_id === read.person.id)?.id;
}

/** An amount without a currency is in the lead's, else the programme's. */
function reportOf(c: LeadCase, verb: ReportVerb, intent: Intent, words: string): StatusReport {
  const currency = intent.currency ?? c.lead.value?.currency ?? c.programme.currency;
  const money = intent.amount ? (parseMoney(intent.amount, currency) ?? null) : null;
  return { verb, money, date: intent.date, time: intent.time, reason: intent.reason, words };
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

const actorOf = (read: ReadMail): Actor => ({
  who: { kind: read.person.kind, id: read.person.id },
  channel: 'reply',
  evidence: { inbound_id: read.row.id },
});

const settle = (deps: Deps, read: ReadMail, state: 'ignored'): Promise<void> =>
  deps.db.inTransaction((tx) => settleIn(tx, read, state));

async function settleIn(tx: Tx, read: ReadMail, state: 'applied' | 'proposed' | 'noted' | 'ignored' | 'suspicious'): Promise<void> {
  const { row, mail, understood, thread, person } = read;
  await settleInbound(tx, row, {
    state,
    class: understood.class,
    from_address: mail.from?.address ?? null,
    subject: mail.subject.slice(0, 300),
    lead_id: thread.lead_id,
    person_id: person.id,
    thread_id: thread.id,
    reading: understood,
  });
}
