import { activeAssignment, type LeadCase } from '../lead/lead-case.ts';
import type { Offer } from '../lead/offer.ts';
import { type Result, refuse } from '../lead/result.ts';
import { waitOf } from '../lead/waits.ts';
import type { Act } from '../letters/acts.ts';
import type { LetterView } from '../letters/letter.ts';
import type { Tx } from '../postgres/database.ts';
import { readCase } from '../postgres/leads.ts';
import { findLetter, newestInThread } from '../postgres/letters.ts';
import { threadMessageIds } from '../replies/reply-address.ts';
import type { VendorAct } from '../replies/vendor-phrases.ts';
import { type Deps, vendorCalendar } from './deps.ts';
import { liftIn } from './lift-suspension.ts';
import { withStanding } from './partner-standing.ts';
import type { ReadMail } from './read-mail.ts';
import { decideIn } from './redeem-points.ts';
import { leadOf, offerMeant } from './reply-about.ts';

/** The reply twins of the buttons about a partner's standing. Undefined where the word is about something else. */
export async function answerStanding(
  deps: Deps,
  tx: Tx,
  read: ReadMail,
  act: VendorAct,
): Promise<Result<unknown> | undefined> {
  if (act !== 'lift' && act !== 'approve' && act !== 'reject') return undefined;
  const about = await askedAbout(tx, read, act);
  if (!about) return refuse({ kind: 'not-yours' });
  if (act !== 'lift')
    return decideIn(deps, tx, about, act === 'approve' ? 'approved' : 'rejected', read.person);
  const who = { kind: read.person.kind, id: read.person.id };
  return liftIn(deps, tx, about, { who, channel: 'reply', evidence: { inbound_id: read.row.id } });
}

/** The object of the button in the mail that is answered; a prefilled mail names none, then that of the newest one. */
async function askedAbout(tx: Tx, read: ReadMail, act: Act): Promise<string | undefined> {
  const named = threadMessageIds(read.mail).flatMap(
    (messageId) => /^<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/.exec(messageId)?.[1] ?? [],
  );
  for (const id of named) {
    const letter = await findLetter(tx, id);
    const found = letter?.thread_id === read.thread.id ? objectIn(letter.view, act) : undefined;
    if (found) return found;
  }
  return objectIn(await newestInThread(tx, read.thread.id, 'standing'), act);
}

const objectIn = (view: unknown, act: Act): string | undefined =>
  (view as LetterView | undefined)?.rows.flat().find((b) => b.order.act === act)?.order.obj;

/** The offer that was said yes to and is not theirs yet: other leads want a word first, or somebody is before them. */
export async function waitingOffer(
  deps: Deps,
  tx: Tx,
  read: ReadMail,
  done: Result<LeadCase>,
): Promise<{ case: LeadCase; offer: Offer } | undefined> {
  const kind = done.ok ? null : done.refusal.kind;
  if (kind !== null && kind !== 'claims-blocked' && kind !== 'first-in-line') return undefined;
  const c = done.ok
    ? done.value
    : (await readCase(tx, deps.db, leadOf(read), vendorCalendar(deps.house)))?.case;
  const offer = c?.offers.find((o) => o.id === offerMeant(c, read));
  const wait = c && offer && waitOf(c, offer.id);
  if (!c || !offer || activeAssignment(c) || (done.ok && !wait?.hold_until && !wait?.queued_at))
    return undefined;
  return { case: await withStanding(deps, tx, c, [offer.id], tx.now), offer };
}
