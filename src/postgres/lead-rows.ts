import type { Assignment } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import type { Money } from '../lead/money.ts';

/** A lead as it lies in the table: money in two columns, the programme in two more. */
export interface LeadRow {
  readonly id: string;
  readonly reference: string;
  readonly external_id: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly cost_minor: string | null;
  readonly cost_currency: string | null;
  readonly program_key: string;
  readonly program_version: number;
  readonly state: Lead['state'];
  readonly temperature: Lead['temperature'];
  readonly quality: Lead['quality'];
  readonly summary: string;
  readonly brief: string | null;
  readonly products: string[];
  readonly industries: string[];
  readonly languages: string[];
  readonly value_minor: string | null;
  readonly value_currency: string | null;
  readonly expected_close: string | null;
  readonly prospect: Lead['prospect'];
  readonly consent: Lead['consent'];
  readonly custom: Lead['custom'];
  readonly wave: number;
  readonly due_at: Date | null;
  readonly chased: number;
  readonly created_at: Date;
  readonly fact_seq: number;
  readonly fact_hash: Buffer | null;
  readonly wake_at: Date | null;
  readonly next_step: unknown;
  readonly other_step: unknown;
}

export const leadColumns = `l.id, l.reference, l.external_id, l.source, l.campaign, l.cost_minor, l.cost_currency,
  l.program_key, l.program_version, l.state, l.temperature, l.quality, l.summary, l.brief, l.products, l.industries,
  l.languages, l.value_minor, l.value_currency, l.expected_close, l.prospect, l.consent, l.custom, l.wave, l.due_at,
  l.chased, l.created_at, l.fact_seq, l.fact_hash, l.wake_at, l.next_step,
  l.other_step`;

export function leadOf(row: LeadRow): Lead {
  return {
    id: row.id,
    reference: row.reference,
    external_id: row.external_id,
    source: row.source,
    campaign: row.campaign,
    cost: moneyOf(row.cost_minor, row.cost_currency),
    program: { key: row.program_key, version: row.program_version },
    state: row.state,
    temperature: row.temperature,
    quality: row.quality,
    summary: row.summary,
    brief: row.brief,
    products: row.products,
    industries: row.industries,
    languages: row.languages,
    value: moneyOf(row.value_minor, row.value_currency),
    expected_close: row.expected_close,
    prospect: row.prospect,
    consent: row.consent,
    custom: row.custom,
    wave: row.wave,
    due_at: row.due_at,
    chased: row.chased,
    created_at: row.created_at,
  };
}

/** bigint arrives as text; amounts stay far below 2^53. */
const moneyOf = (minor: string | null, currency: string | null): Money | null =>
  minor === null || currency === null ? null : { minor: Number(minor), currency };

type StoredOutcome = {
  result: 'won' | 'lost';
  money: Money | null;
  reason: string | null;
  at: string;
} | null;
export type AssignmentRow = Omit<Assignment, 'outcome'> & { readonly outcome: StoredOutcome };

export const assignmentColumns = `a.id, a.offer_id, a.partner_id, a.contact_id, a.state, a.stage, a.phase,
  a.claimed_at, a.promise_at, a.owes, a.deadline, a.rung, a.quiet_until, a.attempts, a.unchanged, a.escalated,
  a.vendor_owes, a.vendor_deadline, a.vendor_chased, a.outcome, a.via_partner_id`;

export const assignmentOf = (row: AssignmentRow): Assignment => ({
  ...row,
  outcome: row.outcome && { ...row.outcome, at: new Date(row.outcome.at) },
});

export const offerColumns = `o.id, o.partner_id, o.contact_id, o.wave, o.round, o.state, o.score, o.sent_at,
  o.expires_at, o.answered_at, o.late, o.reason, o.created_at, o.wished_at, o.wished_promise, o.chance_at,
  o.via_partner_id, o.opens_at, o.answer_ms::float8 as answer_ms`;
