import type { Assignment } from './assignment.ts';
import { assignmentBefore, leadBefore } from './before.ts';
import { addBusiness, addElapsedThenOpen, nextOpening } from './calendar.ts';
import { decideFair } from './claim.ts';
import { cover } from './cover.ts';
import { closeOffers, expireDue, withdrawLapsed } from './distribute.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  calendarOf,
  changeOf,
  type Draft,
  draftOf,
  type LeadCase,
  moveAssignment,
  moveLead,
  note,
  setAssignment,
} from './lead-case.ts';
import type { Rung } from './programme.ts';
import { chaseVendor, vendorDue } from './qualify.ts';
import { closed } from './report-status.ts';
import { ok, type Result, refuse } from './result.ts';
import { remindersDue } from './scenario.ts';
import { allowedMoves, leadMoves } from './tables.ts';

/**
 * Everything about one lead that is due by now: windows, collected yeses, rungs of the ladder, the vendor's own steps.
 *
 * @param full partners whose capacity is used up, among those who said yes
 */
export function wake(c: LeadCase, act: Act, full: ReadonlySet<string> = new Set()): Change {
  const d = draftOf(decideFair(c, act, full), act);
  cover(d);
  if (d.lead.state === 'distributing') expireDue(d);
  else if (d.lead.state === 'claimed') {
    climb(d);
    remindVendor(d);
  } else if (c.lead.due_at && c.lead.due_at <= act.at) chaseVendor(d);
  return changeOf(d);
}

/** When the next rung of the ladder is reached; null when nothing is owed. */
export function nextRung(c: LeadCase, held: Assignment): { readonly rung: Rung; readonly at: Date } | null {
  if (!held.deadline) return null;
  const rung = c.programme.follow_up.ladder[held.rung] ?? backstop;
  return { rung, at: rungAt(c, held, rung, held.deadline) };
}

/** A ladder that ends without a recall must not leave the lead lying still: the account manager is asked weekly. */
const backstop: Rung = { after: 'P5D', clock: 'business', to: 'cam', letter: 'escalation', effect: 'none' };

/** When a claim would be taken back if nothing happened; null when the ladder does not recall. */
export function recallAt(c: LeadCase, held: Assignment): Date | null {
  const rung = c.programme.follow_up.ladder.slice(held.rung).find(ends);
  return rung && held.deadline ? rungAt(c, held, rung, held.deadline) : null;
}

/** The vendor takes a lead back: from its holder, or from everybody it was offered to. */
export function recall(
  c: LeadCase,
  order: { readonly next: 'reoffer' | 'hold'; readonly reason: string | null },
  act: Act,
): Result<Change> {
  const d = draftOf(c, act);
  if (c.lead.state === 'claimed') {
    takeBack(d, order);
    return ok(changeOf(d));
  }
  if (c.lead.state !== 'distributing') {
    return refuse({
      kind: 'illegal-move',
      state: c.lead.state,
      allowed: allowedMoves(leadMoves, c.lead.state),
    });
  }
  note(d, 'lead.recalled', { thing: 'lead', id: c.lead.id, data: { next: order.next, ...leadBefore(d) } });
  closeOffers(d, 'withdraw');
  if (order.next === 'hold') {
    // A held lead waits for the vendor alone: a late yes on an offer that had lapsed must not take it.
    withdrawLapsed(d);
    moveLead(d, 'exhaust', 'lead.held', { due_at: vendorDue(d) }, { words: order.reason });
  }
  return ok(changeOf(d));
}

/** The account manager gives more time: the deadline moves, the ladder starts anew. */
export function extend(c: LeadCase, until: Date | null, act: Act): Result<Change> {
  const held = activeAssignment(c);
  if (!held)
    return refuse({
      kind: 'illegal-move',
      state: c.lead.state,
      allowed: allowedMoves(leadMoves, c.lead.state),
    });
  const cal = held.deadline ? calendarOf(c, held) : c.vendor;
  const deadline = until ?? addBusiness(cal, act.at, 'P1D');
  if (!(deadline > act.at))
    return refuse({ kind: 'invalid', errors: [{ pointer: '/until', message: 'must lie in the future' }] });
  const d = draftOf(c, act);
  const more = held.deadline
    ? { deadline, rung: 0, quiet_until: null, escalated: false }
    : { vendor_deadline: deadline, vendor_chased: 0 };
  setAssignment(d, held.id, more);
  const data = { until: deadline.getTime(), ...assignmentBefore(held) };
  note(d, 'assignment.extended', { thing: 'assignment', id: held.id, data });
  return ok(changeOf(d));
}

