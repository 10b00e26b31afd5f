import { letterComplained, letterReturned, type Returned } from '../lead/bounce.ts';
import { ok } from '../lead/result.ts';
import type { InboundState } from '../lead/tables.ts';
import {
  keepBounce,
  letterByMessageId,
  markUnreachable,
  type NewBounce,
  oneAddressAtATime,
  type ReturnedLetter,
  returnedLetter,
} from '../postgres/bounces.ts';
import type { Tx } from '../postgres/database.ts';
import { type InboundEnd, type InboundRow, settleInbound } from '../postgres/inbound.ts';
import { type Bounce, readOriginal } from '../replies/bounce.ts';
import { bounceKeys } from '../replies/bounce-address.ts';
import { bodyOf, type InboundMail } from '../replies/inbound-mail.ts';
import type { Understanding } from '../replies/understand-reply.ts';
import { changeLeadIn } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';
import { endReports } from './end-reports.ts';
import { postBounceNotice } from './trouble-letters.ts';

/** Relays give up after five days at the latest; a key that comes back much later was dug out. */
const keyDays = 14;
const dayMs = 24 * 3_600_000;

/** A report about a letter of ours: it could not be delivered, or its reader does not want it. */
export interface Report {
  readonly row: InboundRow;
  readonly mail: InboundMail;
  readonly understood: Understanding;
  readonly told: Pick<InboundEnd, 'from_address' | 'subject'>;
}

/** What came back, and by what right it is believed. */
interface Found {
  readonly letter: ReturnedLetter;
  readonly trusted: boolean;
}

/**
 * Takes a bounce or a complaint. It is believed when it names its letter by the key that only the envelope had, else by
 * the Message-ID when its sender is proven; anything less moves nothing, however much it looks like a report.
 */
export async function takeBounce(deps: Deps, report: Report): Promise<void> {
  const found = await findLetter(deps, report);
  if (found === 'forged') return settle(deps, report, 'suspicious');
  if (!found?.trusted || !isTimely(report, found.letter)) return settle(deps, report, 'ignored');
  const { letter } = found;
  if (report.understood.class === 'complaint') return complained(deps, report, letter);
  if (!isAbout(report, letter) || letter.returned) return settle(deps, report, 'noted', letter);
  return returned(deps, report, letter);
}

async function findLetter(deps: Deps, { row, mail }: Report): Promise<Found | 'forged' | undefined> {
  const { keys, addressed } = bounceKeys(mail, deps.house.bounceAddress);
  const named = keys.map((key) => deps.links.bounces.letter(key)).find((id) => id !== undefined);
  const letter = named ? await returnedLetter(deps.db, named) : undefined;
  if (letter) return { letter, trusted: true };
  // Only forgers and guessers write to an address of the right shape that we have not made.
  if (addressed) return 'forged';
  const original = readOriginal(mail);
  const known = original ? await letterByMessageId(deps.db, original) : undefined;
  return known && { letter: known, trusted: row.authenticated === true };
}

const isTimely = ({ row, understood }: Report, letter: ReturnedLetter): boolean =>
  understood.class === 'complaint' || row.received_at.getTime() - letter.sent_at.getTime() <= keyDays * dayMs;

/** The report names the reader of the letter, or nobody: a key does not make a letter to Alice bounce for Bob. */
function isAbout({ mail, understood }: Report, letter: ReturnedLetter): boolean {
  const reader = letter.to_address.toLowerCase();
  const recipient = understood.bounce?.recipient ?? null;
  if (recipient === null || recipient === reader) return true;
  // Forwarded on the way: the dead mailbox is another one, and the letter it returns was our reader's.
  const texts = [bodyOf(mail), ...mail.parts.map((part) => part.content)];
  return texts.some((text) => text.slice(0, 100_000).toLowerCase().includes(reader));
}

async function returned(deps: Deps, report: Report, letter: ReturnedLetter): Promise<void> {
  const { kind, status } = report.understood.bounce as Bounce;
  if (kind === 'policy')
    deps.log.warn(
      { letter_id: letter.id, status },
      'a letter came back: the server has something against us',
    );
  const offer = letter.kind === 'offer' && letter.offer_id ? letter.offer_id : null;
  const back: Returned = {
    letter_id: letter.id,
    kind,
    status,
    offer: offer === null ? null : { id: offer, contact_id: letter.person_id },
  };
  await deps.db.inTransaction(async (tx) => {
    if (kind === 'hard') await oneAddressAtATime(tx);
    if (letter.lead_id)
      await changeLeadIn(deps, tx, { id: letter.lead_id }, teller(report), (c, act) =>
        ok(letterReturned(c, back, act)),
      );
    keepBounce(tx, bounceOf(deps, tx, report, letter, { kind, status }));
    const lost = kind === 'hard' ? await markUnreachable(tx, letter.to_address) : [];
    for (const { id } of lost) await postBounceNotice(deps, tx, { personId: id, words: status });
    await settleIn(tx, report, kind === 'hard' ? 'applied' : 'noted', letter);
  });
}

async function complained(deps: Deps, report: Report, letter: ReturnedLetter): Promise<void> {
  await deps.db.inTransaction(async (tx) => {
    if (letter.lead_id)
      await changeLeadIn(deps, tx, { id: letter.lead_id }, teller(report), (c, act) =>
        ok(letterComplained(c, letter.id, act)),
      );
    keepBounce(tx, bounceOf(deps, tx, report, letter, { kind: 'complaint', status: null }));
    if (letter.person_id) await endReports(tx, letter.person_id);
    await settleIn(tx, report, 'applied', letter);
  });
}

const bounceOf = (
  deps: Deps,
  tx: Tx,
  { row }: Report,
  letter: ReturnedLetter,
  what: Pick<NewBounce, 'kind' | 'status'>,
): NewBounce => ({
  id: deps.ids.uuid(tx.now),
  letter_id: letter.id,
  person_id: letter.person_id,
  inbound_id: row.id,
  ...what,
});

/** Nobody's act: a mail server says so. */
const teller = ({ row }: Report): Actor => ({
  who: { kind: 'system', id: null },
  channel: 'mail',
  evidence: { inbound_id: row.id },
});

const settle = (deps: Deps, report: Report, state: InboundState, letter?: ReturnedLetter): Promise<void> =>
  deps.db.inTransaction((tx) => settleIn(tx, report, state, letter));

async function settleIn(
  tx: Tx,
  { row, understood, told }: Report,
  state: InboundState,
  letter?: ReturnedLetter,
): Promise<void> {
  const settled = await settleInbound(tx, row, {
    ...told,
    state,
    class: understood.class,
    reading: understood,
    lead_id: letter?.lead_id ?? null,
    person_id: letter?.person_id ?? null,
    thread_id: letter?.thread_id ?? null,
  });
  if (!settled) throw new Error('the report was handled by somebody else in the meantime');
}
