import { elapsedMs } from './duration.ts';
import type { StoredFact } from './facts.ts';
import type { Money } from './money.ts';
import type { OfferState } from './tables.ts';

/** One offer, as far as figures need it. */
export interface KpiOffer {
  readonly state: OfferState;
  readonly sent_at: Date | null;
  readonly answered_at: Date | null;
  /** Business milliseconds from sending to the answer on the reader's calendar; null while there is none. */
  readonly answer_business_ms: number | null;
}

/** One claim (assignment), as far as figures need it. */
export interface KpiClaim {
  readonly state: 'active' | 'won' | 'lost' | 'returned' | 'recalled';
  readonly claimed_at: Date;
  /** First contact reported or evidenced. */
  readonly contacted_at: Date | null;
  /** By when the first contact was promised. */
  readonly promise_at: Date | null;
  /** What is owed next and by when; null once closed. */
  readonly deadline: Date | null;
  readonly closed_at: Date | null;
  /** Value of a won deal in the reporting currency; null when none was told. */
  readonly value: Money | null;
}

/** A figure and how many cases it rests on; null, never 0, when that is none. */
export interface Kpi {
  readonly value: number | null;
  readonly n: number;
}

/** The figures of `kpis`. Rates are 0…1, times milliseconds, money minor units of the one currency handed in. */
export interface Kpis {
  readonly offers_sent: Kpi;
  readonly offers_accepted: Kpi;
  readonly offer_acceptance_rate: Kpi;
  readonly response_rate: Kpi;
  readonly decline_rate: Kpi;
  readonly time_to_answer: Kpi;
  readonly time_to_answer_business: Kpi;
  readonly time_to_first_contact: Kpi;
  readonly contact_rate: Kpi;
  readonly conversion_rate: Kpi;
  readonly claims_won: Kpi;
  readonly claims_lost: Kpi;
  readonly claims_open: Kpi;
  readonly win_rate: Kpi;
  readonly average_deal_time: Kpi;
  readonly median_deal_time: Kpi;
  readonly average_deal_size: Kpi;
  readonly won_value: Kpi;
  readonly won_without_value: Kpi;
  readonly recall_rate: Kpi;
  readonly return_rate: Kpi;
  readonly overdue: Kpi;
}

/** Half-open. */
export interface Period {
  readonly from: Date;
  readonly until: Date;
}

/**
 * The figures of a period by the formulas of requirements 5.4, for rows already filtered (partner, source …).
 *
 * - offers: those sent in the period; a bounced one (void) was never offered. Acceptance, decline and response rate share the denominator accepted +
 *   declined + expired; a decline is a response. Time to answer: median from sending to accept or decline.
 * - cohort of claims made in the period: conversion (won / claimed) with won, lost and open beside it; recall and
 *   return rate; median time to first contact; contact rate = contacted by the promise / promises past at `at`.
 * - claims closed in the period: win rate won / (won + lost), deal times from claim to win (mean, median), deal size
 *   over wins with a value, sum of won value (n: wins with a value), share of wins without one.
 * - overdue: active claims whose deadline has passed at `at`; n: active claims, whatever the period.
 */
export function kpis(
  offers: readonly KpiOffer[],
  claims: readonly KpiClaim[],
  period: Period,
  at: Date,
): Kpis {
  const cohort = claims.filter((c) => within(period, c.claimed_at));
  const closed = claims.filter((c) => within(period, c.closed_at));
  return {
    ...answers(offers.filter((o) => within(period, o.sent_at))),
    ...work(cohort, at),
    ...deals(closed),
    overdue: overdue(claims, at),
  };
}

/** Active claims whose deadline passed more than `grace` (ISO duration, elapsed) ago; n: active claims. */
export function overdue(claims: readonly KpiClaim[], at: Date, grace = 'PT0S'): Kpi {
  const active = claims.filter((c) => c.state === 'active');
  const late = active.filter(
    (c) => c.deadline !== null && c.deadline.getTime() + elapsedMs(grace) < at.getTime(),
  );
  return count(late.length, active.length);
}

