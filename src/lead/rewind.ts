import { restored } from './before.ts';
import { addOffer, isFree } from './distribute.ts';
import type { StoredFact } from './facts.ts';
import {
  activeAssignment,
  type Change,
  changeOf,
  type Draft,
  type LeadCase,
  moveAssignment,
  moveLead,
  moveOffer,
  note,
  setAssignment,
} from './lead-case.ts';
import { closed } from './report-status.ts';
import { ok, type Result, refuse } from './result.ts';
import { isOpenOffer, type LeadMove, type LeadState, leadMoves, leadStates } from './tables.ts';

/**
 * Takes back an act that moved the whole lead (a return, a recall, an assignment by hand, a verdict): offers and claims
 * that came of it end, those that it ended are in force again, and the lead stands where it stood. Whatever somebody
 * else has made of it since is theirs: then it is refused.
 */
export function rewind(d: Draft, fact: StoredFact): Result<Change> {
  const now = activeAssignment(d);
  const made = fact.what === 'assignment.assigned' ? fact.id : null;
  const was = String(fact.data['was_lead']) as LeadState;
  const ended = fact.data['was_held'] ?? (fact.what === 'assignment.assigned' ? null : fact.id);
  if (now && now.id !== made) return refuse({ kind: 'undo-blocked', why: 'claimed' });
  if (made && (!now || touched(d.base, fact))) return refuse({ kind: 'undo-blocked', why: 'moved-on' });
  const way = wayBack(d.lead.state, was);
  if (!way || (!made && !isWaiting(d.base)) || overtaken(d.base, fact))
    return refuse({ kind: 'undo-blocked', why: 'moved-on' });
  note(d, 'act.undone', { ...aboutOf(d, fact), data: { undoes: fact.seq, did: fact.what } });
  if (made) moveAssignment(d, made, 'return', 'assignment.returned', closed);
  endOffersSince(d, fact);
  // The lead first: an offer made anew belongs to the wave it stood in.
  leadBack(d, fact, way);
  reopenOffers(d, fact);
  const again = d.assignments.find((a) => a.id === ended);
  if (again) {
    moveAssignment(d, again.id, 'reopen', 'assignment.reopened', { outcome: null });
    setAssignment(d, again.id, restored(fact));
  }
  return ok(changeOf(d));
}

/**
 * Takes an accept back as if it had not been: the claim is void, the offer and those that lost to it are open again, and
 * nobody is told. Undefined when there is no such claim in force.
 */
export function rewindAccept(d: Draft, fact: StoredFact): Change | undefined {
  const held = d.assignments.find((a) => a.offer_id === fact.id && a.state === 'active');
  const way = wayBack(d.lead.state, String(fact.data['was_lead']) as LeadState);
  if (!held || !way) return undefined;
  const quietly = { data: { automation: true } };
  moveAssignment(d, held.id, 'return', 'claim.undone', closed, {
    data: { ...quietly.data, undoes: fact.seq },
  });
  moveOffer(d, fact.id, 'undo_accept', 'offer.withdrawn', {}, quietly);
  moveOffer(d, fact.id, 'reopen', 'offer.reopened', { answered_at: null, late: false }, quietly);
  if (fact.from === 'expired') moveOffer(d, fact.id, 'expire', 'offer.expired');
  reopenOffers(d, fact);
  leadBack(d, fact, way);
  return changeOf(d);
}

function leadBack(d: Draft, fact: StoredFact, way: readonly LeadMove[]): void {
  for (const move of way) moveLead(d, move, 'lead.reopened');
  const { was_wave: wave, was_due: due, was_chased: chased } = fact.data;
  const due_at = typeof due === 'number' ? new Date(due) : null;
  d.lead = { ...d.lead, wave: Number(wave), due_at, chased: Number(chased) };
}

const aboutOf = (d: Draft, fact: StoredFact) =>
  fact.thing === 'assignment'
    ? ({ thing: 'assignment', id: fact.id } as const)
    : ({ thing: 'lead', id: d.lead.id } as const);

/** States in which nobody has made anything of the lead since. */
const isWaiting = (c: LeadCase): boolean =>
  isFree(c) || ['qualified', 'qualifying', 'nurture', 'disqualified', 'duplicate'].includes(c.lead.state);

