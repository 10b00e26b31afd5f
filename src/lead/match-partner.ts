import { backAt, offerContact } from './absence.ts';
import type { Lead } from './lead.ts';
import type { Locate } from './match-values.ts';
import type { Partner } from './partner.ts';
import { hasPaused, unwanted, type WishedLead } from './preferences.ts';
import type { Programme } from './programme.ts';

export interface PartnerRecord {
  /** Claims and wins within the programme's decay. */
  readonly claimed: number;
  readonly won: number;
  /** Offers of the last 90 days. */
  readonly offered90: number;
  readonly lastOfferedAt: Date | null;
  /** Claims now open, and claims of the current week, to be held against `capacity`. */
  readonly open: number;
  readonly week: number;
  readonly medianAnswerBusinessHours: number | null;
}

/** What happened between a partner and this very lead. */
export interface LeadHistory {
  readonly declined: boolean;
  readonly recalled: boolean;
  /** The accept was undone or the lead given back. */
  readonly undone: boolean;
  /** Was offered this lead, in any state but withdrawn by a recall of the vendor. */
  readonly offeredThisLead: boolean;
}

export type MatchPartner = Partner & { readonly record: PartnerRecord };

export interface MatchInput {
  readonly lead: Lead;
  readonly programme: Programme;
  readonly version: number;
  readonly partners: readonly MatchPartner[];
  /**
   * The same partners in the same order, without their records: a list that stays the same object from lead to lead,
   * because what is read from it is kept with it. It must never be changed. `partners` itself unless given.
   */
  readonly base?: readonly Partner[];
  /** What happened between this lead and partners, by their id. */
  readonly history?: ReadonlyMap<string, LeadHistory>;
  readonly at: Date;
  /** Spreads a text evenly over [0, 1); asked for `<lead id> <version>`. */
  readonly hash: (text: string) => number;
  readonly locate?: Locate;
  /** How many of the ranking are wanted, at least a first wave; all of them unless given. */
  readonly limit?: number;
}

export type ExclusionCode =
  | 'uncertified'
  | 'territory'
  | 'capacity'
  | 'away'
  | 'declined'
  | 'recalled'
  | 'suspended'
  | 'conflict';

/** Why a partner is out whatever the criteria say: code and cause, or undefined. One cause is enough here. */
export function barrier(
  partner: MatchPartner,
  history: LeadHistory | undefined,
  at: Date,
  lead: WishedLead,
): readonly [ExclusionCode, string] | undefined {
  if (partner.suspended) return ['suspended', 'is suspended'];
  if (history?.declined) return ['declined', 'declined this lead'];
  if (history?.recalled) return ['recalled', 'had this lead recalled'];
  if (history?.undone) return ['declined', 'gave this lead back'];
  if (history?.offeredThisLead) return ['conflict', 'was already offered this lead'];
  const lasting = lastingBarrier(partner);
  if (lasting) return lasting;
  const back = backAt(partner, at);
  if (back) return ['away', `nobody is there until ${back.toISOString().slice(0, 16)}Z`];
  return hasPaused(partner) ? declinedBeforehand(partner, at, lead) : undefined;
}

/** Nobody of the partner who is there wants such a lead: the word of whoever would be asked first says why. */
function declinedBeforehand(
  partner: Partner,
  at: Date,
  lead: WishedLead,
): readonly [ExclusionCode, string] | undefined {
  if (offerContact(partner, at, (c) => !unwanted(c, lead))) return undefined;
  const first = offerContact(partner, at);
  return first && unwanted(first, lead);
}

/** What bars a partner from every lead, whatever the day. */
export function lastingBarrier(partner: MatchPartner): readonly [ExclusionCode, string] | undefined {
  const { capacity, record } = partner;
  if (partner.suspended) return ['suspended', 'is suspended'];
  if (capacity.open !== null && record.open >= capacity.open)
    return ['capacity', `has ${record.open} of ${capacity.open} open leads`];
  if (capacity.week !== null && record.week >= capacity.week)
    return ['capacity', `has ${record.week} of ${capacity.week} leads this week`];
  return partner.contacts.every((c) => c.unreachable)
    ? ['conflict', 'has no contact to write to']
    : undefined;
}

/** The tie: least recently offered (never comes first), then id. */
export function byTurn(a: MatchPartner, b: MatchPartner): number {
  const [x, y] = [a.record.lastOfferedAt?.getTime() ?? -1, b.record.lastOfferedAt?.getTime() ?? -1];
  if (x !== y) return x - y;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
