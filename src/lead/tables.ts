/**
 * The state tables: which move leads from which state to which. A table says "may it"; the decision functions
 * say "should it, and what follows". CHECK constraints in the schema hold the same words (a test compares them).
 */
type Table<S extends string, M extends string> = Readonly<Record<S, Readonly<Partial<Record<M, S>>>>>;

export const leadStates = [
  'captured',
  'qualifying',
  'qualified',
  'distributing',
  'unplaced',
  'claimed',
  'won',
  'lost',
  'nurture',
  'disqualified',
  'duplicate',
  'erased',
] as const;
export type LeadState = (typeof leadStates)[number];
export type LeadMove =
  | 'assess'
  | 'qualify'
  | 'disqualify'
  | 'nurture'
  | 'mark_duplicate'
  | 'dispatch'
  | 'exhaust'
  | 'claim'
  | 'free'
  | 'hold'
  | 'win'
  | 'lose'
  | 'reopen'
  | 'resume'
  | 'undo_verdict'
  | 'undo_nurture'
  | 'erase';

export const leadMoves = {
  captured: { assess: 'qualifying', erase: 'erased' },
  qualifying: {
    qualify: 'qualified',
    disqualify: 'disqualified',
    nurture: 'nurture',
    mark_duplicate: 'duplicate',
    erase: 'erased',
  },
  qualified: { dispatch: 'distributing', undo_verdict: 'qualifying', erase: 'erased' },
  distributing: { claim: 'claimed', exhaust: 'unplaced', undo_verdict: 'qualifying', erase: 'erased' },
  unplaced: { claim: 'claimed', dispatch: 'distributing', undo_verdict: 'qualifying', erase: 'erased' },
  claimed: { win: 'won', lose: 'lost', free: 'distributing', hold: 'qualified', erase: 'erased' },
  won: { reopen: 'claimed', erase: 'erased' },
  lost: { reopen: 'claimed', nurture: 'nurture', erase: 'erased' },
  nurture: { resume: 'qualifying', undo_nurture: 'lost', erase: 'erased' },
  disqualified: { undo_verdict: 'qualifying', erase: 'erased' },
  duplicate: { undo_verdict: 'qualifying', erase: 'erased' },
  erased: {},
} as const satisfies Table<LeadState, LeadMove>;

export const offerStates = [
  'scheduled',
  'sent',
  'accepted',
  'declined',
  'expired',
  'lost_race',
  'withdrawn',
  'void',
] as const;
export type OfferState = (typeof offerStates)[number];
export type OfferMove =
  | 'send'
  | 'accept'
  | 'decline'
  | 'expire'
  | 'lose'
  | 'withdraw'
  | 'void'
  | 'reopen'
  | 'undo_decline'
  | 'undo_accept';

export const offerMoves = {
  scheduled: { send: 'sent', lose: 'lost_race', withdraw: 'withdrawn', void: 'void' },
  sent: {
    accept: 'accepted',
    decline: 'declined',
    expire: 'expired',
    lose: 'lost_race',
    withdraw: 'withdrawn',
    void: 'void',
  },
  accepted: { undo_accept: 'withdrawn' },
  declined: { undo_decline: 'sent' },
  expired: { accept: 'accepted', withdraw: 'withdrawn', reopen: 'sent' },
  lost_race: { reopen: 'sent' },
  withdrawn: { reopen: 'sent' },
  void: {},
} as const satisfies Table<OfferState, OfferMove>;

export const assignmentStates = ['active', 'won', 'lost', 'returned', 'recalled'] as const;
export type AssignmentState = (typeof assignmentStates)[number];
export type AssignmentMove = 'win' | 'lose' | 'return' | 'recall' | 'reopen';

export const assignmentMoves = {
  active: { win: 'won', lose: 'lost', return: 'returned', recall: 'recalled' },
  won: { reopen: 'active' },
  lost: { reopen: 'active' },
  returned: { reopen: 'active' },
  recalled: { reopen: 'active' },
} as const satisfies Table<AssignmentState, AssignmentMove>;

export const phases = ['claimed', 'contacted', 'qualified', 'proposal', 'won', 'lost'] as const;
export type Phase = (typeof phases)[number];

export const letterStates = ['due', 'sending', 'sent', 'parked', 'dead', 'dropped'] as const;
export type LetterState = (typeof letterStates)[number];
export type LetterMove = 'take' | 'deliver' | 'retry' | 'park' | 'give_up' | 'drop' | 'revive';

export const letterMoves = {
  due: { take: 'sending', drop: 'dropped' },
  sending: { deliver: 'sent', retry: 'due', park: 'parked', give_up: 'dead', drop: 'dropped' },
  sent: {},
  parked: { revive: 'due' },
  dead: { revive: 'due' },
  dropped: {},
} as const satisfies Table<LetterState, LetterMove>;

export const inboundStates = [
  'received',
  'applied',
  'proposed',
  'noted',
  'ignored',
  'unmatched',
  'suspicious',
  'quarantined',
] as const;
export type InboundState = (typeof inboundStates)[number];
export type InboundMove = 'apply' | 'propose' | 'note' | 'ignore' | 'unmatch' | 'suspect' | 'quarantine';

const settled = {
  apply: 'applied',
  propose: 'proposed',
  note: 'noted',
  ignore: 'ignored',
} as const;
export const inboundMoves = {
  received: { ...settled, unmatch: 'unmatched', suspect: 'suspicious', quarantine: 'quarantined' },
  applied: {},
  proposed: settled,
  noted: {},
  ignored: {},
  unmatched: settled,
  suspicious: settled,
  quarantined: settled,
} as const satisfies Table<InboundState, InboundMove>;

/** Where a move leads, or undefined where the table has no such arrow. */
export const moved = <S extends string, M extends string>(
  table: Table<S, M>,
  from: S,
  move: M,
): S | undefined => table[from][move];

/** The moves a state allows, for error messages; what only an undo within its ten minutes may do is left out. */
export const allowedMoves = <S extends string, M extends string>(table: Table<S, M>, from: S): M[] =>
  (Object.keys(table[from]) as M[]).filter((move) => !move.startsWith('undo_'));

/** Lead states in which somebody still has a next step (invariant I1). */
export const openLeadStates = [
  'captured',
  'qualifying',
  'qualified',
  'distributing',
  'claimed',
  'unplaced',
  'nurture',
] as const satisfies readonly LeadState[];
export const isOpenLead = (s: LeadState): boolean => (openLeadStates as readonly LeadState[]).includes(s);

/** Offers that still compete for the lead. */
export const openOfferStates = ['scheduled', 'sent'] as const satisfies readonly OfferState[];
export const isOpenOffer = (s: OfferState): boolean => (openOfferStates as readonly OfferState[]).includes(s);