/** a / b with n = b; null when b is 0. */
export const ratio = (a: number, b: number): Kpi => ({ value: b === 0 ? null : a / b, n: b });

/** The middle value, or the mean of the middle two; null of nothing. */
export function median(values: readonly number[]): Kpi {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return { value: low === undefined || high === undefined ? null : (low + high) / 2, n: sorted.length };
}

const contacts: ReadonlySet<unknown> = new Set(['contacted', 'meeting', 'quoted']);

/**
 * When the first contact with the customer was reported for a claim: a call, meeting or quote, at the latest the win
 * itself. A report that was taken back never happened. Null while there is none.
 */
export function firstContact(facts: readonly StoredFact[], assignmentId: string): Date | null {
  const own = facts.filter((f) => f.id === assignmentId);
  const undone = new Set(own.filter((f) => f.what === 'status.reverted').map((f) => f.data.undoes));
  const times = own
    .filter((f) => f.what === 'assignment.won' || (f.what === 'status.reported' && contacts.has(f.data.verb)))
    .filter((f) => !undone.has(f.seq))
    .map((f) => f.at.getTime());
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}

const within = ({ from, until }: Period, at: Date | null): boolean => at !== null && from <= at && at < until;

/** A number of things among n; null when there is nothing to count among. */
export const count = (value: number, n: number): Kpi => ({ value: n === 0 ? null : value, n });

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

const mean = (values: readonly number[]): Kpi => ratio(sum(values), values.length);

function answers(offers: readonly KpiOffer[]) {
  const is = (state: OfferState) => offers.filter((o) => o.state === state);
  const answered = [...is('accepted'), ...is('declined')];
  const all = answered.length + is('expired').length;
  const sent = offers.length - is('void').length;
  return {
    offers_sent: count(sent, sent),
    offers_accepted: count(is('accepted').length, sent),
    offer_acceptance_rate: ratio(is('accepted').length, all),
    response_rate: ratio(answered.length, all),
    decline_rate: ratio(is('declined').length, all),
    time_to_answer: median(answered.flatMap((o) => span(o.sent_at, o.answered_at))),
    time_to_answer_business: median(answered.flatMap((o) => o.answer_business_ms ?? [])),
  };
}

function work(cohort: readonly KpiClaim[], at: Date) {
  const n = cohort.length;
  const is = (state: KpiClaim['state']) => cohort.filter((c) => c.state === state).length;
  const due = cohort.filter((c) => c.promise_at !== null && c.promise_at <= at);
  const kept = due.filter(
    (c) => c.contacted_at !== null && c.promise_at !== null && c.contacted_at <= c.promise_at,
  );
  return {
    time_to_first_contact: median(cohort.flatMap((c) => span(c.claimed_at, c.contacted_at))),
    contact_rate: ratio(kept.length, due.length),
    conversion_rate: ratio(is('won'), n),
    claims_won: count(is('won'), n),
    claims_lost: count(is('lost'), n),
    claims_open: count(is('active'), n),
    recall_rate: ratio(is('recalled'), n),
    return_rate: ratio(is('returned'), n),
  };
}

function deals(closed: readonly KpiClaim[]) {
  const won = closed.filter((c) => c.state === 'won');
  const lost = closed.filter((c) => c.state === 'lost');
  const times = won.flatMap((c) => span(c.claimed_at, c.closed_at));
  const values = won.flatMap((c) => c.value?.minor ?? []);
  return {
    win_rate: ratio(won.length, won.length + lost.length),
    average_deal_time: mean(times),
    median_deal_time: median(times),
    average_deal_size: mean(values),
    won_value: count(sum(values), values.length),
    won_without_value: ratio(won.length - values.length, won.length),
  };
}

const span = (from: Date | null, until: Date | null): number[] =>
  from && until ? [until.getTime() - from.getTime()] : [];
