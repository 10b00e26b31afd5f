import { restored } from './before.ts';
import { isFree } from './distribute.ts';
import type { FactName, StoredFact } from './facts.ts';
import { noWish } from './fair.ts';
import {
  type Act,
  type Change,
  changeOf,
  type Draft,
  draftOf,
  type LeadCase,
  lastAssignment,
  moveAssignment,
  moveLead,
  moveOffer,
  note,
  setAssignment,
} from './lead-case.ts';
import type { Offer } from './offer.ts';
import { isPassOn } from './pass-on.ts';
import { closed } from './report-status.ts';
import { ok, type Result, refuse } from './result.ts';
import { rewind } from './rewind.ts';
import { isOpenOffer } from './tables.ts';

/** How long an act can be taken back. */
export const undoMinutes = 10;
/** Undone accepts within 30 days after which accepts cannot be undone any more: contact harvesting. */
export const undoneAcceptsAllowed = 2;

const verdictFacts = [
  'lead.qualified',
  'lead.disqualified',
  'lead.nurtured',
  'lead.marked_duplicate',
  'lead.needs_more',
] as const satisfies readonly FactName[];

/** Acts that moved the whole lead. */
const rewindable: ReadonlySet<FactName> = new Set([
  'assignment.returned',
  'assignment.recalled',
  'assignment.assigned',
  'lead.recalled',
  ...verdictFacts,
]);

const undoable: ReadonlySet<FactName> = new Set([
  'offer.accepted',
  'offer.wished',
  'offer.declined',
  'status.reported',
  'assignment.won',
  'assignment.lost',
  'offer.passed_on',
  'assignment.passed_on',
  'assignment.returned',
  'assignment.recalled',
  'assignment.assigned',
  'assignment.extended',
  'escalation.answered',
  'lead.recalled',
  ...verdictFacts,
]);

/** The act an undo by this person would take back, whether or not its time is over. */
export function lastAct(c: LeadCase, personId: string): StoredFact | undefined {
  const undone = undoneActs(c);
  return c.facts.findLast(
    (f) => undoable.has(f.what) && f.who.id === personId && !undone.has(f.seq) && !isPartOf(c, f),
  );
}

/** A recall that made room for an assignment by hand is taken back with it, and a taking back is no act to take back. */
const isPartOf = (c: LeadCase, fact: StoredFact): boolean =>
  (fact.what === 'assignment.recalled' && fact.data['next'] === 'assign') ||
  (fact.what === 'assignment.returned' && c.facts.some((f) => f.what === 'act.undone' && sameAct(f, fact)));

const sameAct = (one: StoredFact, other: StoredFact): boolean =>
  one.at.getTime() === other.at.getTime() && one.who.id === other.who.id;

const undoneActs = (c: LeadCase): ReadonlySet<unknown> => new Set(c.facts.map((f) => f.data['undoes']));

/** Until when that act can be undone. */
export const undoUntil = (fact: StoredFact): Date => new Date(fact.at.getTime() + undoMinutes * 60_000);

/**
 * Takes back the person's last act on this lead.
 *
 * @param undoneAccepts accepts this person's partner has undone in the last 30 days, over all leads
 */
export function undo(c: LeadCase, undoneAccepts: number, act: Act): Result<Change> {
  const fact = act.who.id ? lastAct(c, act.who.id) : undefined;
  if (!fact) return refuse({ kind: 'nothing-to-undo' });
  const until = undoUntil(fact);
  if (until < act.at) return refuse({ kind: 'undo-too-late', until });
  if (isPassOn(fact)) return undoPassOn(draftOf(c, act), fact, undoneAccepts);
  if (passedOn(c, fact, act)) return refuse({ kind: 'not-yours' });
  const d = draftOf(c, act);
  if (fact.what === 'offer.accepted') return undoAccept(d, fact, undoneAccepts);
  if (fact.what === 'offer.wished') return undoWish(d, fact);
  if (fact.what === 'offer.declined') return undoDecline(d, fact);
  if (rewindable.has(fact.what)) return rewind(d, fact);
  if (fact.what === 'assignment.extended' || fact.what === 'escalation.answered') return undoTime(d, fact);
  return undoReport(d, fact);
}

