import { answerEscalation, extend, recall } from '../lead/follow-up.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { reportStatus, type StatusReport } from '../lead/report-status.ts';
import type { Result } from '../lead/result.ts';
import { undo } from '../lead/undo.ts';
import type { LeadKey } from '../postgres/leads.ts';
import { changeLead } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';
import { undonesBefore } from './undone-accepts.ts';

/** The holder of a claim says what came of it. */
export const reportOnLead = (
  deps: Deps,
  key: LeadKey,
  report: StatusReport,
  actor: Actor,
): Promise<Result<LeadCase>> => changeLead(deps, key, actor, (c, act) => reportStatus(c, report, act));

/** Takes back the actor's last act on a lead, within its ten minutes. */
export const undoLastAct = (deps: Deps, key: LeadKey, actor: Actor): Promise<Result<LeadCase>> =>
  changeLead(deps, key, actor, async (c, act, tx) => {
    const used = actor.who.id ? await undonesBefore(tx, { id: actor.who.id }) : 0;
    return undo(c, used, act);
  });

/** The account manager's three answers to an escalation. */
export const camActs = {
  /** Takes the lead back and offers it to the best remaining partner alone. */
  move: (deps: Deps, key: LeadKey, actor: Actor): Promise<Result<LeadCase>> =>
    changeLead(deps, key, actor, (c, act) => recall(c, { next: 'reoffer', reason: null }, act), { width: 1 }),
  extend: (deps: Deps, key: LeadKey, actor: Actor): Promise<Result<LeadCase>> =>
    changeLead(deps, key, actor, (c, act) => extend(c, null, act)),
  'on-it': (deps: Deps, key: LeadKey, actor: Actor): Promise<Result<LeadCase>> =>
    changeLead(deps, key, actor, (c, act) => answerEscalation(c, act)),
} as const;
