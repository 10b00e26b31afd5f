import { deliverLetters, deliveryLoops, recoverLeases } from '../dispatch/deliver-letters.ts';
import type { Deps } from '../dispatch/deps.ts';
import { readOneMail } from '../dispatch/read-mail.ts';
import { sendDigests } from '../dispatch/send-digests.ts';
import { tellOperator } from '../dispatch/tell-operator.ts';
import { wakeOneLead } from '../dispatch/wake-lead.ts';
import type { Presence } from '../postgres/presence.ts';
import type { Settings } from '../settings.ts';
import { type Entry, startTimetable } from '../timetable/timetable.ts';

/** How often the queues are looked at when nobody says that something was put in: a safety net under NOTIFY. */
const lookMs = 1_000;
const minuteMs = 60_000;

/** The schedule: what this process does by itself, by its roles. */
export function keepTime(
  deps: Deps,
  settings: Settings,
  presence: Presence,
  closers: (() => Promise<void> | void)[],
): void {
  const timetable = startTimetable(entriesFor(deps, settings), (name, error) =>
    deps.log.error({ entry: name, err: error }, 'due work failed'),
  );
  presence.onWork(() => timetable.nudge());
  if (settings.roles.includes('worker'))
    presence.onReturn(() => {
      recoverLeases(deps).then(
        () => timetable.nudge(),
        // The minute's look does it again.
        (error: unknown) => deps.log.warn({ err: error }, 'leases could not be looked after'),
      );
    });
  closers.push(() => timetable.stop());
}

function entriesFor(deps: Deps, { roles }: Settings): Entry[] {
  if (!roles.includes('worker')) return [];
  const sender = { name: 'letters out', every: lookMs, run: () => deliverLetters(deps) };
  return [
    { name: 'mails in', every: lookMs, run: async () => Number(await readOneMail(deps)) },
    { name: 'leads due', every: lookMs, run: async () => Number(await wakeOneLead(deps)) },
    { name: 'weekly reports', every: 10 * lookMs, patient: true, run: () => sendDigests(deps) },
    { name: 'operator', every: minuteMs, patient: true, run: () => tellOperator(deps) },
    ...Array.from({ length: deliveryLoops }, () => sender),
    {
      name: 'leases of the dead',
      every: minuteMs,
      patient: true,
      run: async () => ((await recoverLeases(deps)) > 0 ? 1 : 0),
    },
  ];
}
