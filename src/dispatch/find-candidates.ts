import { offerContact } from '../lead/absence.ts';
import { weekOf } from '../lead/calendar.ts';
import type { Candidate } from '../lead/distribute.ts';
import { elapsedMs } from '../lead/duration.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import {
  explainMatch,
  type LeadHistory,
  type MatchInput,
  type MatchPartner,
  matchLead,
  type PartnerExplanation,
  type Ranked,
} from '../lead/match.ts';
import type { Partner } from '../lead/partner.ts';
import { opensAt, unwanted } from '../lead/preferences.ts';
import type { Programme } from '../lead/programme.ts';
import type { Asks, Question, Tx } from '../postgres/database.ts';
import { keepExplanation } from '../postgres/explanations.ts';
import {
  medianAnswers,
  offersSince,
  type PartnerRecordRow,
  partnerRecords,
  recordsQuestion,
} from '../postgres/partner-records.ts';
import { type CountedPartner, knownPartners } from '../postgres/partners.ts';
import { locateFor } from '../postgres/postal-codes.ts';
import type { Deps } from './deps.ts';
import { shareOf } from './ids.ts';

export interface Found {
  readonly candidates: readonly Candidate[];
  readonly partners: ReadonlyMap<string, Partner>;
  readonly explanation: readonly PartnerExplanation[];
}

/** The partners who may be offered a lead now, best first. Why each stands where it stands is kept unless told not to. */
export async function findCandidates(
  tx: Tx,
  deps: Pick<Deps, 'db'>,
  c: LeadCase,
  how: { readonly keep: boolean } = { keep: true },
): Promise<Found> {
  const snapshot = await knownPartners(tx, deps.db);
  const input = await matchInput(tx, deps, c, listed(snapshot));
  const { ranked } = matchLead(input);
  const explanation = explained(input);
  if (how.keep) keepExplanation(tx, c.lead.id, c.lead.program.key, c.lead.program.version, explanation);
  return {
    candidates: ranked.flatMap((one) => candidate(one, c.lead, tx.now)),
    partners: new Map(input.partners.map((p) => [p.id, { ...p, open_claims: p.record.open }])),
    explanation,
  };
}

/** Rows of an explanation at the most: half of them the best, half of them whoever else there is. */
const mostExplained = 1_000;

/** Everybody is explained, but where there are thousands the best and as many others. */
function explained(input: MatchInput): readonly PartnerExplanation[] {
  const { partners } = input;
  if (partners.length <= mostExplained) return explainMatch(input).partners;
  const best = matchLead({ ...input, limit: mostExplained / 2 }).ranked.map((r) => r.partner);
  const known = new Set(best);
  const others = partners.filter((p) => !known.has(p)).slice(0, mostExplained - best.length);
  const { base: _, ...rest } = input;
  return explainMatch({ ...rest, partners: [...best, ...others] }).partners;
}

/** The list of a snapshot, the same one each time: what matching reads from it is kept with it. */
function listed(snapshot: ReadonlyMap<string, CountedPartner>): readonly CountedPartner[] {
  const known = lists.get(snapshot) ?? [...snapshot.values()];
  lists.set(snapshot, known);
  return known;
}
const lists = new WeakMap<ReadonlyMap<string, CountedPartner>, readonly CountedPartner[]>();

async function matchInput(
  tx: Tx,
  deps: Pick<Deps, 'db'>,
  c: LeadCase,
  snapshot: readonly CountedPartner[],
): Promise<MatchInput> {
  const { lead, programme } = c;
  const records = await partnerRecords(tx, recordsAsked(tx, c));
  const version = lead.program.version;
  // The count behind exploration is asked for only when this lead explores.
  const explores = shareOf(`${lead.id} ${version}`) < programme.matching.exploration;
  const offered = explores ? await offersSince(tx, before(tx.now, 'P90D')) : new Map<string, number>();
  const answers = await answersFor(tx, programme, tx.now);
  const partners = snapshot.map((p) =>
    withRecord(p, records.get(p.id), { offered90: offered.get(p.id), answers: answers.get(p.id) }, tx.now),
  );
  const history = historyOf(records, c);
  const input = { lead, programme, version, partners, base: snapshot, history, at: tx.now, hash: shareOf };
  return { ...input, ...(await locating(tx, deps, c, snapshot)) };
}