/** Accepting and undoing again and again reads like harvesting contacts: it stands on the timeline, and somebody is told. */
export function noteUsedUp(c: LeadCase, act: Act): Result<Change> {
  const d = draftOf(c, act);
  note(d, 'undo.exhausted', { thing: 'lead', id: c.lead.id });
  return ok(changeOf(d));
}

/** The claim has gone to a colleague since: what was done on it is no longer this person's to take back. */
function passedOn(c: LeadCase, fact: StoredFact, { who }: Act): boolean {
  const held = c.assignments.find(
    (a) => a.id === fact.id || (a.offer_id === fact.id && a.state === 'active'),
  );
  return who.kind === 'contact' && held !== undefined && held.contact_id !== who.id;
}

/** Undoing an accept is a return: the reveal stays on record and the partner gets no further offer of the lead. */
function undoAccept(d: Draft, fact: StoredFact, undoneAccepts: number): Result<Change> {
  const held = d.assignments.find((a) => a.offer_id === fact.id && a.state === 'active');
  if (!held) return refuse({ kind: 'nothing-to-undo' });
  if (undoneAccepts >= undoneAcceptsAllowed) return refuse({ kind: 'undo-used-up' });
  const extra = { data: { undoes: fact.seq } };
  moveAssignment(d, held.id, 'return', 'claim.undone', closed, extra);
  moveOffer(d, fact.id, 'undo_accept', 'offer.withdrawn', {});
  moveLead(d, 'free', 'lead.freed', { wave: 0 });
  return ok(changeOf(d));
}

/** A yes that is only noted is taken back before it is decided; nothing was revealed. */
function undoWish(d: Draft, fact: StoredFact): Result<Change> {
  const offer = d.offers.find((o) => o.id === fact.id);
  if (offer?.state !== 'sent' || !offer.wished_at) return refuse({ kind: 'nothing-to-undo' });
  d.offers = d.offers.map((o) => (o.id === offer.id ? { ...o, ...noWish } : o));
  note(d, 'wish.undone', { thing: 'offer', id: offer.id, data: { undoes: fact.seq } });
  return ok(changeOf(d));
}

function undoDecline(d: Draft, fact: StoredFact): Result<Change> {
  const offer = d.offers.find((o) => o.id === fact.id);
  if (offer?.state !== 'declined' || !isFree(d.base)) return refuse({ kind: 'nothing-to-undo' });
  const extra = { data: { undoes: fact.seq } };
  moveOffer(d, fact.id, 'undo_decline', 'decline.undone', { answered_at: null, reason: null }, extra);
  if (d.lead.state === 'unplaced') moveLead(d, 'dispatch', 'lead.dispatched', { wave: d.lead.wave });
  withdrawUnsent(d, fact);
  return ok(changeOf(d));
}

/** Offers that came into being with an act, or after it. */
function madeSince(d: Draft, fact: StoredFact): Offer[] {
  const young = new Set(
    d.base.facts.filter((f) => f.what === 'offer.scheduled' && f.seq > fact.seq).map((f) => f.id),
  );
  return d.offers.filter((o) => young.has(o.id));
}

/** The next wave that the no has opened goes back to sleep, unless a letter of it has left: whoever is asked is asked. */
function withdrawUnsent(d: Draft, fact: StoredFact): void {
  const made = madeSince(d, fact);
  if (made.some((o) => o.state !== 'scheduled')) return;
  for (const o of made) moveOffer(d, o.id, 'withdraw', 'offer.withdrawn', { answered_at: d.act.at });
  if (typeof fact.data['was_wave'] === 'number') d.lead = { ...d.lead, wave: fact.data['was_wave'] };
}

