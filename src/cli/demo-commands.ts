import { beginDemo, skipDemo } from '../dispatch/demo-clock.ts';
import type { Deps } from '../dispatch/deps.ts';
import { readLeads } from '../dispatch/read-leads.ts';
import { readPartners } from '../dispatch/read-register.ts';
import { type Doing, Failure } from './command.ts';
import type { Room } from './room.ts';

export const seed: Doing = {
  run: async ({ room, print }) => {
    checkSandbox(room);
    return room.withHouse(async (deps) => {
      if (!(await isEmpty(deps))) {
        print.line('Nothing to do: this sandbox holds data already. leadpost demo wipe empties it.');
        return 0;
      }
      // One of them is this one.
      if ((await room.databaseState()).processes > 1)
        throw new Failure('Leadpost runs on this sandbox: stop it first, the demo moves its clock.');
      await beginDemo(deps, 0);
      await room.makeDemo(deps);
      print.line('The demo is there: ten weeks of leads, mails and replies.');
      return 0;
    });
  },
};

export const wipe: Doing = {
  more: 'Leads, partners, people and mails go; programmes and keys stay. A real installation is refused.',
  run: async ({ room, print }) => {
    checkSandbox(room);
    return room.withHouse(async (deps) => {
      await beginDemo(deps, 0);
      await skipDemo(deps);
      print.line('The sandbox is empty.');
      return 0;
    });
  },
};

function checkSandbox(room: Room): void {
  if (!room.settings().sandbox)
    throw new Failure('demo is for sandboxes only, and these settings are of a real installation.');
}

async function isEmpty(deps: Deps): Promise<boolean> {
  const nothing = { state: null, program: null, partner: null, q: null, cursor: null };
  const leads = await readLeads(deps, { ...nothing, limit: 1 }, false);
  return leads.items.length === 0 && (await readPartners(deps, null, 1)).items.length === 0;
}
