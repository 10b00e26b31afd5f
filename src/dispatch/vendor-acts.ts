import { startDistribution, underProgramme } from '../lead/distribute.ts';
import { extend, recall } from '../lead/follow-up.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { changeOf, draftOf, note } from '../lead/lead-case.ts';
import { qualify, type Verdict } from '../lead/qualify.ts';
import { reportStatus, type StatusReport } from '../lead/report-status.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { LeadKey } from '../postgres/leads.ts';
import { knownProgramme } from '../postgres/programs.ts';
import { changeLead } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';
import { unknownProgramme } from './receive-lead.ts';

/** What the vendor's own people and systems do with a lead. Each takes the lead's lock and leaves facts. */

/** A qualifier's verdict; a qualified lead is dispatched in the same breath. */
export function qualifyLead(
  deps: Deps,
  key: LeadKey,
  said: { readonly verdict: Verdict; readonly reason: string | null; readonly of: string | null },
  actor: Actor,
): Promise<Result<LeadCase>> {
  return changeLead(deps, key, actor, (c, act) => {
    const judged = qualify(c, said.verdict, said, act);
    return judged.ok && said.verdict === 'qualified' ? startDistribution(judged.value, act) : judged;
  });
}

/** @param program under these rules instead, while nobody has been asked yet; null leaves the lead's own */
export const dispatchLead = (
  deps: Deps,
  key: LeadKey,
  program: string | null,
  actor: Actor,
): Promise<Result<LeadCase>> =>
  changeLead(deps, key, actor, async (c, act, tx) => {
    if (program === null) return startDistribution(c, act);
    if (!(await knownProgramme(tx, deps.db, program)))
      return refuse({ kind: 'invalid', errors: [unknownProgramme(program)] });
    const under = underProgramme(c, program);
    return under.ok ? startDistribution(under.value, act) : under;
  });

export const recallLead = (
  deps: Deps,
  key: LeadKey,
  order: { readonly next: 'reoffer' | 'hold'; readonly reason: string | null },
  actor: Actor,
): Promise<Result<LeadCase>> => changeLead(deps, key, actor, (c, act) => recall(c, order, act));

export const extendLead = (
  deps: Deps,
  key: LeadKey,
  until: Date | null,
  actor: Actor,
): Promise<Result<LeadCase>> => changeLead(deps, key, actor, (c, act) => extend(c, until, act));

/** The vendor closes a lead in the holder's name. */
export const closeLead = (
  deps: Deps,
  key: LeadKey,
  report: StatusReport,
  actor: Actor,
): Promise<Result<LeadCase>> => changeLead(deps, key, actor, (c, act) => reportStatus(c, report, act));

export const addNote = (deps: Deps, key: LeadKey, text: string, actor: Actor): Promise<Result<LeadCase>> =>
  changeLead(deps, key, actor, (c, act) => {
    const d = draftOf(c, act);
    note(d, 'note.added', { thing: 'lead', id: c.lead.id, words: text });
    return ok(changeOf(d));
  });
