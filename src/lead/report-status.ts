import type { Assignment } from './assignment.ts';
import { assignmentBefore, leadBefore } from './before.ts';
import {
  addBusiness,
  addDays,
  addElapsedThenOpen,
  instantOf,
  isDay,
  localTime,
  nextOpening,
} from './calendar.ts';
import { closeOffers } from './distribute.ts';
import type { FactData } from './facts.ts';
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
import type { Money } from './money.ts';
import { codedReason, stageFor } from './programme.ts';
import type { FieldFault } from './refusals.ts';
import { ok, type Result, refuse } from './result.ts';
import { implementBy, nothingOwedByVendor, settlesVendorStep } from './scenario.ts';
import { allowedMoves, leadMoves, type Phase, phases } from './tables.ts';

export const reportVerbs = [
  'contacted',
  'not-reached',
  'meeting',
  'quoted',
  'won',
  'lost',
  'snooze',
  'return',
  'unchanged',
] as const;
export type ReportVerb = (typeof reportVerbs)[number];

/** What a holder tells about the lead, by button, reply or API. */
export interface StatusReport {
  readonly verb: ReportVerb;
  readonly money: Money | null;
  /** Local date of the holder, `YYYY-MM-DD`: of the meeting, or until when the lead rests. */
  readonly date: string | null;
  readonly time: string | null;
  readonly reason: string | null;
  readonly words: string | null;
}

/** The holder (or the vendor in the holder's name) reports on the claim in force. */
export function reportStatus(c: LeadCase, report: StatusReport, act: Act): Result<Change> {
  const held = activeAssignment(c);
  if (!held) {
    const theirs = c.assignments.some((a) => a.contact_id === act.who.id);
    if (act.who.kind === 'contact' && !theirs) return refuse({ kind: 'not-yours' });
    return illegal(c);
  }
  if (act.who.kind === 'contact' && act.who.id !== held.contact_id) return refuse({ kind: 'not-yours' });
  const errors = faults(report, localTime(calendarOf(c, held).zone, act.at).date);
  if (errors.length > 0) return refuse({ kind: 'invalid', errors });
  const owes = settlesVendorStep(c, act) ? held.vendor_owes : held.owes;
  if (report.verb === 'unchanged' && owes === 'contact') return illegal(c);
  const d = draftOf(c, act);
  apply[report.verb](d, held, codedReason(c.programme, report));
  return ok(changeOf(d));
}

const illegal = ({ lead: { state } }: LeadCase) =>
  refuse({ kind: 'illegal-move', state, allowed: allowedMoves(leadMoves, state) });

/** Days after which a lead that rests, or waits for a meeting, counts as lying still: a slip of the year, or hoarding. */
const longestRest = 366;

/** What is wrong with the date and time of a report; both go into facts, which hold no free text. */
function faults({ verb, date, time }: StatusReport, today: string): FieldFault[] {
  const errors: FieldFault[] = [];
  if (date !== null && !isDay(date))
    errors.push({ pointer: '/date', message: 'must be a day like 2026-12-01' });
  else if (date !== null && (verb === 'snooze' || verb === 'meeting') && date > addDays(today, longestRest)) {
    errors.push({ pointer: '/date', message: 'must lie within a year from now' });
  }
  if (time !== null && !/^(?:[01]\d|2[0-3]):[0-5]\d$/.test(time)) {
    errors.push({ pointer: '/time', message: 'must be a time like 14:30' });
  }
  return errors;
}

const apply: Record<ReportVerb, (d: Draft, held: Assignment, report: StatusReport) => void> = {
  contacted: (d, held, r) => progress(d, held, r, 'contacted', 'contacted', updateDue(d, held, 'contacted')),
  meeting: (d, held, r) => progress(d, held, r, 'meeting', 'contacted', dayAfter(d, held, r)),
  quoted: (d, held, r) => progress(d, held, r, 'proposal', 'proposal', updateDue(d, held, 'proposal')),
  'not-reached': (d, held, r) => {
    const deadline = addBusiness(clockOf(d, held), d.act.at, 'P1D');
    keep(d, held, r, { deadline, attempts: held.attempts + 1 });
  },
  snooze: (d, held, r) => keep(d, held, r, { deadline: restUntil(d, held, r) }),
  unchanged: (d, held, r) => {
    const unchanged = held.unchanged + 1;
    const deadline = updateDue(d, held, held.phase);
    const stuck = unchanged % stuckAfter === 0 && !settlesVendorStep(d.base, d.act);
    keep(d, held, r, { deadline, unchanged, escalated: stuck });
    if (!stuck) return;
    const data = { rung: 0, deadline: deadline.getTime(), to: 'cam', unchanged };
    note(d, 'escalation.raised', { thing: 'assignment', id: held.id, data });
  },
  won: (d, held, r) => end(d, held, r, 'won'),
  lost: (d, held, r) => end(d, held, r, 'lost'),
  return: (d, held, r) => {
    const data = { ...leadBefore(d), ...assignmentBefore(held), verb: r.verb, reason: r.reason };
    moveAssignment(d, held.id, 'return', 'assignment.returned', closed, { data, words: r.words });
    moveLead(d, 'free', 'lead.freed', { wave: 0 });
  },
};

