import type { Fact } from './facts.ts';
import type { Change, LeadCase } from './lead-case.ts';
import { undoMinutes } from './undo.ts';

export const pointEvents = ['contacted_in_time', 'updated_in_time', 'won'] as const;
export type PointEvent = (typeof pointEvents)[number];

/** What a partner company earns: once per claim, event and occurrence, and not before the act can be undone no more. */
export interface PointEntry {
  readonly partner_id: string;
  readonly assignment_id: string;
  readonly event: PointEvent;
  /** 0, but for updates: the week since the claim, so that ten updates a day earn as much as one. */
  readonly occurrence: number;
  readonly points: number;
  readonly booked_at: Date;
  /** The fact that earned it; an undo names it. */
  readonly fact_seq: number;
}

/** What takes points back: the undo of the act behind them, or the return of a lead nobody has worked on. */
export type Reversal =
  | { readonly why: 'undo'; readonly fact_seq: number }
  | { readonly why: 'return'; readonly assignment_id: string };

/** What a change means for the ledger. */
export interface Ledger {
  readonly earned: readonly PointEntry[];
  readonly reversed: readonly Reversal[];
  /** Claims whose return was taken back: what the return took counts again. */
  readonly reinstated: readonly string[];
}

/** @param seq the lead's newest fact before the change */
export function pointsOf(change: Change, seq: number): Ledger {
  const earned = change.facts.flatMap((fact, i) => earnedBy(change.case, fact, seq + i + 1));
  const reversed = change.facts.flatMap((fact) => reversedBy(fact));
  const back = change.facts.filter((f) => f.what === 'act.undone' && f.data['did'] === 'assignment.returned');
  return { earned, reversed, reinstated: back.map((f) => f.id) };
}

const reports: ReadonlySet<unknown> = new Set(['contacted', 'meeting', 'quoted', 'won']);
/** A word that says how it stands; moving the date alone earns nothing. */
const updates: ReadonlySet<unknown> = new Set(['contacted', 'meeting', 'quoted', 'unchanged', 'won', 'lost']);
const weekMs = 7 * 86_400_000;

function earnedBy(c: LeadCase, fact: Fact, seq: number): PointEntry[] {
  const held = c.assignments.find((a) => a.id === fact.id);
  const { verb, was_owes: owed, was_deadline: deadline } = fact.data;
  const told =
    fact.what === 'status.reported' || fact.what === 'assignment.won' || fact.what === 'assignment.lost';
  if (!held || !told) return [];
  const at = fact.at.getTime();
  const byPartner = fact.who.kind === 'contact';
  const events: [PointEvent, number][] = [];
  if (
    byPartner &&
    owed === 'contact' &&
    reports.has(verb) &&
    held.promise_at &&
    at <= held.promise_at.getTime()
  )
    events.push(['contacted_in_time', 0]);
  if (byPartner && owed === 'update' && updates.has(verb) && at <= Number(deadline ?? 0))
    events.push(['updated_in_time', Math.floor((at - held.claimed_at.getTime()) / weekMs)]);
  if (fact.what === 'assignment.won') events.push(['won', 0]);
  return events.flatMap(([event, occurrence]) => {
    const points = worth(c, event);
    if (points === 0) return [];
    const booked_at = new Date(at + undoMinutes * 60_000);
    const about = { partner_id: held.partner_id, assignment_id: held.id, fact_seq: seq };
    return [{ ...about, event, occurrence, points, booked_at }];
  });
}

/** What the rules of the lead's programme pay; cold leads by their factor. */
function worth({ programme, lead }: LeadCase, event: PointEvent): number {
  const cold = lead.temperature === 'cold';
  const rules = programme.standing.points.filter((rule) => rule.event === event);
  return Math.round(rules.reduce((sum, r) => sum + r.points * (cold ? (r.cold_factor ?? 1) : 1), 0));
}

function reversedBy(fact: Fact): Reversal[] {
  const { undoes, was_phase: phase } = fact.data;
  if (fact.what === 'status.reverted' && typeof undoes === 'number')
    return [{ why: 'undo', fact_seq: undoes }];
  // Called once and given back is as good as not worked on; who has made a quote has earned what was paid.
  const unworked = phase === 'claimed' || phase === 'contacted';
  if (fact.what === 'assignment.returned' && unworked) return [{ why: 'return', assignment_id: fact.id }];
  return fact.what === 'claim.undone' ? [{ why: 'return', assignment_id: fact.id }] : [];
}
