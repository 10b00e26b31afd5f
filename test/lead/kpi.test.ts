import { expect, test } from 'vitest';
import { type KpiClaim, type KpiOffer, kpis, median, overdue } from '../../src/lead/kpi.ts';

const hour = 3_600_000;
const day = (n: number, h = 0) => new Date(Date.UTC(2026, 2, n, h));
const march = { from: day(1), until: new Date('2026-04-01T00:00:00Z') };
const offer = (over: Partial<KpiOffer> = {}): KpiOffer => ({
  state: 'expired',
  sent_at: day(2),
  answered_at: null,
  answer_business_ms: null,
  ...over,
});
const claim = (over: Partial<KpiClaim> = {}): KpiClaim => ({
  state: 'active',
  claimed_at: day(2),
  contacted_at: null,
  promise_at: null,
  deadline: null,
  closed_at: null,
  value: null,
  ...over,
});
const eur = (minor: number) => ({ minor, currency: 'EUR' });
const figures = (offers: KpiOffer[], claims: KpiClaim[]) => kpis(offers, claims, march, day(20));

test('nothing gives null everywhere, with n 0', () => {
  for (const figure of Object.values(figures([], []))) expect(figure).toEqual({ value: null, n: 0 });
});

test('offers: 2 accepted, 1 declined, 1 expired; races, recalls, bounces and pending ones are left out', () => {
  const offers = [
    offer({ state: 'accepted', answered_at: day(2, 1), answer_business_ms: 0.5 * hour }),
    offer({ state: 'accepted', answered_at: day(2, 3), answer_business_ms: 3 * hour }),
    offer({ state: 'declined', answered_at: day(2, 10), answer_business_ms: 4 * hour }),
    offer(),
    ...(['lost_race', 'withdrawn', 'void', 'sent'] as const).map((state) => offer({ state })),
    offer({ state: 'accepted', sent_at: new Date('2026-04-01T00:00:00Z') }),
    offer({ state: 'scheduled', sent_at: null }),
  ];
  expect(figures(offers, [])).toMatchObject({
    offer_acceptance_rate: { value: 0.5, n: 4 },
    response_rate: { value: 0.75, n: 4 },
    decline_rate: { value: 0.25, n: 4 },
    time_to_answer: { value: 3 * hour, n: 3 },
    time_to_answer_business: { value: 3 * hour, n: 3 },
  });
});

test('the cohort: 5 claimed in March, 1 won, 1 lost, 1 recalled, 1 returned, 1 open', () => {
  const claims = [
    claim({
      state: 'won',
      contacted_at: day(2, 4),
      promise_at: day(3, 17),
      closed_at: new Date('2026-04-09T00:00:00Z'),
    }),
    claim({ state: 'lost', contacted_at: day(5), promise_at: day(3, 17), closed_at: day(9) }),
    claim({ state: 'recalled', promise_at: day(3, 17) }),
    claim({ state: 'returned' }),
    claim({ contacted_at: day(2, 8), promise_at: day(25) }),
    claim({ state: 'won', claimed_at: new Date('2026-02-28T23:59:59Z') }),
  ];
  expect(figures([], claims)).toMatchObject({
    conversion_rate: { value: 0.2, n: 5 },
    claims_won: { value: 1, n: 5 },
    claims_lost: { value: 1, n: 5 },
    claims_open: { value: 1, n: 5 },
    recall_rate: { value: 0.2, n: 5 },
    return_rate: { value: 0.2, n: 5 },
    contact_rate: { value: 1 / 3, n: 3 },
    time_to_first_contact: { value: 8 * hour, n: 3 },
  });
});

test('deals closed in the period, whenever claimed: 3 won of 4, one without a value', () => {
  const claims = [
    claim({ state: 'won', closed_at: day(12), value: eur(1_000_000) }),
    claim({ state: 'won', closed_at: day(4), value: eur(3_000_000) }),
    claim({ state: 'won', claimed_at: new Date('2026-02-01T00:00:00Z'), closed_at: day(1) }),
    claim({ state: 'lost', closed_at: day(5) }),
  ];
  expect(figures([], claims)).toMatchObject({
    win_rate: { value: 0.75, n: 4 },
    average_deal_time: { value: ((10 + 2 + 28) / 3) * 24 * hour, n: 3 },
    median_deal_time: { value: 240 * hour, n: 3 },
    average_deal_size: { value: 2_000_000, n: 2 },
    won_value: { value: 4_000_000, n: 2 },
    won_without_value: { value: 1 / 3, n: 3 },
  });
});

test('overdue: active claims past their deadline, with n the active ones', () => {
  const claims = [
    claim({ deadline: day(19) }),
    claim({ deadline: day(20) }),
    claim({ deadline: day(21) }),
    claim({ state: 'won', deadline: day(1) }),
    claim(),
  ];
  expect(overdue(claims, day(20))).toEqual({ value: 1, n: 4 });
  expect(overdue(claims, day(20), 'P2D')).toEqual({ value: 0, n: 4 });
});

test('the median of an even number is the mean of the middle two', () => {
  expect(median([4, 1, 3, 2])).toEqual({ value: 2.5, n: 4 });
  expect(median([])).toEqual({ value: null, n: 0 });
});
