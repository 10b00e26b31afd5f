import type { Lead } from '../lead/lead.ts';
import { decimal, type Money } from '../lead/money.ts';
import { redactDeep, redactor } from '../lead/redact.ts';
import type { LeadRecord } from '../postgres/lead-reads.ts';

/** A lead as the public contract shows it. */
export interface LeadView {
  readonly [field: string]: unknown;
}

/**
 * @param withProspect whether the reader's scope covers the end customer's identity; without it free texts are cut like
 *   those of an offer
 */
export function leadView(record: LeadRecord, withProspect: boolean): LeadView {
  const { assignment } = record;
  const lead = withProspect ? record.lead : anonymous(record.lead);
  const held = assignment?.state === 'active' || assignment?.outcome ? assignment : null;
  return {
    id: lead.id,
    reference: lead.reference,
    external_id: lead.external_id,
    source: lead.source,
    campaign: lead.campaign,
    cost: moneyView(lead.cost),
    program: lead.program.key,
    state: lead.state,
    stage: held?.stage ?? null,
    phase: held?.phase ?? null,
    temperature: lead.temperature,
    quality: lead.quality,
    summary: lead.summary,
    brief: lead.brief,
    products: lead.products,
    industries: lead.industries,
    languages: lead.languages,
    value: moneyView(lead.value),
    expected_close: lead.expected_close,
    next_step: record.next_step,
    other_step: record.other_step,
    claim: held && claimView(held),
    outcome: held?.outcome ? outcomeView(held.outcome) : null,
    offers: record.offers.map(offerView),
    prospect: withProspect ? lead.prospect : null,
    consent: lead.consent,
    custom: lead.custom,
    duplicates: record.duplicates.map(({ of, reason, score, same_product }) => ({
      reference: of,
      reason,
      score,
      same_product,
    })),
    created_at: lead.created_at,
  };
}

function anonymous(lead: Lead): Lead {
  const cut = redactor(lead.prospect);
  const { summary, brief, custom, consent } = lead;
  return {
    ...lead,
    summary: cut(summary),
    brief: brief && cut(brief),
    custom: redactDeep(cut, custom) as Lead['custom'],
    consent: consent && { ...consent, text: consent.text && cut(consent.text) },
  };
}

type Held = NonNullable<LeadRecord['assignment']>;

const claimView = (held: Held) => ({
  partner: held.partner,
  contact: held.contact,
  claimed_at: held.claimed_at,
  promise_at: held.promise_at,
  ...(held.via ? { via: held.via } : {}),
});

const outcomeView = (outcome: NonNullable<Held['outcome']>) => ({
  result: outcome.result,
  amount: outcome.money && decimal(outcome.money),
  currency: outcome.money?.currency ?? null,
  reason: outcome.reason,
  at: outcome.at,
});

const offerView = (offer: LeadRecord['offers'][number]) => ({
  id: offer.id,
  partner: offer.partner,
  contact: offer.contact,
  wave: offer.wave,
  state: offer.state,
  sent_at: offer.sent_at,
  expires_at: offer.expires_at,
});

export const moneyView = (money: Money | null): { amount: string; currency: string } | null =>
  money && { amount: decimal(money), currency: money.currency };
