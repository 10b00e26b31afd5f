import { setClock } from '../postgres/clock.ts';
import { type DueTimes, dueTimes } from '../postgres/due.ts';
import { pause } from '../postgres/installation.ts';
import { deliverLetters } from './deliver-letters.ts';
import type { Deps } from './deps.ts';
import { readOneMail } from './read-mail.ts';
import { sendDigests } from './send-digests.ts';
import { wakeOneLead } from './wake-lead.ts';

/**
 * Does everything that is due now: mails that came in, leads whose step is due, weekly reports, letters to be sent;
 * again, until a look at the queues finds nothing.
 *
 * @returns how many things were done
 */
export async function runDue(deps: Deps): Promise<number> {
  let ran = 0;
  for (let before = -1; before !== ran; ) {
    before = ran;
    const due = await dueTimes(deps.db);
    if (isDue(due.inbound, due)) while (await readOneMail(deps)) ran += 1;
    if (isDue(due.leads, due)) while (await wakeOneLead(deps)) ran += 1;
    if (isDue(due.digests, due)) for (let sent = 1; sent > 0; ran += sent) sent = await sendDigests(deps);
    if (isDue(due.letters, due)) for (let sent = 1; sent > 0; ran += sent) sent = await deliverLetters(deps);
  }
  return ran;
}

/**
 * Moves the sandbox clock forward from due instant to due instant, doing everything due at each before the next.
 *
 * @returns the present instant afterwards and how many things were done; undefined when `to` lies in the past
 */
export async function advanceClock(
  deps: Deps,
  to: Date,
): Promise<{ readonly now: Date; readonly ran: number } | undefined> {
  if (to < (await deps.db.now())) return undefined;
  let ran = await settleNow(deps);
  for (let before: Date | null = null; ; ) {
    const next = earliest(await dueTimes(deps.db));
    // Something is due that nobody can do: the clock goes on rather than standing still before it for ever.
    if (!next || next > to || (before && next <= before)) break;
    await setClock(deps.db, next);
    ran += await settleNow(deps);
    before = next;
  }
  await setClock(deps.db, to);
  ran += await settleNow(deps);
  return { now: await deps.db.now(), ran };
}

const isBusy = (due: DueTimes): boolean =>
  due.sending > 0 || [due.inbound, due.leads, due.letters, due.digests].some((at) => isDue(at, due));

const isDue = (at: Date | null, due: DueTimes): boolean => at !== null && at <= due.now;

function earliest(due: DueTimes): Date | null {
  const times = [due.inbound, due.leads, due.letters, due.digests].flatMap((at) =>
    at ? [at.getTime()] : [],
  );
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}

const patience = 200;

/** Does all that is due, and waits for what another worker has in hand or has locked a moment ago. */
async function settleNow(deps: Deps): Promise<number> {
  let ran = await runDue(deps);
  for (let i = 0; i < patience && isBusy(await dueTimes(deps.db)); i++) {
    await pause(deps.db, 20);
    ran += await runDue(deps);
  }
  return ran;
}
