import { setClock } from '../postgres/clock.ts';
import { type DueTimes, dueTimes } from '../postgres/due.ts';
import { pause } from '../postgres/installation.ts';
import { deliverLetters } from './deliver-letters.ts';
import type { Deps } from './deps.ts';
import { readOneMail } from './read-mail.ts';
import { sendDigests } from './send-digests.ts';
import { tellOperator } from './tell-operator.ts';
import { wakeOneLead } from './wake-lead.ts';

/**
 * Does everything that is due now: mails that came in, leads whose step is due, weekly reports, letters to be sent;
 * again, until a look at the queues finds nothing.
 *
 * @returns how many things were done
 */
export const runDue = async (deps: Deps): Promise<number> => (await drain(deps, everything)).ran;

/** What is left out of what is due. */
export interface Without {
  /** Weekly reports wait: whoever gets none yet gets the latest one once they begin. */
  readonly reports: boolean;
}

const everything: Without = { reports: false };

/**
 * Moves the sandbox clock forward from due instant to due instant, doing everything due at each before the next.
 *
 * @returns the present instant afterwards and how many things were done; undefined when `to` lies in the past
 */
export async function advanceClock(
  deps: Deps,
  to: Date,
  without: Without = everything,
): Promise<{ readonly now: Date; readonly ran: number } | undefined> {
  let at = await settle(deps, without);
  if (to < at.due.now) return undefined;
  let { ran } = at;
  for (let before: Date | null = null; ; ) {
    const next = earliest(at.due);
    // Something is due that nobody can do: the clock goes on rather than standing still before it for ever.
    if (!next || next > to || (before && next <= before)) break;
    await setClock(deps.db, next);
    at = await settle(deps, without, { ...at.due, now: next });
    ran += at.ran;
    before = next;
  }
  await setClock(deps.db, to);
  at = await settle(deps, without);
  return { now: at.due.now, ran: ran + at.ran };
}

const batch = 20;

/** What was done, and the last look at the queues. */
interface Drained {
  readonly ran: number;
  readonly due: DueTimes;
}

/** @param known what an earlier look has found to be due by now: the first look is spared, never the last */
async function drain(deps: Deps, without: Without, known?: DueTimes): Promise<Drained> {
  let ran = 0;
  for (let look = known; ; look = undefined) {
    const due = lookedAt(look ?? (await dueTimes(deps.db)), without);
    const before = ran;
    if (isDue(due.inbound, due)) while (await readOneMail(deps)) ran += 1;
    // As many as were counted: asking until there is none left costs a transaction for nothing each time.
    for (let left = wakingAt(due); left > 0 && (await wakeOneLead(deps)); left -= 1) ran += 1;
    if (isDue(due.digests, due)) for (let sent = 1; sent > 0; ran += sent) sent = await sendDigests(deps);
    if (isDue(due.operator, due)) ran += await tellOperator(deps);
    // What was done has mostly been told in letters. A batch that was not full has left nothing behind; what came
    // meanwhile is seen at the next look.
    if (ran > before || isDue(due.letters, due))
      for (let sent = batch; sent === batch; ran += sent) sent = await deliverLetters(deps, batch);
    if (ran === before && !look) return { ran, due };
  }
}

const patience = 200;

/** Does all that is due, and waits for what another worker has in hand or has locked a moment ago. */
async function settle(deps: Deps, without: Without, known?: DueTimes): Promise<Drained> {
  let { ran, due } = await drain(deps, without, known);
  for (let i = 0; i < patience && isBusy(due); i++) {
    await pause(deps.db, 20);
    const more = await drain(deps, without);
    ran += more.ran;
    due = more.due;
  }
  return { ran, due };
}

const lookedAt = (due: DueTimes, { reports }: Without): DueTimes =>
  reports ? { ...due, digests: null } : due;

const isBusy = (due: DueTimes): boolean =>
  due.sending > 0 ||
  [due.inbound, due.leads, due.letters, due.digests, due.operator].some((at) => isDue(at, due));

/** What was due at an earlier look, for a later instant, was not counted then: there is one at least. */
const wakingAt = (due: DueTimes): number => Math.max(due.waking, isDue(due.leads, due) ? 1 : 0);

const isDue = (at: Date | null, due: DueTimes): boolean => at !== null && at <= due.now;

function earliest(due: DueTimes): Date | null {
  const times = [due.inbound, due.leads, due.letters, due.digests, due.operator].flatMap((at) =>
    at ? [at.getTime()] : [],
  );
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}