/** "I am on it": 24 hours of silence on the ladder, for a claim that is on the account manager's desk. */
export function answerEscalation(c: LeadCase, act: Act): Result<Change> {
  const held = activeAssignment(c);
  if (!held?.escalated)
    return refuse({
      kind: 'illegal-move',
      state: c.lead.state,
      allowed: allowedMoves(leadMoves, c.lead.state),
    });
  const d = draftOf(c, act);
  const quiet = new Date(Math.max(act.at.getTime() + 24 * 3_600_000, held.quiet_until?.getTime() ?? 0));
  setAssignment(d, held.id, { quiet_until: quiet });
  const data = { until: quiet.getTime(), ...assignmentBefore(held) };
  note(d, 'escalation.answered', { thing: 'assignment', id: held.id, data });
  return ok(changeOf(d));
}

function rungAt(c: LeadCase, held: Assignment, rung: Rung, deadline: Date): Date {
  const cal = calendarOf(c, held);
  const at =
    rung.clock === 'business'
      ? addBusiness(cal, deadline, rung.after)
      : addElapsedThenOpen(cal, deadline, rung.after);
  const { quiet_until: quiet } = held;
  return quiet && quiet > at ? nextOpening(cal, quiet) : at;
}

/**
 * Climbs the ladder up to now. After a downtime several rungs may be due at once: each counts, every reader is mailed
 * only the last one meant for them, and a recall never comes in the same breath as its warning but after a fresh
 * working day of grace.
 */
function climb(d: Draft): void {
  const held = activeAssignment(d);
  if (!held) return;
  const due = dueRungs(d, held);
  const last = due.at(-1);
  if (!last) return;
  const rung = held.rung + due.length;
  const grace = due.length > 1 || lateFor(d, held, rung);
  const pause = last === backstop ? backstop.after : grace ? 'P1D' : null;
  const quiet = pause && addBusiness(calendarOf(d.base, held), d.act.at, pause);
  setAssignment(d, held.id, { rung, ...(quiet ? { quiet_until: quiet } : {}) });
  due.forEach((step, i) => {
    if (!due.slice(i + 1).some((later) => later.to === step.to)) take(d, held, step, held.rung + i + 1);
  });
}

/** The vendor's own person is reminded of the step they owe; after a downtime once, however often it was due. */
function remindVendor(d: Draft): void {
  const held = activeAssignment(d);
  const chased = held ? remindersDue(d.base, held, d.act.at) : 0;
  if (!held?.vendor_deadline || chased === held.vendor_chased) return;
  setAssignment(d, held.id, { vendor_chased: chased });
  const data = { chased, deadline: held.vendor_deadline.getTime() };
  note(d, 'vendor.reminded', { thing: 'assignment', id: held.id, data });
}

/** The rungs reached by now, in order; one that ends the ladder only when it stands alone. */
function dueRungs(d: Draft, held: Assignment): Rung[] {
  const due: Rung[] = [];
  const top = Math.max(d.base.programme.follow_up.ladder.length, held.rung + 1);
  for (let at = held.rung; at < top; at++) {
    const next = nextRung(d.base, { ...held, rung: at });
    if (!next || next.at > d.act.at || (ends(next.rung) && due.length > 0)) break;
    due.push(next.rung);
    if (ends(next.rung)) break;
  }
  return due;
}

const ends = (rung: Rung): boolean => rung.effect === 'recall' || rung.effect === 'suspend';

/** True when the next rung would already be due, so that it needs a grace of its own. */
function lateFor(d: Draft, held: Assignment, rung: number): boolean {
  const next = nextRung(d.base, { ...held, rung, quiet_until: null });
  return next !== null && next.at <= d.act.at;
}

function take(d: Draft, held: Assignment, rung: Rung, climbed: number): void {
  const data = { rung: climbed, deadline: held.deadline?.getTime() ?? null, to: rung.to };
  if (ends(rung)) {
    takeBack(d, { next: 'reoffer', reason: null }, { effect: rung.effect, rule: ruleOf(climbed) });
    return;
  }
  if (rung.letter === 'escalation') setAssignment(d, held.id, { escalated: true });
  const what =
    rung.letter === 'escalation'
      ? 'escalation.raised'
      : rung.letter === 'warning'
        ? 'warning.sent'
        : 'reminder.sent';
  note(d, what, { thing: 'assignment', id: held.id, data, rule: ruleOf(climbed) });
}

/** The rung as the programme's document numbers it. */
const ruleOf = (climbed: number): string => `follow_up.ladder[${climbed - 1}]`;

function takeBack(
  d: Draft,
  order: { next: 'reoffer' | 'hold'; reason: string | null },
  { rule, ...more }: { readonly effect?: string; readonly rule?: string } = {},
): void {
  const held = activeAssignment(d);
  if (!held) return;
  const before = { ...leadBefore(d), ...assignmentBefore(held) };
  const extra = {
    data: { next: order.next, ...more, ...before },
    words: order.reason,
    ...(rule === undefined ? {} : { rule }),
  };
  moveAssignment(d, held.id, 'recall', 'assignment.recalled', closed, extra);
  if (order.next === 'reoffer') moveLead(d, 'free', 'lead.freed', { wave: 0 });
  else moveLead(d, 'hold', 'lead.held', { due_at: vendorDue(d) });
}
