import { addBusiness } from './calendar.ts';
import { freshWindow, reopenOffer, secondChances } from './chance.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  changeOf,
  type Draft,
  draftOf,
  type LeadCase,
  moveLead,
  moveOffer,
  note,
} from './lead-case.ts';
import type { Offer } from './offer.ts';
import { waveLimit, waveSize } from './programme.ts';
import { vendorDue } from './qualify.ts';
import { ok, type Result, refuse } from './result.ts';
import { allowedMoves, isOpenOffer, leadMoves } from './tables.ts';

/** A partner the matching found, with the contact who would get the offer. */
export interface Candidate {
  readonly partner_id: string;
  readonly contact_id: string;
  readonly score: number;
  /** When the contact wants mails, where that is later than now. */
  readonly opens_at?: Date | null;
}

/** Starts distribution of a qualified or unplaced lead; the first wave is opened by `openWave`. */
export function startDistribution(from: LeadCase | Change, act: Act): Result<Change> {
  const d = draftOf(from, act);
  const { state } = d.lead;
  if (state !== 'qualified' && state !== 'unplaced') {
    return refuse({ kind: 'illegal-move', state, allowed: allowedMoves(leadMoves, state) });
  }
  moveLead(d, 'dispatch', 'lead.dispatched', { wave: 0 });
  return ok(changeOf(d));
}

/**
 * The lead under another programme, in its newest version. Once anybody has been asked, the lead keeps the rules that
 * were theirs.
 */
export function underProgramme(c: LeadCase, key: string): Result<LeadCase> {
  if (key === c.lead.program.key) return ok(c);
  if (c.offers.length > 0 || c.assignments.length > 0) {
    const message = `partners were asked under "${c.lead.program.key}", which stays; leave program out`;
    return refuse({ kind: 'invalid', errors: [{ pointer: '/program', message }] });
  }
  return ok({ ...c, lead: { ...c.lead, program: { key, version: 0 } } });
}

/** Whoever is written to in hours of their own is a wave of their own: nobody else waits for them. */
const isApart = (offer: Offer): boolean => (offer.opens_at ?? null) !== null;

/**
 * A distributing lead without an open offer waits for its next wave (or for the word that there is none). So does one
 * whose wave has ended but for readers whose own time has yet to come; a wave of nobody else waits for them.
 */
export function wantsWave(c: LeadCase): boolean {
  if (c.lead.state !== 'distributing') return false;
  const open = c.offers.filter((o) => isOpenOffer(o.state));
  return open.every(isApart) && (open.length === 0 || c.offers.some((o) => isOfWave(c, o) && !isApart(o)));
}

const isOfWave = (c: LeadCase, offer: Offer): boolean => offer.wave === c.lead.wave;

/**
 * Opens the next wave with whoever asked for another chance and the best of the candidates, or ends the run as `unplaced` when nobody is left or the
 * programme's last wave has passed.
 *
 * @param candidates best first, only partners who may be offered this lead now
 * @param width partners in this wave; the programme's own width unless given
 */
export function openWave(
  from: LeadCase | Change,
  candidates: readonly Candidate[],
  act: Act,
  width?: number,
): Change {
  const d = draftOf(from, act);
  const rules = d.base.programme.distribution;
  const size = width ?? waveSize(rules);
  const again = secondChances(d, d.base.partners, act.at).slice(0, size);
  const others = candidates.filter((one) => !again.some((o) => o.partner_id === one.partner_id));
  const chosen = others.slice(0, size - again.length);
  const waves = d.lead.wave - (reachedNobody(d) ? 1 : 0);
  if (chosen.length + again.length === 0 || waves >= waveLimit(rules)) {
    // Somebody's own time has yet to come, or is running: the run ends with them.
    if (d.offers.some((o) => isOpenOffer(o.state))) return changeOf(d);
    moveLead(
      d,
      'exhaust',
      'lead.unplaced',
      { due_at: vendorDue(d) },
      { data: { waves }, rule: 'distribution.waves' },
    );
    return changeOf(d);
  }
  d.lead = { ...d.lead, wave: waves + 1 };
  for (const offer of again) reopenOffer(d, offer);
  for (const candidate of chosen) addOffer(d, candidate);
  return changeOf(d);
}

/** Whether every offer of the present wave was void, so that nobody has had a chance yet: the wave does not count. */
function reachedNobody(d: Draft): boolean {
  const last = d.offers.at(-1);
  if (!last || last.wave !== d.lead.wave) return false;
  const wave = d.offers.filter(
    (o) => o.wave === last.wave && o.created_at.getTime() === last.created_at.getTime(),
  );
  return wave.every((o) => o.state === 'void');
}

/**
 * Asks the next best partners at once in the place of offers that could not be delivered, while the rest of the wave
 * still has its windows open. They belong to the same wave: whoever was never reached was never asked.
 *
 * @param candidates best first; one for each offer that became void
 */
