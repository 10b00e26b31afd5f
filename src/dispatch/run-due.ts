import { nextInboundDue } from '../postgres/inbound.ts';
import { setClock } from '../postgres/clock.ts';
import { pause } from '../postgres/installation.ts';
import { lettersBeingSent, nextLetterDue } from '../postgres/letters.ts';
import { nextWake } from '../postgres/wakes.ts';
import { deliverLetters } from './deliver-letters.ts';
import type { Deps } from './deps.ts';
import { readOneMail } from './read-mail.ts';
import { wakeOneLead } from './wake-lead.ts';

/**
 * Does everything that is due now: mails that came in, leads whose step is due, letters to be sent; again, until a
 * whole round finds nothing.
 *
 * @returns how many things were done
 */
export async function runDue(deps: Deps): Promise<number> {
  let ran = 0;
  for (let before = -1; before !== ran; ) {
    before = ran;
    while (await readOneMail(deps)) ran += 1;
    while (await wakeOneLead(deps)) ran += 1;
    for (let sent = await deliverLetters(deps); sent > 0; sent = await deliverLetters(deps)) ran += sent;
  }
  return ran;
}

/** The next instant at which anything falls due, or null. */
export async function nextDue(deps: Pick<Deps, 'db'>): Promise<Date | null> {
  const all = [await nextWake(deps.db), await nextLetterDue(deps.db), await nextInboundDue(deps.db)];
  const times = all.flatMap((at) => (at ? [at.getTime()] : []));
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}

/**
 * Moves the sandbox clock forward from due instant to due instant, doing everything due at each before the next.
 *
 * @returns the present instant afterwards and how many things were done; undefined when `to` lies in the past
 */
export async function advanceClock(deps: Deps, to: Date): Promise<{ readonly now: Date; readonly ran: number } | undefined> {
  const start = await deps.db.now();
  if (to < start) return undefined;
  let ran = await settleNow(deps);
  for (;;) {
    const next = await nextDue(deps);
    if (!next || next > to) break;
    await setClock(deps.db, next);
    const done = await settleNow(deps);
    ran += done;
    // Something is due that nobody can do: the clock goes on rather than standing still before it for ever.
    if (done === 0) break;
  }
  await setClock(deps.db, to);
  ran += await settleNow(deps);
  return { now: await deps.db.now(), ran };
}

const patience = 200;

/** Does all that is due, and waits for letters another worker has in hand. */
async function settleNow(deps: Deps): Promise<number> {
  let ran = await runDue(deps);
  for (let i = 0; i < patience && (await lettersBeingSent(deps.db)) > 0; i++) {
    await pause(deps.db, 20);
    ran += await runDue(deps);
  }
  return ran;
}
