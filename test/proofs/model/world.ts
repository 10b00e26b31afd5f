/** What the reference model knows: plain values, copied whole when two orders of events have to be tried. */

export type OfferState =
  | 'scheduled'
  | 'sent'
  | 'accepted'
  | 'declined'
  | 'expired'
  | 'lost_race'
  | 'withdrawn'
  | 'void';

export interface Offer {
  id: string;
  partner: string;
  contact: string;
  /** How well the partner fits, 0 best; whoever takes the offer over takes it along. */
  rank: number;
  wave: number;
  round: number;
  state: OfferState;
  /** When it was made; offers of one instant are one batch. */
  made: number;
  /** When it was made, or made again. */
  opened: number;
  /** When its reader said yes where yeses are collected; counts while the offer is `sent`. */
  wished: number | null;
  /** When its reader asked for another chance. */
  asked: number | null;
  /** As the database has it; what time does is only checked against it. */
  expires: number | null;
}

export interface Claim {
  id: string;
  /** Place of the accepted offer among the lead's offers; -1 for a claim by the vendor's hand. */
  offer: number;
  partner: string;
  contact: string;
  state: 'active' | 'won' | 'lost' | 'returned' | 'recalled';
  owes: 'contact' | 'update';
  at: number;
  deadline: number | null;
}

/** Something on a lead that can be taken back, or that stands in the way of taking back what was before it. */
export interface Deed {
  what:
    | 'accept'
    | 'wish'
    | 'decline'
    | 'report'
    | 'close'
    | 'return'
    | 'pass-offer'
    | 'pass-claim'
    | 'extend'
    | 'recall';
  by: string;
  /** Place of the offer (accept, decline, pass-offer) or of the claim (all others). */
  thing: number;
  at: number;
  undone: boolean;
  /** What was owed before; who had it before it was passed on; how far the distribution was. */
  was: { owes: 'contact' | 'update'; contact: string; wave: number; offers: number };
}

export type LeadState = 'qualified' | 'distributing' | 'unplaced' | 'claimed' | 'won' | 'lost';

export interface Lead {
  id: string;
  rules: string;
  state: LeadState;
  wave: number;
  offers: Offer[];
  claims: Claim[];
  deeds: Deed[];
  facts: number;
}

export interface Absence {
  contact: string;
  from: number;
  until: number;
  deputy: string | null;
}

export interface Partner {
  key: string;
  /** The distributor above. */
  above: string | null;
  contacts: readonly string[];
  cap: { open: number | null; week: number | null };
  /** The counters: claims in force, claims begun in each week, accepts taken back. */
  open: number;
  weeks: Record<string, number>;
  lastWeek: string | null;
  undone: number[];
}

export interface World {
  /** Best first: for every lead the same order. */
  partners: Partner[];
  leads: Record<string, Lead>;
  absences: Absence[];
}

export const rules: Record<string, { size: number; waves: number; fair?: boolean }> = {
  group: { size: 2, waves: 2 },
  sequence: { size: 1, waves: 4 },
  fair: { size: 3, waves: 2, fair: true },
  pool: { size: Number.POSITIVE_INFINITY, waves: 1 },
};

export const isOpen = (o: Offer): boolean => o.state === 'scheduled' || o.state === 'sent';
export const saysYes = (o: Offer): boolean => o.state === 'sent' && o.wished !== null;
export const held = (l: Lead): Claim | undefined => l.claims.find((c) => c.state === 'active');
export const partnerOf = (w: World, key: string): Partner => w.partners.find((p) => p.key === key) as Partner;
export const partnerOfContact = (w: World, contact: string): Partner =>
  w.partners.find((p) => p.contacts.includes(contact)) as Partner;

export const isAway = (w: World, contact: string, at: number): Absence | undefined =>
  w.absences.find((a) => a.contact === contact && a.from <= at && at < a.until);

/** Who answers for a contact: itself, its deputy, the deputy's deputy. */
export function standIn(w: World, contact: string, at: number): string | undefined {
  const seen = new Set<string>();
  for (let one: string | null = contact; one && !seen.has(one); ) {
    const away = isAway(w, one, at);
    if (!away) return one;
    seen.add(one);
    one = away.deputy;
  }
  return undefined;
}

/** Who gets an offer now: contacts are listed in the order in which they are asked. */
export const reader = (w: World, p: Partner, at: number): string | undefined =>
  p.contacts.map((c) => standIn(w, c, at)).find((c) => c !== undefined);

/** The Monday of an instant; everybody of this cast lives in UTC. */
export function weekOf(at: number): string {
  const day = Math.floor(at / 86_400_000);
  return new Date((day - ((day + 3) % 7)) * 86_400_000).toISOString().slice(0, 10);
}

export const newOfferOf = (l: Lead, to: Pick<Offer, 'partner' | 'contact' | 'rank'>, at: number): Offer => ({
  id: '',
  ...to,
  wave: l.wave,
  round: 1,
  state: 'scheduled',
  made: at,
  opened: at,
  asked: null,
  wished: null,
  expires: null,
});
