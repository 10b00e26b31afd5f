/** The words of the timeline, past tense. A fact holds ids, codes and numbers only; free text lies in a note. */
export const factNames = [
  'lead.captured',
  'lead.assessed',
  'lead.qualified',
  'lead.disqualified',
  'lead.nurtured',
  'lead.marked_duplicate',
  'lead.needs_more',
  'lead.resumed',
  'lead.dispatched',
  'lead.matched',
  'lead.unplaced',
  'lead.freed',
  'lead.held',
  'lead.recalled',
  'lead.claimed',
  'lead.won',
  'lead.lost',
  'lead.reopened',
  'offer.scheduled',
  'offer.sent',
  'offer.accepted',
  'offer.declined',
  'offer.reasoned',
  'offer.expired',
  'offer.lost',
  'offer.withdrawn',
  'offer.voided',
  'offer.reopened',
  'offer.passed_on',
  'offer.paused',
  'offer.wished',
  'wish.undone',
  'chance.asked',
  'hold.taken',
  'queue.joined',
  'queue.missed',
  'suspension.begun',
  'suspension.lifted',
  'claim.undone',
  'decline.undone',
  'pass_on.undone',
  'act.undone',
  'assignment.started',
  'assignment.won',
  'assignment.lost',
  'assignment.returned',
  'assignment.recalled',
  'assignment.reopened',
  'assignment.extended',
  'assignment.paused',
  'assignment.handed_over',
  'assignment.passed_on',
  'assignment.assigned',
  'status.reported',
  'status.reverted',
  'note.added',
  'reminder.sent',
  'warning.sent',
  'escalation.raised',
  'vendor.reminded',
  'escalation.answered',
  'qualify.requested',
  'place.requested',
  'undo.exhausted',
  'reply.suspected',
  'automation.suspected',
  'duplicate.suspected',
  'letter.bounced',
  'letter.complained',
  'lead.erased',
] as const;
export type FactName = (typeof factNames)[number];

export type Thing = 'lead' | 'offer' | 'assignment' | 'letter' | 'inbound';
export const channels = [
  'link',
  'reply',
  'native',
  'api',
  'cli',
  'console',
  'form',
  'import',
  'mail',
  'prospect',
  'timer',
] as const;
export type Channel = (typeof channels)[number];

/** Who did it. `name` is resolved when a timeline is read, never stored in a fact. */
export interface Who {
  readonly kind: 'contact' | 'user' | 'prospect' | 'key' | 'system';
  readonly id: string | null;
}

export interface Evidence {
  readonly letter_id?: string;
  readonly inbound_id?: string;
  readonly rule?: string;
}

export type FactData = Readonly<Record<string, string | number | boolean | null>>;

export interface Fact {
  readonly what: FactName;
  readonly thing: Thing;
  readonly id: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly at: Date;
  readonly who: Who;
  readonly channel: Channel;
  readonly evidence: Evidence;
  readonly data: FactData;
  /** Free text that belongs to the fact (words of a reply, a reason); stored apart, with its own salt. */
  readonly words: string | null;
}

/** A fact that has its place in the lead's sequence. */
export interface StoredFact extends Fact {
  readonly seq: number;
}