/** So many "unchanged" in a row bring the account manager in. */
const stuckAfter = 3;

/** Fields of an assignment that nobody owes anything on any more. */
export const closed = {
  owes: null,
  deadline: null,
  quiet_until: null,
  escalated: false,
  ...nothingOwedByVendor,
} as const;

function progress(
  d: Draft,
  held: Assignment,
  r: StatusReport,
  stage: string,
  phase: Phase,
  deadline: Date,
): void {
  const reached = stageFor(d.base.programme, stage, phase);
  const further = phases.indexOf(reached.phase) >= phases.indexOf(held.phase);
  keep(d, held, r, { ...(further ? reached : {}), owes: 'update', deadline, attempts: 0, unchanged: 0 });
}

/** A report that leaves the claim in force: the ladder of the old deadline is done, a new deadline begins. */
function keep(d: Draft, held: Assignment, r: StatusReport, set: Partial<Assignment>): void {
  setAssignment(
    d,
    held.id,
    settlesVendorStep(d.base, d.act)
      ? vendorSet(set)
      : { rung: 0, quiet_until: null, escalated: false, ...set },
  );
  const data = { ...assignmentBefore(held), ...reported(r), phase: set.phase ?? held.phase };
  const to = set.stage ?? held.stage;
  note(d, 'status.reported', {
    thing: 'assignment',
    id: held.id,
    from: held.stage,
    to,
    data,
    words: r.words,
  });
}

/** The same as the step of the vendor's person; counts of the holder's silence are not touched. */
const vendorSet = ({ stage, phase, owes, deadline }: Partial<Assignment>): Partial<Assignment> => ({
  ...(stage && phase ? { stage, phase } : {}),
  ...(owes ? { vendor_owes: owes } : {}),
  ...(deadline ? { vendor_deadline: deadline, vendor_chased: 0 } : {}),
});

/** The business time of whoever owes the step. */
const clockOf = (d: Draft, held: Assignment) =>
  settlesVendorStep(d.base, d.act) ? d.base.vendor : calendarOf(d.base, held);

function end(d: Draft, held: Assignment, r: StatusReport, result: 'won' | 'lost'): void {
  const reason = result === 'lost' ? (r.reason ?? 'other') : null;
  const outcome = { result, money: r.money, reason, at: d.act.at };
  const set = { ...closed, ...stageFor(d.base.programme, result, result), outcome };
  const data = { ...assignmentBefore(held), ...reported({ ...r, reason }) };
  moveAssignment(d, held.id, result === 'won' ? 'win' : 'lose', `assignment.${result}`, set, {
    data,
    words: r.words,
  });
  closeOffers(d, 'withdraw');
  moveLead(d, result === 'won' ? 'win' : 'lose', `lead.${result}`);
}

const reported = (r: StatusReport): FactData => ({
  verb: r.verb,
  amount: r.money?.minor ?? null,
  currency: r.money?.currency ?? null,
  date: r.date,
  time: r.time,
  reason: r.reason,
});

/** The next update falls due a phase's pause after the report, moved into working time. */
function updateDue(d: Draft, held: Assignment, phase: Phase): Date {
  if (d.base.programme.scenario === 'fulfilment') return implementBy(d.base, held, d.act.at);
  const pause = d.base.programme.follow_up.updates[phase] ?? 'P7D';
  return addElapsedThenOpen(clockOf(d, held), d.act.at, pause);
}

/** After a meeting its outcome is asked for on the day after; without a date the ordinary update applies. */
function dayAfter(d: Draft, held: Assignment, r: StatusReport): Date {
  if (!r.date) return updateDue(d, held, 'contacted');
  const cal = clockOf(d, held);
  const next = nextOpening(cal, instantOf(cal.zone, addDays(r.date, 1), cal.from));
  return next > d.act.at ? next : addBusiness(cal, d.act.at, 'P1D');
}

function restUntil(d: Draft, held: Assignment, r: StatusReport): Date {
  const cal = clockOf(d, held);
  const date = r.date ?? addDays(localTime(cal.zone, d.act.at).date, 7);
  const at = nextOpening(cal, instantOf(cal.zone, date, cal.from));
  return at > d.act.at ? at : addBusiness(cal, d.act.at, 'P1D');
}
