import { type Calendar, weekOf } from '../lead/calendar.ts';
import type { Lead } from '../lead/lead.ts';
import { type Change, isMistake, type LeadCase } from '../lead/lead-case.ts';
import { nextStep, otherStep, wakeAt } from '../lead/next-step.ts';
import type { Offer } from '../lead/offer.ts';
import type { Asks, Database, Question, Tx } from './database.ts';
import { appendFacts, type ChainEnd, type FactIds } from './facts.ts';
import { dropLookups } from './lead-keys.ts';
import { insertOffers, loadParts, partsQuestion, saveAssignments, updateOffers } from './lead-parts.ts';
import { type LeadRow, leadColumns, leadOf } from './lead-rows.ts';
import { saveWaits } from './offer-waits.ts';
import { giveCapacityBack, knownPartners, partnersById, takeCapacity } from './partners.ts';
import { programmeVersion } from './programs.ts';

/** How a lead is found before it is locked. */
export type LeadKey =
  | { readonly id: string }
  | { readonly reference: string }
  /** The id of the lead itself, or of one of its offers or assignments: what a link is about. */
  | { readonly about: string };

/** A case as loaded, with what saving it needs to know. */
export interface LoadedCase {
  readonly case: LeadCase;
  readonly chain: ChainEnd;
}

/** Whose programmes and partners are remembered, and what calendars are loaded with. */
type Loads = Pick<Database, 'holidays'>;

/** Facts an undo may have to look at: the acts of one person within ten minutes, with room for the rest. */
const factsForUndo = 120;

/**
 * Takes the lead's lock, then loads everything a decision may look at. The lock comes first: under READ COMMITTED
 * what is read after it is what the previous holder of the lock committed.
 */
export const lockCase = (
  tx: Tx,
  cache: Loads,
  key: LeadKey,
  vendor: Calendar,
): Promise<LoadedCase | undefined> => loadCase(tx, cache, caseQuestions(key, true), vendor);

/** What `lockCase` will ask: for a transaction that asks it while it begins. */
export const lockAhead = (key: LeadKey): Question[] => Object.values(caseQuestions(key, true));

/** The same for `readCase`. */
export const readAhead = (key: LeadKey): Question[] => Object.values(caseQuestions(key, false));

/** The same without the lock, for pages that only show. */
export const readCase = (
  tx: Asks,
  cache: Loads,
  key: LeadKey,
  vendor: Calendar,
): Promise<LoadedCase | undefined> => loadCase(tx, cache, caseQuestions(key, false), vendor);

async function loadCase(
  tx: Asks | Tx,
  cache: Loads,
  { row, parts }: CaseQuestions,
  vendor: Calendar,
): Promise<LoadedCase | undefined> {
  // Asked one after the other and answered in that order: the parts are read when the lock is held.
  const [rows, loaded] = await Promise.all([tx.query<LeadRow>(row.text, row.values), loadParts(tx, parts)]);
  const found = rows[0];
  if (!found) return undefined;
  const lead = leadOf(found);
  const named = [...new Set([...loaded.offers, ...loaded.assignments].map((x) => x.partner_id))];
  return {
    case: {
      lead,
      programme: await programmeVersion(tx, cache, lead.program.key, lead.program.version),
      ...loaded,
      partners: await partnersNamed(tx, cache, named),
      vendor,
    },
    chain: { seq: found.fact_seq, hash: found.fact_hash },
  };
}

/** From memory where that is as young as the transaction; somebody enrolled since then is read. */
async function partnersNamed(
  tx: Asks | Tx,
  cache: Loads,
  ids: readonly string[],
): Promise<LeadCase['partners']> {
  if ('versions' in tx) {
    const known = await knownPartners(tx, cache);
    if (ids.every((id) => known.has(id))) return known;
  }
  return new Map((await partnersById(tx, cache, ids)).map((p) => [p.id, p]));
}

interface CaseQuestions {
  readonly row: Question;
  readonly parts: Question;
}

/** SQL that finds a lead's id from $1. */
const leadIds = {
  id: '$1::uuid',
  reference: '(select r.id from leads r where r.reference = $1)',
  about: `coalesce((select o.lead_id from offers o where o.id = $1),
    (select a.lead_id from assignments a where a.id = $1), $1)`,
} as const;

function caseQuestions(key: LeadKey, lock: boolean): CaseQuestions {
  const [how, value] = Object.entries(key)[0] as [keyof typeof leadIds, string];
  const row = `select ${leadColumns} from leads l where l.id = ${leadIds[how]} ${lock ? 'for update of l' : ''}`;
  return { row: { text: row, values: [value] }, parts: partsQuestion(leadIds[how], value, factsForUndo) };
}