/**
 * Back with whoever had it. A claim seen by somebody else stays seen, so it counts with the undone accepts: passing
 * round and back is no way to collect customers either.
 */
function undoPassOn(d: Draft, fact: StoredFact, undoneAccepts: number): Result<Change> {
  const { data } = fact;
  const [contact_id, partner_id] = [String(data['from']), String(data['from_partner'])];
  const back = { data: { undoes: fact.seq, to: data['to'] ?? null, to_partner: data['to_partner'] ?? null } };
  if (fact.what === 'assignment.passed_on') {
    const held = d.assignments.find((a) => a.id === fact.id && a.state === 'active');
    if (!held || held.contact_id !== data['to'] || followed(d.base, fact))
      return refuse({ kind: 'nothing-to-undo' });
    if (undoneAccepts >= undoneAcceptsAllowed) return refuse({ kind: 'undo-used-up' });
    const via = data['was_via'];
    setAssignment(d, held.id, {
      contact_id,
      partner_id,
      via_partner_id: typeof via === 'string' ? via : null,
    });
    note(d, 'pass_on.undone', { thing: 'assignment', id: held.id, ...back });
    return ok(changeOf(d));
  }
  const offer = d.offers.find((o) => o.id === fact.id);
  const made = madeSince(d, fact).filter((o) => o.created_at.getTime() === fact.at.getTime());
  if (offer?.state !== 'withdrawn' || made.some((o) => !isOpenOffer(o.state)))
    return refuse({ kind: 'nothing-to-undo' });
  for (const one of made)
    moveOffer(
      d,
      one.id,
      'withdraw',
      'offer.withdrawn',
      { answered_at: d.act.at },
      { data: { undone: true } },
    );
  moveOffer(d, offer.id, 'reopen', 'pass_on.undone', { answered_at: null }, back);
  return ok(changeOf(d));
}

/** More time, or silence, that the vendor gave: the deadline and its ladder are as they were. */
function undoTime(d: Draft, fact: StoredFact): Result<Change> {
  const held = d.assignments.find((a) => a.id === fact.id && a.state === 'active');
  if (!held || followed(d.base, fact)) return refuse({ kind: 'undo-blocked', why: 'moved-on' });
  note(d, 'act.undone', { thing: 'assignment', id: held.id, data: { undoes: fact.seq, did: fact.what } });
  setAssignment(d, held.id, restored(fact));
  return ok(changeOf(d));
}

function undoReport(d: Draft, fact: StoredFact): Result<Change> {
  const held = d.assignments.find((a) => a.id === fact.id);
  if (!held || followed(d.base, fact)) return refuse({ kind: 'nothing-to-undo' });
  const extra = { data: { undoes: fact.seq } };
  if (fact.what === 'status.reported') {
    if (held.state !== 'active') return refuse({ kind: 'nothing-to-undo' });
    const about = {
      thing: 'assignment',
      id: held.id,
      from: held.stage,
      to: String(fact.data['was_stage']),
    } as const;
    note(d, 'status.reverted', { ...about, ...extra });
  } else {
    if (d.lead.state !== held.state || lastAssignment(d)?.id !== held.id)
      return refuse({ kind: 'nothing-to-undo' });
    moveAssignment(d, held.id, 'reopen', 'status.reverted', { outcome: null }, extra);
    moveLead(d, 'reopen', 'lead.reopened');
  }
  setAssignment(d, held.id, restored(fact));
  return ok(changeOf(d));
}

const follows: ReadonlySet<FactName> = new Set([
  'status.reported',
  'assignment.extended',
  'escalation.answered',
]);

/** Somebody else has since reported on the claim or given it time: putting back what was before would wipe that out. */
function followed(c: LeadCase, fact: StoredFact): boolean {
  const undone = undoneActs(c);
  return c.facts.some(
    (f) => f.seq > fact.seq && f.id === fact.id && follows.has(f.what) && !undone.has(f.seq),
  );
}
