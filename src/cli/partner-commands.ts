import type { Actor } from '../dispatch/deps.ts';
import { liftSuspension } from '../dispatch/lift-suspension.ts';
import { readStanding } from '../dispatch/read-standing.ts';
import { type Doing, json } from './command.ts';
import { refused } from './refused.ts';

const actor: Actor = { who: { kind: 'system', id: null }, channel: 'cli' };

export const lift: Doing = {
  options: json,
  run: async ({ args, room, print, on }) => {
    const externalId = (args[0] as string).trim();
    const { done, standing } = await room.withHouse(async (deps) => ({
      done: await liftSuspension(deps, { externalId }, actor),
      standing: await readStanding(deps, externalId),
    }));
    if (!done.ok) throw await refused(done.refusal, room);
    if (on('json')) print.json(standing);
    else print.line(`The suspension of ${externalId} is lifted: it can claim again, and is told by mail.`);
    return 0;
  },
};
