import type { PromiseWord } from '../lead/assignment.ts';
import { askAgain } from '../lead/chance.ts';
import { accept, decline } from '../lead/claim.ts';
import { startDistribution } from '../lead/distribute.ts';
import { answerEscalation, extend, recall } from '../lead/follow-up.ts';
import { queue } from '../lead/hold.ts';
import { type Act, activeAssignment, type Change, type LeadCase } from '../lead/lead-case.ts';
import type { Money } from '../lead/money.ts';
import { explained } from '../lead/pass-on.ts';
import { qualify, type Verdict } from '../lead/qualify.ts';
import { type ReportVerb, reportStatus, reportVerbs } from '../lead/report-status.ts';
import { type Result, refuse } from '../lead/result.ts';
import { undo } from '../lead/undo.ts';
import type { Act as LinkAct } from '../letters/acts.ts';
import type { LinkClaim } from '../letters/signed-links.ts';

/** What a form brought along; every field is optional. */
export interface ActFields {
  readonly promise: PromiseWord | null;
  readonly reason: string | null;
  readonly money: Money | null;
  readonly date: string | null;
  readonly time: string | null;
  readonly note: string | null;
  /** The lead that this one repeats, where somebody named it. */
  readonly of?: string | null;
}

export const noFields: ActFields = {
  promise: null,
  reason: null,
  money: null,
  date: null,
  time: null,
  note: null,
};

/** What a link does, decided on a loaded case: GET asks to know, POST to act. Undefined for an act no link of ours has. */
export function decideLink(
  c: LeadCase,
  claim: Pick<LinkClaim, 'act' | 'obj'>,
  fields: ActFields,
  act: Act,
  undone: number,
): Result<Change> | undefined {
  const decided = decideAct(c, claim, fields, act, undone);
  if (!decided || decided.ok || claim.act === 'undo') return decided;
  // Whoever has passed it on learns where it went, whatever their link was for.
  const went = explained(c, claim.obj, act);
  return went ? refuse(went) : decided;
}

function decideAct(
  c: LeadCase,
  claim: Pick<LinkClaim, 'act' | 'obj'>,
  fields: ActFields,
  act: Act,
  undone: number,
): Result<Change> | undefined {
  const { act: verb, obj } = claim;
  const words = fields.note;
  if (verb === 'accept') return accept(c, obj, fields.promise, act);
  if (verb === 'queue') return queue(c, obj, fields.promise, act);
  if (verb === 'decline') return decline(c, obj, { reason: fields.reason, words }, act);
  if (verb === 'undo') return undo(c, undone, act);
  if (verb === 'chance') return askAgain(c, obj, act);
  if (isReport(verb)) return ifHeld(c, obj, act, () => reportStatus(c, { ...fields, verb, words }, act));
  const verdict = verdicts[verb];
  if (verdict) return byUser(act, () => judge(c, verdict, fields, act));
  if (verb === 'move')
    return byUser(act, () => ifHeld(c, obj, act, () => recall(c, { next: 'reoffer', reason: words }, act)));
  if (verb === 'extend') return byUser(act, () => ifHeld(c, obj, act, () => extend(c, null, act)));
  if (verb === 'on-it') return byUser(act, () => ifHeld(c, obj, act, () => answerEscalation(c, act)));
  return undefined;
}

/** Acts that can be undone for ten minutes. */
export const hasUndo = (act: LinkAct): boolean =>
  act === 'accept' || act === 'decline' || isReport(act) || Object.hasOwn(verdicts, act) || isTime(act);

const isTime = (act: LinkAct): boolean => act === 'move' || act === 'extend' || act === 'on-it';

/** "Move" goes to the best remaining partner alone. */
export const waveWidth = (act: LinkAct): { width?: number } => (act === 'move' ? { width: 1 } : {});

export const isReport = (verb: string): verb is ReportVerb =>
  (reportVerbs as readonly string[]).includes(verb);

const verdicts: Readonly<Partial<Record<LinkAct, Verdict>>> = {
  qualify: 'qualified',
  'needs-more': 'needs_more',
  disqualify: 'disqualified',
  nurture: 'nurture',
  duplicate: 'duplicate',
};

function judge(c: LeadCase, verdict: Verdict, fields: ActFields, act: Act): Result<Change> {
  const judged = qualify(c, verdict, { reason: fields.note, of: fields.of ?? null }, act);
  return judged.ok && verdict === 'qualified' ? startDistribution(judged.value, act) : judged;
}

/** A link about a claim works while that very claim is in force: links of an earlier one explain themselves. */
function ifHeld(c: LeadCase, assignmentId: string, act: Act, then: () => Result<Change>): Result<Change> {
  const held = activeAssignment(c);
  if (held && held.id !== assignmentId) return refuse({ kind: 'not-yours' });
  if (!held && act.who.kind === 'user')
    return refuse({ kind: 'illegal-move', state: c.lead.state, allowed: [] });
  return then();
}

const byUser = (act: Act, then: () => Result<Change>): Result<Change> =>
  act.who.kind === 'user' ? then() : refuse({ kind: 'not-yours' });