/** Somebody has held the lead since, or moved it again. */
function overtaken(c: LeadCase, fact: StoredFact): boolean {
  const undone = new Set(c.facts.map((f) => f.data['undoes']));
  const own = ofAct(c, fact);
  const later = (f: StoredFact): boolean => f.seq > fact.seq && !own.has(f.seq);
  return c.facts.some((f) => later(f) && moves.has(f.what) && f.who.id !== null && !undone.has(f.seq));
}

/**
 * The facts an act has left behind this one: side by side, at one instant, by one person. The instant alone would not
 * do: two people can act within a millisecond.
 */
function ofAct(c: LeadCase, fact: StoredFact): ReadonlySet<number> {
  const own = new Set<number>();
  for (const f of c.facts) {
    if (f.seq <= fact.seq) continue;
    const same =
      f.at.getTime() === fact.at.getTime() && f.who.id === fact.who.id && f.channel === fact.channel;
    if (!same || f.seq !== fact.seq + own.size + 1) break;
    own.add(f.seq);
  }
  return own;
}

const moves: ReadonlySet<string> = new Set([
  'assignment.started',
  'assignment.recalled',
  'assignment.returned',
  'lead.recalled',
  'lead.qualified',
  'lead.disqualified',
  'lead.nurtured',
  'lead.marked_duplicate',
]);

/** Whether the new holder has already said something about the claim, or it was passed on. */
const touched = (c: LeadCase, fact: StoredFact): boolean =>
  c.facts.some(
    (f) => f.seq > fact.seq && f.id === fact.id && f.who.id !== fact.who.id && f.who.kind !== 'system',
  );

/** Offers that are open now and were made, or made again, by the act or after it. */
function endOffersSince(d: Draft, fact: StoredFact): void {
  const again = new Set(since(d.base, fact, ['offer.reopened']).map((f) => f.id));
  for (const offer of d.offers) {
    if (!isOpenOffer(offer.state)) continue;
    const young = d.base.facts.some(
      (f) => f.what === 'offer.scheduled' && f.id === offer.id && f.seq > fact.seq,
    );
    if (!young && !again.has(offer.id)) continue;
    moveOffer(
      d,
      offer.id,
      'withdraw',
      'offer.withdrawn',
      { answered_at: d.act.at },
      { data: { undone: true } },
    );
  }
}

/** Offers that the act ended are open again; one whose letter never left is made anew. */
function reopenOffers(d: Draft, fact: StoredFact): void {
  const own = ofAct(d.base, fact);
  for (const ended of since(d.base, fact, ['offer.lost', 'offer.withdrawn'])) {
    if (!own.has(ended.seq)) continue;
    const offer = d.offers.find((o) => o.id === ended.id);
    if (offer?.state !== ended.to || offer.state === 'void') continue;
    if (ended.from === 'scheduled') {
      const { partner_id, contact_id, score, expires_at, via_partner_id } = offer;
      addOffer(d, { partner_id, contact_id, score, expires_at, via_partner_id: via_partner_id ?? null });
      continue;
    }
    moveOffer(d, offer.id, 'reopen', 'offer.reopened', { answered_at: null }, { data: { undone: true } });
    if (ended.from === 'expired') moveOffer(d, offer.id, 'expire', 'offer.expired');
  }
}

const since = (c: LeadCase, fact: StoredFact, what: readonly string[]): StoredFact[] =>
  c.facts.filter((f) => f.seq > fact.seq && what.includes(f.what));

/** Moves that may lead back; the others end something. */
const backwards: ReadonlySet<string> = new Set<LeadMove>([
  'claim',
  'dispatch',
  'free',
  'hold',
  'exhaust',
  'resume',
  'nurture',
  'undo_verdict',
  'undo_nurture',
]);

/** The shortest way through the table from one state to another; undefined when there is none. */
export function wayBack(from: LeadState, to: LeadState): readonly LeadMove[] | undefined {
  const ways = new Map<LeadState, readonly LeadMove[]>([[from, []]]);
  // A way longer than the states are many would pass one of them twice.
  for (let steps = 0; steps < leadStates.length && !ways.has(to); steps += 1) {
    for (const [state, way] of [...ways]) {
      for (const [move, next] of Object.entries(leadMoves[state]) as [LeadMove, LeadState][])
        if (backwards.has(move) && !ways.has(next)) ways.set(next, [...way, move]);
    }
  }
  return ways.get(to);
}
