import { addBusiness, businessMs, type Calendar } from './calendar.ts';
import type { Act, Change } from './lead-case.ts';
import type { Programme, Rung } from './programme.ts';
import type { Refusal } from './refusals.ts';

/** A claim a partner holds, as far as feedback debt needs it. */
export interface HeldClaim {
  readonly id: string;
  readonly lead_id: string;
  readonly reference: string;
  readonly contact_id: string;
  readonly owes: 'contact' | 'update' | null;
  readonly deadline: Date | null;
  /** Rungs of the ladder climbed for this deadline. */
  readonly rung: number;
  /** When the relay took the first reminder or warning of this deadline; null while none is out. */
  readonly reminded_at: Date | null;
  readonly ladder: readonly Pick<Rung, 'effect'>[];
  /** The holder's business time, without absences nobody stands in for. */
  readonly calendar: Calendar;
  /** Whether the holder is away now. */
  readonly away: boolean;
}

/** A claim that owes a word: overdue and reminded of (`late`), or up a rung that stops claims (`rung`). */
export interface Debt {
  readonly claim: HeldClaim;
  readonly why: 'late' | 'rung';
}

/** What a partner owes, and whether it may claim. */
export interface Standing {
  readonly active: number;
  readonly debts: readonly Debt[];
  /** Late claims from which on no more can be claimed. */
  readonly limit: number;
  readonly blocked: boolean;
}

/** Whoever was reminded a moment ago has not had the time to answer. */
const grace = 4 * 3_600_000;

/**
 * Feedback debt: claims whose contact or update is a working day overdue and whose reminder went out four business
 * hours ago. Time away counts for neither, and while its holder is away a claim owes nothing. Claims are blocked by as many
 * late ones as the programme allows, or by a tenth of all where that is more; or by a rung that says so.
 */
export function standingOf(
  claims: readonly HeldClaim[],
  rules: Pick<Programme['standing'], 'debt_limit'>,
  at: Date,
): Standing {
  const debts = claims.flatMap((claim): Debt[] => {
    const why = debtOf(claim, at);
    return why ? [{ claim, why }] : [];
  });
  debts.sort((a, b) => (a.claim.deadline?.getTime() ?? 0) - (b.claim.deadline?.getTime() ?? 0));
  const limit = Math.max(1, rules.debt_limit, Math.ceil(claims.length / 10));
  const late = debts.filter((d) => isLate(d.claim, at)).length;
  const blocked = late >= limit || debts.some((d) => d.why === 'rung');
  return { active: claims.length, debts, limit, blocked };
}

function debtOf(claim: HeldClaim, at: Date): Debt['why'] | undefined {
  if (claim.away || !claim.deadline || claim.deadline > at) return undefined;
  if (claim.ladder.slice(0, claim.rung).some((rung) => rung.effect === 'block_claims')) return 'rung';
  return isLate(claim, at) ? 'late' : undefined;
}

function isLate({ deadline, reminded_at: reminded, calendar }: HeldClaim, at: Date): boolean {
  if (!deadline || !reminded) return false;
  return addBusiness(calendar, deadline, 'P1D') <= at && businessMs(calendar, reminded, at) >= grace;
}

/** Why a partner of this standing cannot claim. @param until of its own hold on the offer, while one runs */
export const blockedBy = (standing: Standing | undefined, until: Date | null): Refusal | undefined =>
  standing?.blocked
    ? { kind: 'claims-blocked', debts: standing.debts.length, limit: standing.limit, until }
    : undefined;

/** Recalls by the ladder only: what the vendor takes back by hand is no fault of the partner's. */
export const recallsIn = (change: Change): boolean =>
  change.facts.some((f) => f.what === 'assignment.recalled' && f.channel === 'timer');

/**
 * What a recall by the ladder does to the partner: it is counted, and at the programme's number, or where the rung says
 * so, the partner is suspended until somebody lifts it. The fact says which recall of how many it was.
 *
 * @param earlier recalls by the ladder within the programme's period, since the last suspension was lifted
 */
export function countRecall(change: Change, earlier: number, act: Act): Change {
  const { recalls } = change.case.programme.standing;
  const nth = earlier + 1;
  const facts = change.facts.flatMap((f) => {
    if (f.what !== 'assignment.recalled' || f.channel !== 'timer') return [f];
    const counted = { ...f, data: { ...f.data, recall: nth, recalls } };
    const reason = f.data['effect'] === 'suspend' ? 'ladder' : nth >= recalls ? 'recalls' : null;
    if (!reason || isSuspended(change, f.id)) return [counted];
    const data = { partner: partnerOf(change, f.id), reason, recall: nth, recalls };
    const begun = { ...f, what: 'suspension.begun', from: null, to: null, data, words: null } as const;
    return [counted, { ...begun, at: act.at }];
  });
  return { ...change, facts };
}

const partnerOf = ({ case: c }: Change, assignmentId: string): string =>
  c.assignments.find((a) => a.id === assignmentId)?.partner_id ?? '';

const isSuspended = (change: Change, assignmentId: string): boolean =>
  change.case.partners.get(partnerOf(change, assignmentId))?.suspended ?? false;
