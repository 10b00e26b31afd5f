import type { Assignment } from './assignment.ts';
import { nextAbsence } from './cover.ts';
import { deliveryWatch } from './distribute.ts';
import { decisionAt } from './fair.ts';
import { nextRung, recallAt } from './follow-up.ts';
import { activeAssignment, type LeadCase } from './lead-case.ts';
import { nextVendorReminder } from './scenario.ts';
import { isOpenLead } from './tables.ts';
import { lineDue } from './waits.ts';

export type NextWho = 'qualifier' | 'program_manager' | 'partners' | 'holder' | 'cam';
export type NextWhat = 'qualify' | 'answer_offer' | 'contact' | 'update' | 'cam_decision' | 'place';

/** Invariant I1: who has to do what by when, and what happens otherwise. */
export interface NextStep {
  readonly who: NextWho;
  readonly what: NextWhat;
  readonly due_at: Date | null;
  readonly otherwise: string;
}

/** The one next step of an open lead; null once it has ended. */
export function nextStep(c: LeadCase): NextStep | null {
  const { state, due_at } = c.lead;
  if (!isOpenLead(state)) return null;
  if (state === 'captured' || state === 'qualifying' || state === 'nurture') {
    return { who: 'qualifier', what: 'qualify', due_at, otherwise: 'the qualifier is reminded' };
  }
  if (state === 'qualified' || state === 'unplaced') {
    return { who: 'program_manager', what: 'place', due_at, otherwise: 'the program manager is reminded' };
  }
  if (state === 'distributing') {
    return {
      who: 'partners',
      what: 'answer_offer',
      due_at: windowEnd(c),
      otherwise: 'the next partners are asked',
    };
  }
  return claimSteps(c)[0] ?? null;
}

/** The second step of a claim that two work on at once: the later one. */
export const otherStep = (c: LeadCase): NextStep | null =>
  c.lead.state === 'claimed' ? (claimSteps(c)[1] ?? null) : null;

/**
 * The earliest of all open deadlines of a lead: the one instant at which something has to be looked at again.
 * Null only when the lead has ended (invariant I2).
 *
 * @param now people who go away after it are looked after when they do; before it nobody is, unless given
 */
export function wakeAt(c: LeadCase, now: Date | null = null): Date | null {
  const { state } = c.lead;
  if (!isOpenLead(state)) return null;
  if (state !== 'distributing' && state !== 'claimed') return earliest([c.lead.due_at, lineDue(c)]);
  const held = activeAssignment(c);
  const own = held ? [nextRung(c, held)?.at, nextVendorReminder(c, held)] : [windowEnd(c), lineDue(c)];
  return earliest([...own, now && nextAbsence(c, now)]);
}

function earliest(times: readonly (Date | null | undefined)[]): Date | null {
  const due = times.flatMap((at) => at?.getTime() ?? []);
  return due.length > 0 ? new Date(Math.min(...due)) : null;
}

/** The steps of whoever works a claim, the earlier one first. */
function claimSteps(c: LeadCase): NextStep[] {
  const held = activeAssignment(c);
  if (!held) return [];
  return [holderStep(c, held), vendorStep(c, held)]
    .filter((step) => step !== null)
    .sort((a, b) => (a.due_at?.getTime() ?? 0) - (b.due_at?.getTime() ?? 0));
}

function vendorStep(c: LeadCase, held: Assignment): NextStep | null {
  if (!held.vendor_owes) return null;
  const who = c.partners.get(held.partner_id)?.cam ? 'cam' : 'program_manager';
  const otherwise = 'the vendor is reminded, then the program managers';
  return { who, what: held.vendor_owes, due_at: held.vendor_deadline, otherwise };
}

function holderStep(c: LeadCase, held: Assignment): NextStep | null {
  if (!held.deadline) return null;
  const back = recallAt(c, held);
  const otherwise = back ? 'the lead is taken back and offered to others' : 'the account manager is told';
  if (held.escalated) return { who: 'cam', what: 'cam_decision', due_at: back ?? held.deadline, otherwise };
  return { who: 'holder', what: held.owes ?? 'update', due_at: held.deadline, otherwise };
}

/** The first window to end, or the first watch over a letter that still waits for the relay. */
function windowEnd(c: LeadCase): Date | null {
  const ends = c.offers.flatMap((o) => {
    if (o.state === 'sent' && o.expires_at && !o.wished_at) return [o.expires_at.getTime()];
    return o.state === 'scheduled' ? [deliveryWatch(c, o).getTime()] : [];
  });
  const decided = decisionAt(c)?.getTime();
  if (decided !== undefined) ends.push(decided);
  return ends.length > 0 ? new Date(Math.min(...ends)) : null;
}