export function replaceVoided(from: LeadCase | Change, candidates: readonly Candidate[], act: Act): Change {
  const d = draftOf(from, act);
  for (const candidate of candidates) addOffer(d, candidate);
  return changeOf(d);
}

/** The relay took the letter (250): now the window starts, in the reader's business time. */
export function offerSent(c: LeadCase, offerId: string, act: Act): Change {
  const d = draftOf(c, act);
  const offer = c.offers.find((o) => o.id === offerId);
  if (offer?.state === 'sent' && offer.round > 1) restartWindow(d, offer);
  else markSent(d, offerId);
  return changeOf(d);
}

/** The letter of a later round has gone out: until then its window was an estimate. */
function restartWindow(d: Draft, offer: Offer): void {
  const window = freshWindow(d, offer);
  d.offers = d.offers.map((o) => (o.id === offer.id ? { ...o, ...window } : o));
  note(d, 'offer.sent', { thing: 'offer', id: offer.id, data: { round: offer.round } });
}

/** Undeliverable, so it was never offered: no window, no count, the next partner at once. */
export function offerBounced(c: LeadCase, offerId: string, act: Act): Change {
  const d = draftOf(c, act);
  const offer = c.offers.find((o) => o.id === offerId);
  if (offer && isOpenOffer(offer.state)) moveOffer(d, offerId, 'void', 'offer.voided');
  return changeOf(d);
}

/**
 * An offer whose letter the relay has not taken within a working day was never offered: the lead must not lie still
 * behind a mailbox that cannot be reached. A letter that waits for its reader's own time is watched from then on.
 */
export const deliveryWatch = (c: LeadCase, offer: Offer): Date =>
  addBusiness(c.vendor, offer.opens_at ?? offer.created_at, 'P1D');

/** Ends every window, and every wait for the relay, that has run out by now. */
export function expireDue(d: Draft): void {
  for (const offer of d.offers) {
    if (offer.state === 'scheduled' && deliveryWatch(d.base, offer) <= d.act.at) {
      moveOffer(d, offer.id, 'void', 'offer.voided');
    }
    // A yes that was noted is decided, it does not lapse.
    const lapses = offer.state === 'sent' && !offer.wished_at;
    if (lapses && offer.expires_at && offer.expires_at <= d.act.at) {
      moveOffer(
        d,
        offer.id,
        'expire',
        'offer.expired',
        {},
        { rule: `distribution.window.${d.lead.temperature}` },
      );
    }
  }
}

/** A letter that was acted upon has evidently arrived, even if the relay's answer is not recorded yet. */
export function markSent(d: Draft, offerId: string): void {
  const offer = d.offers.find((o) => o.id === offerId);
  if (offer?.state !== 'scheduled') return;
  // An offer that was passed on brings the end of its window along: passing on buys no time.
  const { sent_at, expires_at } = freshWindow(d, offer);
  const window = { sent_at, expires_at: offer.expires_at ?? expires_at };
  moveOffer(d, offerId, 'send', 'offer.sent', window);
}

/** Makes every other open offer of the lead `lost_race` (a claim) or `withdrawn` (recall, end of the lead). */
export function closeOffers(d: Draft, how: 'lose' | 'withdraw', except?: string): void {
  for (const offer of d.offers) {
    if (offer.id === except || !isOpenOffer(offer.state)) continue;
    const data = offer.wished_at ? { wished: true } : {};
    const what = how === 'lose' ? 'offer.lost' : 'offer.withdrawn';
    moveOffer(d, offer.id, how, what, { answered_at: d.act.at }, { data });
  }
}

/** Takes back the offers that had lapsed, which could still be accepted late. */
export function withdrawLapsed(d: Draft): void {
  for (const offer of d.offers)
    if (offer.state === 'expired') moveOffer(d, offer.id, 'withdraw', 'offer.withdrawn');
}

/** True while nobody holds the lead and it can still be claimed. */
export const isFree = (c: LeadCase): boolean =>
  (c.lead.state === 'distributing' || c.lead.state === 'unplaced') && !activeAssignment(c);

/** One more offer of the present wave. */
export function addOffer(
  d: Draft,
  candidate: Candidate & Partial<Pick<Offer, 'via_partner_id' | 'expires_at'>>,
): void {
  const offer: Offer = {
    id: d.act.newId(),
    expires_at: null,
    ...candidate,
    wave: d.lead.wave,
    round: 1,
    state: 'scheduled',
    sent_at: null,
    answered_at: null,
    late: false,
    reason: null,
    created_at: d.act.at,
  };
  d.offers.push(offer);
  note(d, 'offer.scheduled', { thing: 'offer', id: offer.id, to: 'scheduled', data: { wave: offer.wave } });
}
