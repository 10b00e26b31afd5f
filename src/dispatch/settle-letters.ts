import { offerBounced, offerSent } from '../lead/distribute.ts';
import { type Act, type Change, changeOf, draftOf, type LeadCase } from '../lead/lead-case.ts';
import { ok } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { lockAhead } from '../postgres/leads.ts';
import {
  type Settled,
  type Settlement,
  settleLetters,
  settleOnly,
  type TakenLetter,
} from '../postgres/letters.ts';
import { changeLeadIn } from './change-lead.ts';
import { type Delivery, type Deps, timer } from './deps.ts';
import { noteRefusals, refusedForGood } from './note-refusals.ts';
import { outlast } from './outage.ts';

const minute = 60_000;
/** Pauses before the next try, in minutes; after the last one the letter is dead and stands on the operator's list. */
export const retryMinutes = [1, 5, 15, 30, 60, 120, 240, 480, 960, 1440, 1440] as const;
const ambiguousPause = 10;
const barredPause = 15;
const latePause = 60;
/** A letter is given up when the relay has had no room for it this long (RFC 5321 4.5.4.1: four to five days). */
const patience = retryMinutes.reduce((sum, pause) => sum + pause, 0) * minute;
/** Answers about one lead that come within so many milliseconds are acknowledged together; with its last one, at once. */
const together = 15;
/**
 * Longer than the ten minutes SMTP may take over its last answer (RFC 5321 4.5.3.2.6). As long as it holds nobody else
 * sends the letter, so the relay's answer is worth keeping while the database is away.
 */
export const leaseSeconds = 15 * 60;
const patienceMs = leaseSeconds * 1_000;

/** The relay has something against us, not against the letter: our login, our sender. The letter waits as long as it takes. */
export type Barred = Extract<Delivery, { kind: 'temporary' }> & { readonly barred: true };
/** The installation's own allow-list keeps the letter at home: nothing failed, nothing is tried again. */
export type Withheld = Extract<Delivery, { kind: 'permanent' }> & { readonly withheld: true };

/** Acknowledges one attempt; resolves when it is committed. */
export type Settle = (letter: TakenLetter, end: Delivery) => Promise<void>;

type Ended = { readonly letter: TakenLetter; readonly end: Delivery };

/**
 * Acknowledges letters as their answers come. The offers of one lead mostly go out in the same moment; taking the
 * lead's lock once for them instead of three times is most of the cost of an acknowledgement. What a crash within
 * those milliseconds costs is a second copy with the same bytes.
 */
export function settler(deps: Deps, taken: readonly TakenLetter[]): Settle {
  const open = new Map<string, Batch>();
  return (letter, end) => {
    const about = aboutOf(letter);
    const batch =
      open.get(about) ??
      openBatch(
        () => open.delete(about),
        (ended) => outlast(patienceMs, () => settleTogether(deps, ended)),
      );
    open.set(about, batch);
    batch.ended.push({ letter, end });
    // Nobody else of this lead is on its way: no need to wait for company.
    if (batch.ended.length === taken.filter((t) => aboutOf(t) === about).length) batch.close();
    return batch.done;
  };
}

interface Batch {
  readonly ended: Ended[];
  readonly done: Promise<void>;
  /** Takes nothing more and acknowledges what it has. */
  close(): void;
}

const aboutOf = (letter: TakenLetter): string => letter.lead_id ?? letter.id;

function openBatch(closed: () => void, settle: (ended: readonly Ended[]) => Promise<void>): Batch {
  const ended: Ended[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  // Answers that came while the process was busy are read after the timers: they get their turn before it closes.
  const timer = setTimeout(() => setImmediate(resolve), together);
  const done = promise.then(() => {
    clearTimeout(timer);
    closed();
    return settle(ended);
  });
  return { ended, done, close: () => resolve() };
}

async function settleTogether(deps: Deps, ended: readonly Ended[]): Promise<void> {
  const about = ended.find(({ letter }) => letter.kind === 'offer' && letter.offer_id)?.letter.offer_id;
  const settled = await deps.db.inTransaction(
    async (tx) => {
      const settled = ended.map(
        ({ letter, end }): Settled => ({ letter, end: settlementOf(letter, end, tx.now) }),
      );
      if (about && settled.some(({ letter, end }) => letter.kind === 'offer' && isFinal(end)))
        await settleOffers(deps, tx, about, settled);
      else settleOnly(tx, settled);
      return settled;
    },
    // Lost with the database server, the letter is sent once more, the same bytes: dear, and rarer than a fsync for each.
    { ahead: about ? lockAhead({ about }) : [], repeatable: true },
  );
  const refused = refusedForGood(settled);
  if (refused.length > 0) await deps.db.inTransaction((tx) => noteRefusals(deps, tx, refused));
}

/** What an attempt means for the letter (acknowledge, retry with backoff, dead after the last try). */
export function settlementOf(
  letter: Pick<TakenLetter, 'attempts' | 'kind' | 'created_at'>,
  end: Delivery,
  now: Date,
): Settlement {
  const later = (minutes: number): Date => new Date(now.getTime() + minutes * minute);
  if (end.kind === 'sent') return { state: 'sent', response: end.response };
  if (end.kind === 'permanent') return { state: 'withheld' in end ? 'dropped' : 'dead', error: end.error };
  if (end.kind === 'ambiguous') {
    if (letter.kind.endsWith('digest') || letter.attempts > 1) return { state: 'parked', error: end.error };
    return { state: 'due', again: later(ambiguousPause), error: end.error };
  }
  if ('barred' in end) return { state: 'due', again: later(barredPause), error: end.error };
  if (now.getTime() - letter.created_at.getTime() >= patience) {
    return { state: 'dead', error: `gave up after ${letter.attempts} tries: ${end.error}` };
  }
  return { state: 'due', again: later(retryMinutes[letter.attempts - 1] ?? latePause), error: end.error };
}

const isFinal = (end: Settlement): boolean =>
  end.state === 'sent' || end.state === 'dead' || end.state === 'dropped';

/**
 * An offer's window starts with the relay's 250; what cannot be delivered was never offered. The lead's lock comes
 * before the letter's, here as everywhere; a sender that lost its lease has no say about the offer either.
 */
async function settleOffers(deps: Deps, tx: Tx, about: string, settled: readonly Settled[]): Promise<void> {
  const done = await changeLeadIn(deps, tx, { about }, timer, async (c, act) => {
    const ours = await settleLetters(tx, settled);
    const offers = settled.filter(
      ({ letter, end }) => letter.kind === 'offer' && isFinal(end) && ours.has(letter.id),
    );
    return ok(offers.reduce((change, one) => offerEnded(change, one, act), begun(c, act)));
  });
  if (!done.ok)
    deps.log.warn({ offer_id: about, refusal: done.refusal.kind }, 'a delivered offer could not be settled');
}

const begun = (c: LeadCase, act: Act): Change => changeOf(draftOf(c, act));

function offerEnded(change: Change, { letter, end }: Settled, act: Act): Change {
  const told = { ...act, evidence: { letter_id: letter.id } };
  const step = end.state === 'sent' ? offerSent : offerBounced;
  const next = step(change.case, letter.offer_id as string, told);
  return { case: next.case, facts: [...change.facts, ...next.facts] };
}
