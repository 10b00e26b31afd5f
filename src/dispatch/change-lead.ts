import { openWave, replaceVoided, wantsWave } from '../lead/distribute.ts';
import type { Act, Change, LeadCase } from '../lead/lead-case.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { type LeadKey, type LoadedCase, lockAhead, lockCase, saveChange } from '../postgres/leads.ts';
import { dropOfferLetters } from '../postgres/letters.ts';
import { knownProgramme } from '../postgres/programs.ts';
import { keepLedger } from './book-points.ts';
import { type Actor, actOf, type Deps, vendorCalendar } from './deps.ts';
import { findCandidates } from './find-candidates.ts';
import { postLetters } from './post-letters.ts';

/** A decision about a loaded case. It may ask the transaction for more, but never waits for the outside world. */
export type Decide = (c: LeadCase, act: Act, tx: Tx) => Result<Change> | Promise<Result<Change>>;

export interface Options {
  /** Partners in the wave that the change may open; the programme's own width unless given. */
  readonly width?: number;
}

/**
 * The one shape of every use case about a lead: take its lock, load, decide, let the distribution go on, write, post
 * the letters; one transaction. Sending comes after commit.
 */
export async function changeLead(
  deps: Deps,
  key: LeadKey,
  actor: Actor,
  decide: Decide,
  options: Options = {},
): Promise<Result<LeadCase>> {
  return deps.db.inTransaction((tx) => changeLeadIn(deps, tx, key, actor, decide, options), {
    ahead: lockAhead(key),
  });
}

/** The same inside a transaction that has more to do. */
export async function changeLeadIn(
  deps: Deps,
  tx: Tx,
  key: LeadKey,
  actor: Actor,
  decide: Decide,
  options: Options = {},
): Promise<Result<LeadCase>> {
  const loaded = await lockCase(tx, deps.db, key, vendorCalendar(deps.house));
  if (!loaded) return refuse({ kind: 'not-found', what: 'lead' });
  const act = actOf(deps, tx, actor);
  const decided = await decide(loaded.case, act, tx);
  if (!decided.ok) return decided;
  return finishChange(deps, tx, loaded, decided.value, act, options);
}

/** Opens the wave a change leaves wanting, writes everything, and posts what people must be told. */
export async function finishChange(
  deps: Deps,
  tx: Tx,
  loaded: LoadedCase,
  decided: Change,
  act: Act,
  options: Options = {},
): Promise<Result<LeadCase>> {
  const change = await underNewestRules(deps, tx, decided);
  const { whole, explanation } = await continueDistribution(deps, tx, change, act, options);
  const saved = await saveChange(tx, loaded, whole, { id: act.newId, salt: () => deps.ids.secret(16) });
  if (saved === 'no-capacity') return refuseCapacity(whole.case);
  keepLedger(tx, whole, loaded.chain.seq, act);
  dropOfferLetters(tx, endedOffers(loaded.case, whole.case));
  await postLetters(deps, tx, whole, explanation);
  return ok(whole.case);
}

/**
 * A lead is dispatched under the rules of that moment, however long it waited for a qualifier or a program manager, and
 * keeps them from then on.
 */
async function underNewestRules(deps: Deps, tx: Tx, change: Change): Promise<Change> {
  const { lead } = change.case;
  const starts = lead.wave === 0 && change.facts.some((f) => f.what === 'lead.dispatched');
  const newest = starts ? await knownProgramme(tx, deps.db, lead.program.key) : undefined;
  if (!newest || newest.version === lead.program.version) return change;
  const program = { key: newest.key, version: newest.version };
  return {
    ...change,
    case: { ...change.case, programme: newest.document, lead: { ...lead, program } },
  };
}

async function continueDistribution(
  deps: Deps,
  tx: Tx,
  change: Change,
  act: Act,
  options: Options,
): Promise<{ whole: Change; explanation?: unknown }> {
  const voided = change.facts.filter((f) => f.what === 'offer.voided').length;
  const wave = wantsWave(change.case);
  if (!wave && (voided === 0 || change.case.lead.state !== 'distributing')) return { whole: change };
  const found = await findCandidates(tx, deps, change.case, { keep: wave });
  const partners = new Map([...change.case.partners, ...found.partners]);
  const known = { ...change, case: { ...change.case, partners } };
  const whole = wave
    ? openWave(known, found.candidates, act, options.width)
    : replaceVoided(known, found.candidates.slice(0, voided), act);
  return { whole, explanation: found.explanation };
}

/** Offers that are over before their letter went out: the letter is dropped. */
const endedOffers = (before: LeadCase, after: LeadCase): string[] =>
  after.offers
    .filter((o) => !['scheduled', 'sent'].includes(o.state))
    .filter((o) => before.offers.some((b) => b.id === o.id && b.state === 'scheduled'))
    .map((o) => o.id);

function refuseCapacity(c: LeadCase): Result<never> {
  const held = c.assignments.at(-1);
  const capacity = held && c.partners.get(held.partner_id)?.capacity;
  const limit = capacity?.open ?? capacity?.week ?? 0;
  return refuse({ kind: 'no-capacity', open: limit, limit });
}
