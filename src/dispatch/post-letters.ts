import type { Fact, FactName } from '../lead/facts.ts';
import type { Change } from '../lead/lead-case.ts';
import type { Tx } from '../postgres/database.ts';
import { latestExplanation } from '../postgres/explanations.ts';
import type { Deps } from './deps.ts';
import {
  postAssigned,
  postPassedBack,
  postPassedOn,
  postUndone,
  postWithdrawn,
} from './hand-over-letters.ts';
import { postLeaderReminder, postToLeader } from './leader-letters.ts';
import {
  postAccepted,
  postConflict,
  postHandedOver,
  postLost,
  postOffer,
  postRecalled,
  postReminder,
  postWarning,
} from './partner-letters.ts';
import { type Posted, postAll, worded } from './post-letter.ts';
import { postLifted, postMissed, postSuspended, postUsedUp } from './standing-letters.ts';
import { postVoided, withoutUnreachable } from './trouble-letters.ts';
import { postEscalation, postQualify, postUnplaced } from './vendor-letters.ts';
import { postWelcome } from './welcome-letter.ts';

/** A change whose letters are being posted. */
export interface Posting {
  readonly deps: Deps;
  readonly tx: Tx;
  readonly change: Change;
  /** The letters so far; they are put into the queue together. */
  readonly letters: Posted[];
  /** Why the partners stand where they stand, read once for all the letters of a change. */
  explanation?: unknown;
}

export async function explanationFor(p: Posting): Promise<unknown> {
  p.explanation ??= (await latestExplanation(p.tx, p.change.case.lead.id))?.partners ?? [];
  return p.explanation;
}

type Poster = (p: Posting, fact: Fact) => Promise<void>;

/** Posts the letters that the facts of a change call for. */
export async function postLetters(deps: Deps, tx: Tx, change: Change, explanation?: unknown): Promise<void> {
  const posting: Posting = { deps, tx, change, letters: [], explanation };
  for (const fact of change.facts) await letterOf[fact.what]?.(posting, fact);
  const letters = await withoutUnreachable(posting, posting.letters);
  await postAll(
    deps,
    tx,
    letters.map((l) => ({ ...l, view: worded(l.view, change.case.programme) })),
  );
}

/** Letters follow from facts by this one map, so no verb forgets its mail; a new fact does not compile without a row. */
const letterOf: Record<FactName, Poster | null> = {
  'offer.scheduled': postOffer,
  'offer.accepted': postAccepted,
  'assignment.handed_over': postHandedOver,
  'assignment.passed_on': postPassedOn,
  'assignment.assigned': postAssigned,
  'pass_on.undone': postPassedBack,
  'offer.passed_on': null,
  'reminder.sent': postReminder,
  'warning.sent': postWarning,
  'escalation.raised': postEscalation,
  'assignment.recalled': postRecalled,
  'assignment.started': postToLeader,
  'vendor.reminded': postLeaderReminder,
  'qualify.requested': postQualify,
  'lead.unplaced': postUnplaced,
  'place.requested': postUnplaced,
  'queue.missed': postMissed,
  'suspension.begun': postSuspended,
  'suspension.lifted': postLifted,
  'automation.suspected': postConflict,
  'lead.captured': null,
  'lead.assessed': null,
  'lead.qualified': null,
  'lead.disqualified': null,
  'lead.nurtured': null,
  'lead.marked_duplicate': null,
  'lead.needs_more': null,
  'lead.resumed': null,
  'lead.dispatched': null,
  'lead.matched': null,
  'lead.freed': null,
  'lead.held': null,
  'lead.recalled': null,
  'act.undone': postUndone,
  'lead.claimed': null,
  'lead.won': null,
  'lead.lost': null,
  'lead.reopened': null,
  'offer.sent': postWelcome,
  'offer.declined': null,
  'offer.reasoned': null,
  'offer.expired': null,
  'offer.lost': postLost,
  'offer.withdrawn': postWithdrawn,
  'offer.voided': postVoided,
  'offer.reopened': postOffer,
  'offer.paused': null,
  'offer.wished': null,
  'wish.undone': null,
  'chance.asked': null,
  'hold.taken': null,
  'queue.joined': null,
  'claim.undone': null,
  'decline.undone': null,
  'assignment.won': null,
  'assignment.lost': null,
  'assignment.returned': null,
  'assignment.reopened': null,
  'assignment.extended': null,
  'assignment.paused': null,
  'status.reported': null,
  'status.reverted': null,
  'note.added': null,
  'escalation.answered': null,
  'undo.exhausted': postUsedUp,
  'reply.suspected': null,
  'duplicate.suspected': null,
  'letter.bounced': null,
  'letter.complained': null,
  'lead.erased': null,
};