/** Writes a lead that has just been captured. @returns false when its reference or (source, external id) is taken */
export async function insertLead(tx: Tx, lead: Lead): Promise<boolean> {
  const rows = await tx.query(
    `insert into leads (id, reference, external_id, source, campaign, cost_minor, cost_currency, program_key,
       program_version, state, temperature, quality, summary, brief, products, industries, languages, value_minor,
       value_currency, expected_close, prospect, consent, custom, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
     on conflict do nothing returning id`,
    [
      lead.id,
      lead.reference,
      lead.external_id,
      lead.source,
      lead.campaign,
      lead.cost?.minor ?? null,
      lead.cost?.currency ?? null,
      lead.program.key,
      lead.program.version,
      lead.state,
      lead.temperature,
      lead.quality,
      lead.summary,
      lead.brief,
      lead.products,
      lead.industries,
      lead.languages,
      lead.value?.minor ?? null,
      lead.value?.currency ?? null,
      lead.expected_close,
      JSON.stringify(lead.prospect),
      lead.consent && JSON.stringify(lead.consent),
      JSON.stringify(lead.custom),
      lead.created_at,
    ],
  );
  return rows.length === 1;
}

/**
 * Writes a change: the lead with its recomputed next step, what happened to offers and assignments, the facts.
 *
 * @returns `no-capacity` when the claim would exceed the partner's cap; the transaction must then be rolled back
 */
export async function saveChange(
  tx: Tx,
  before: LoadedCase,
  change: Change,
  ids: FactIds,
): Promise<'saved' | 'no-capacity'> {
  const after = change.case;
  if (!(await settleCapacity(tx, before.case, change))) return 'no-capacity';
  insertOffers(
    tx,
    after.lead.id,
    after.offers.filter((o) => !before.case.offers.some((b) => b.id === o.id)),
  );
  updateOffers(tx, after.lead.id, changed(before.case.offers, after.offers));
  saveAssignments(
    tx,
    after.lead.id,
    after.assignments.filter((a) => !before.case.assignments.includes(a)),
  );
  saveWaits(
    tx,
    after.lead.id,
    (after.waits ?? []).filter((w) => !before.case.waits?.includes(w)),
  );
  const end = appendFacts(tx, after.lead.id, before.chain, change.facts, ids);
  updateLead(tx, after, end);
  return 'saved';
}

const changed = (before: readonly Offer[], after: readonly Offer[]): Offer[] =>
  after.filter((o) => before.some((b) => b.id === o.id && b !== o));

function updateLead(tx: Tx, c: LeadCase, end: ChainEnd): void {
  const { lead } = c;
  if (lead.state === 'erased') dropLookups(tx, lead.id);
  tx.send(
    `update leads set state = $2, wave = $3, due_at = $4, chased = $5, wake_at = $6, next_step = $7, fact_seq = $8,
       fact_hash = $9, program_key = $10, program_version = $11, other_step = $12, wake_errors = 0 where id = $1`,
    [
      lead.id,
      lead.state,
      lead.wave,
      lead.due_at,
      lead.chased,
      wakeAt(c, tx.now),
      JSON.stringify(nextStep(c)),
      end.seq,
      end.hash,
      lead.program.key,
      lead.program.version,
      jsonOrNull(otherStep(c)),
    ],
  );
}

const jsonOrNull = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/**
 * A claim that begins takes a place of its partner's capacity, one that ends gives it back. Places are taken first: when
 * there is none, nothing has been given back that the lead still needs.
 */
async function settleCapacity(tx: Tx, before: LeadCase, change: Change): Promise<boolean> {
  const { taken, given } = placesOf(before, change);
  for (const { partner, week } of taken) if (!(await takeCapacity(tx, partner, week))) return false;
  for (const { partner, week } of given) await giveCapacityBack(tx, partner, week);
  return true;
}

/** A place of a partner; `week` is null where it is none of a week's. */
interface CapacityPlace {
  readonly partner: string;
  readonly week: string | null;
}

function placesOf(before: LeadCase, change: Change): Record<'taken' | 'given', readonly CapacityPlace[]> {
  const { partners, assignments } = change.case;
  const taken: CapacityPlace[] = [];
  const given: CapacityPlace[] = [];
  for (const held of assignments) {
    const known = before.assignments.find((a) => a.id === held.id);
    const was = known?.state === 'active';
    const is = held.state === 'active';
    if (was && is && known.partner_id !== held.partner_id) {
      // Passed on to another company: its place of the week was taken when the lead was claimed.
      given.push({ partner: known.partner_id, week: null });
      taken.push({ partner: held.partner_id, week: null });
    }
    if (was === is) continue;
    const zone = partners.get(held.partner_id)?.calendar.zone ?? 'UTC';
    const week = weekOf(zone, held.claimed_at);
    const undone = change.facts.some(
      (f) => (f.what === 'claim.undone' && f.id === held.id) || isMistake(f, held.id),
    );
    if (was) given.push({ partner: held.partner_id, week: undone ? week : null });
    else taken.push({ partner: held.partner_id, week: known ? null : week });
  }
  return { taken, given };
}
