import type { Lead } from '../lead/lead.ts';
import {
  button,
  iso,
  isoOrNull,
  pageOrder,
  type ToPartner,
  type ToVendor,
  toPartner,
  toVendor,
} from './buttons.ts';
import type { ButtonRow, Letter, OtherLead } from './letter.ts';
import { plainLine } from './plain.ts';
import { otherLine } from './taken-letter.ts';
import { teaser } from './teaser.ts';

/** What a letter about a partner's standing is about; each has its words under `standing.<topic>`. */
export const standingTopics = [
  'blocked',
  'queued',
  'suspended',
  'lifted',
  'approved',
  'rejected',
  'requested',
  'catalogue',
  'cam-suspended',
  'cam-redeem',
  'cam-undone',
] as const;
export type StandingTopic = (typeof standingTopics)[number];

/** A partner's standing has changed, or stands in the way: to the partner, or to its account manager. */
export interface StandingView extends Letter<'standing'> {
  readonly topic: StandingTopic;
  readonly partner: string;
  /** The lead it came about, in one line; null where there is none. */
  readonly about: { readonly topic: string; readonly place: string | null } | null;
  /** Until when a lead is kept. */
  readonly until: string | null;
  /** Leads that wait for a word. */
  readonly debts: readonly (OtherLead & { readonly holder: string | null })[];
  /** The recalls that count. */
  readonly recalls: readonly { readonly reference: string; readonly at: string }[];
  readonly reward: Reward | null;
  /** Points and what they are good for; null where nobody asked. */
  readonly catalogue: Catalogue | null;
}
export interface Catalogue {
  readonly points: number;
  readonly rewards: readonly { readonly name: string; readonly points: number; readonly enough: boolean }[];
}
export interface Reward {
  readonly name: string;
  readonly points: number;
  /** Points left after it. */
  readonly left: number;
}

/** A lead that waits for a word, and whether the reader holds it. */
export interface DebtLine {
  readonly lead: Lead;
  readonly assignment_id: string;
  readonly deadline: Date | null;
  /** The colleague who holds it; null for the reader. */
  readonly holder: string | null;
}

interface Facts {
  readonly lead: Lead | null;
  readonly until?: Date | null;
  readonly debts?: readonly DebtLine[];
  readonly recalls?: readonly { readonly reference: string; readonly at: Date }[];
  readonly reward?: Reward | null;
  readonly catalogue?: Catalogue | null;
}

/** @param offer the offer that was answered, for its button */
export function standingLetter(
  input: ToPartner & Facts & { readonly topic: StandingTopic; readonly offer?: string | null },
): StandingView {
  const redeem = input.catalogue?.rewards.some((r) => r.enough) ?? false;
  const rows: ButtonRow[] = [
    ...(input.offer ? [[button('accept', input.offer, 'main')]] : []),
    ...(redeem ? [[button('redeem', input.partner.id, 'main')]] : []),
  ];
  return {
    ...toPartner('standing', input.lead?.reference ?? '', input, rows),
    topic: input.topic,
    ...facts(input, input.partner.name),
  };
}

/** To the account manager: a suspension to be lifted, a reward to be approved, or something to talk about. */
export function camStandingLetter(
  input: ToVendor &
    Facts & {
      readonly topic: 'cam-suspended' | 'cam-redeem' | 'cam-undone';
      readonly company: string;
      /** The partner, or the redemption to decide. */
      readonly about: string;
    },
): StandingView {
  const rows: Record<typeof input.topic, ButtonRow[]> = {
    'cam-suspended': [[button('lift', input.about, 'main')]],
    'cam-redeem': [[button('approve', input.about, 'go'), button('reject', input.about)]],
    'cam-undone': [],
  };
  return {
    ...toVendor('standing', input.lead?.reference ?? '', input, rows[input.topic]),
    topic: input.topic,
    ...facts(input, input.company),
  };
}

function facts(input: Facts, partner: string): Omit<StandingView, keyof Letter<'standing'> | 'topic'> {
  const shown = input.lead && teaser(input.lead);
  return {
    partner: plainLine(partner, 80),
    about: shown && { topic: shown.topic, place: shown.place },
    until: isoOrNull(input.until),
    debts: (input.debts ?? []).slice(0, 10).map((d) => ({
      ...otherLine(teaser(d.lead), isoOrNull(d.deadline), pageOrder(d.assignment_id)),
      holder: d.holder && plainLine(d.holder, 60),
    })),
    recalls: (input.recalls ?? []).map((r) => ({ reference: r.reference, at: iso(r.at) })),
    reward: input.reward ?? null,
    catalogue: input.catalogue ?? null,
  };
}
