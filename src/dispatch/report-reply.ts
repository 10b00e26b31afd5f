import type { LeadCase } from '../lead/lead-case.ts';
import { askLetter, rowsReceipt } from '../letters/answer-letters.ts';
import type { DigestRow, DigestView } from '../letters/digest-view.ts';
import type { LetterView, ReceiptRow } from '../letters/letter.ts';
import { answeredLetter } from '../postgres/answered-letters.ts';
import type { Asks, Tx } from '../postgres/database.ts';
import type { Person } from '../postgres/people.ts';
import type { Thread } from '../postgres/threads.ts';
import { namesAllOthers } from '../replies/digest-rows.ts';
import type { InboundMail } from '../replies/inbound-mail.ts';
import type { Intent } from '../replies/intent.ts';
import { threadMessageIds } from '../replies/reply-address.ts';
import { changeLeadIn } from './change-lead.ts';
import { claimHeld } from './claim-held.ts';
import type { Deps } from './deps.ts';
import { isReport } from './link-acts.ts';
import { post } from './post-letter.ts';
import type { ReadMail } from './read-mail.ts';
import { decideReport } from './reply-about.ts';
import { notedOf } from './reply-letters.ts';
import { actorOf, readerOf, settleIn } from './settle-reply.ts';

/**
 * The rows of the weekly report that a partner's mail answers, by their numbers less one; undefined when it answers
 * something else.
 */
export async function reportAnswered(
  db: Asks,
  thread: Thread,
  person: Person,
  mail: InboundMail,
): Promise<readonly DigestRow[] | undefined> {
  if (thread.lead_id || person.kind !== 'contact') return undefined;
  const letter = await answeredLetter(db, thread.id, threadMessageIds(mail));
  if (!letter?.kind.endsWith('-digest')) return undefined;
  const { needs, rest } = letter.view as DigestView;
  return [...needs, ...rest];
}

/**
 * "2 won 14k, 3 lost price, rest unchanged": everything the reply says of the rows of a report, in one transaction, with
 * one receipt. One doubtful word and all of it is asked back.
 */
export async function applyToRows(deps: Deps, read: ReadMail, rows: readonly DigestRow[]): Promise<void> {
  const { decision, intents } = read.understood;
  const sure = decision === 'apply' && intents.length > 0;
  if (!sure || !intents.every((intent) => rows[rowOf(intent)] && isReport(intent.verb)))
    return askForRow(deps, read, intents[0]?.verb === 'help' ? 'help' : 'row');
  const told = await deps.db.inTransaction(async (tx) => {
    const spoken = spokenOf(intents, rows);
    const outcomes = new Map<Spoken, ReceiptRow>();
    // The leads' locks in one order, so that two replies never wait for each other.
    for (const one of [...spoken].sort((a, b) => (a.row.reference < b.row.reference ? -1 : 1)))
      outcomes.set(one, await applyOne(deps, tx, read, one));
    // What is said of all others is meant for those it fits.
    const worthTelling = spoken.flatMap((one) => {
      const row = outcomes.get(one);
      return row && (row.noted || !namesAllOthers(one.intent.words)) ? [row] : [];
    });
    const noted = worthTelling.some((row) => row.noted !== null);
    const to = await readerOf(deps, tx, read.person);
    const words = read.understood.visible;
    await answer(
      deps,
      tx,
      read,
      noted
        ? rowsReceipt({ to, rows: worthTelling, words })
        : askLetter({ to, lead: null, question: 'illegal', words, about: null, report: true }),
    );
    await settleIn(tx, read, noted ? 'applied' : 'proposed');
    return noted;
  });
  if (told && read.person.partner_id) await claimHeld(deps, read.person.partner_id, 'reply');
}

const rowOf = ({ row }: Intent): number => (row ?? 0) - 1;

/** What is said of one row. */
interface Spoken {
  readonly intent: Intent;
  readonly row: DigestRow;
}

/** In the order of the report. */
const spokenOf = (intents: readonly Intent[], rows: readonly DigestRow[]): readonly Spoken[] =>
  [...intents]
    .sort((a, b) => rowOf(a) - rowOf(b))
    .map((intent) => ({ intent, row: rows[rowOf(intent)] as DigestRow }));

async function applyOne(
  deps: Deps,
  tx: Tx,
  read: ReadMail,
  { intent, row: { reference, topic, place } }: Spoken,
): Promise<ReceiptRow> {
  const done = await changeLeadIn(deps, tx, { reference }, actorOf(read), (c, act) =>
    // Its own words alone: the rest of the mail is about other customers.
    decideReport(c, intent, intent.words, act),
  );
  if (!done.ok) return { reference, topic, place, noted: null, undo: null };
  const obj = heldBy(done.value, read.person) ?? done.value.lead.id;
  return {
    reference,
    topic,
    place,
    noted: notedOf(done.value, intent),
    undo: { path: 'a', act: 'undo', obj },
  };
}

/** Given back, the lead may be somebody else's by now. */
const heldBy = (c: LeadCase, { id }: Person): string | undefined =>
  c.assignments.findLast((a) => a.contact_id === id)?.id;

/** Which row is meant, with the words that name one. */
async function askForRow(deps: Deps, read: ReadMail, question: 'row' | 'help'): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    const to = await readerOf(deps, tx, read.person);
    const words = read.understood.visible;
    await answer(deps, tx, read, askLetter({ to, lead: null, question, words, about: null, report: true }));
    await settleIn(tx, read, question === 'help' ? 'applied' : 'proposed');
  });
}

const answer = (deps: Deps, tx: Tx, { person, row }: ReadMail, view: LetterView): Promise<void> =>
  post(deps, tx, {
    key: `${view.kind}:${row.id}`,
    lead_id: null,
    offer_id: null,
    view,
    to: { person_id: person.id, email: person.email, name: person.name },
  });