/** Postal codes are looked up for who gives no coordinates, and only where a programme measures distances. */
export async function locating(
  tx: Tx,
  deps: Pick<Deps, 'db'>,
  { lead, programme }: Pick<LeadCase, 'lead' | 'programme'>,
  snapshot: readonly CountedPartner[],
): Promise<Pick<MatchInput, 'locate'>> {
  if (!programme.matching.criteria.some((c) => c.kind === 'distance')) return {};
  const countries = new Set(countriesOf(snapshot));
  if (lead.prospect.lat === null && lead.prospect.country) countries.add(lead.prospect.country);
  return countries.size === 0 ? {} : { locate: await locateFor(tx, deps.db, countries) };
}

/** Countries of partners whose coordinates are missing. */
function countriesOf(snapshot: readonly CountedPartner[]): ReadonlySet<string> {
  const found =
    countriesKept.get(snapshot) ??
    new Set(snapshot.flatMap(({ location: l }) => (l && l.lat === null && l.country ? [l.country] : [])));
  countriesKept.set(snapshot, found);
  return found;
}
const countriesKept = new WeakMap<readonly CountedPartner[], ReadonlySet<string>>();

/** What matching a lead will ask of the database: for whoever has something else to ask first. */
export const recordsAsked = (
  tx: Pick<Tx, 'now'>,
  { lead, programme }: Pick<LeadCase, 'lead' | 'programme'>,
): Question => recordsQuestion(lead.id, before(tx.now, programme.matching.decay));

const before = (now: Date, duration: string): Date => new Date(now.getTime() - elapsedMs(duration));

/** How many business hours each partner takes to answer; asked only where a rule weighs it. */
export const answersFor = async (
  db: Asks,
  { matching }: Pick<Programme, 'matching'>,
  at: Date,
): Promise<ReadonlyMap<string, number>> =>
  matching.criteria.some((c) => c.kind === 'promptness')
    ? medianAnswers(db, before(at, matching.decay), at)
    : new Map();

/** A partner as the matching sees it; without a row nothing is known of its past. @param known what is counted apart */
export function withRecord(
  p: CountedPartner,
  row: PartnerRecordRow | undefined,
  known: { readonly offered90?: number | undefined; readonly answers?: number | undefined },
  at: Date,
): MatchPartner {
  return {
    ...p,
    record: {
      claimed: row?.claimed ?? 0,
      won: row?.won ?? 0,
      offered90: known.offered90 ?? 0,
      lastOfferedAt: row?.last_offered_at ?? null,
      open: row?.open_claims ?? 0,
      week: row?.claimed_week ?? claimsOfWeek(p, row, at),
      medianAnswerBusinessHours: known.answers ?? null,
    },
  };
}

/** The counter of the week, when its week is still the present one at the partner. */
const claimsOfWeek = (p: CountedPartner, row: PartnerRecordRow | undefined, at: Date): number =>
  p.capacity.week !== null && row?.claim_week && row.claim_week === weekOf(p.calendar.zone, at)
    ? (row.week_claims ?? 0)
    : 0;

/**
 * What happened between the lead and its partners; hardly any of them has a row. What the change at hand has just made of
 * the case is written after the matching, so it is added here.
 */
function historyOf(
  records: ReadonlyMap<string, PartnerRecordRow>,
  c: Pick<LeadCase, 'offers' | 'assignments'>,
): ReadonlyMap<string, LeadHistory> {
  const all = new Map<string, LeadHistory>();
  const add = (id: string, more: Partial<LeadHistory>): void =>
    void all.set(id, { ...(all.get(id) ?? nothing), ...more });
  for (const [id, { declined, recalled, undone, offered }] of records)
    if (declined || recalled || undone || offered)
      add(id, { declined, recalled, undone, offeredThisLead: offered });
  for (const { partner_id, state } of c.offers) if (state === 'declined') add(partner_id, { declined: true });
  for (const { partner_id, state } of c.assignments) {
    if (state === 'recalled') add(partner_id, { recalled: true });
    if (state === 'returned') add(partner_id, { undone: true });
  }
  return all;
}

const nothing: LeadHistory = { declined: false, recalled: false, undone: false, offeredThisLead: false };

function candidate({ partner, score }: Ranked, lead: LeadCase['lead'], at: Date): Candidate[] {
  const contact = offerContact(partner, at, (c) => !unwanted(c, lead));
  if (!contact) return [];
  const { preferences, timezone } = contact;
  const opens_at = preferences ? opensAt(preferences, timezone, at) : null;
  return [{ partner_id: partner.id, contact_id: contact.id, score, ...(opens_at ? { opens_at } : {}) }];
}
