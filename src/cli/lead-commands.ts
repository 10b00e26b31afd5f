import type { Actor, Deps } from '../dispatch/deps.ts';
import { readExplanation, readLead } from '../dispatch/read-leads.ts';
import { receiveLead } from '../dispatch/receive-lead.ts';
import { recallLead } from '../dispatch/vendor-acts.ts';
import { type Call, type Doing, Failure, json, UsageError } from './command.ts';
import { explanationRows, leadRows } from './lead-lines.ts';
import { readJson } from './read-json.ts';
import { faultLines, refused } from './refused.ts';

export const actor: Actor = { who: { kind: 'system', id: null }, channel: 'cli' };

export const show: Doing = {
  options: json,
  run: async (call) => {
    const lead = await call.room.withHouse((deps) => leadOr(deps, call.args[0] as string));
    tell(call, lead);
    return 0;
  },
};

export const explain: Doing = {
  options: json,
  run: async (call) => {
    const { args, print, room, on } = call;
    const { lead, why } = await room.withHouse(async (deps) => {
      const shown = await leadOr(deps, args[0] as string);
      return { lead: shown, why: await readExplanation(deps, String(shown['reference'])) };
    });
    if (on('json')) print.json({ ...why, next_step: lead['next_step'] });
    else print.table(explanationRows(lead, why as Parameters<typeof explanationRows>[1]));
    return 0;
  },
};

export const recall: Doing = {
  options: {
    next: { value: 'reoffer|hold', help: 'offer it again, or keep it at home' },
    reason: { value: 'TEXT', help: 'what the timeline says' },
    ...json,
  },
  run: async (call) => {
    const next = call.value('next') ?? 'reoffer';
    if (next !== 'reoffer' && next !== 'hold')
      throw new UsageError(`--next is reoffer or hold, not "${next}"`);
    const reference = refOf(call.args[0] as string);
    const lead = await call.room.withHouse(async (deps) => {
      const done = await recallLead(deps, { reference }, { next, reason: call.value('reason') }, actor);
      if (!done.ok)
        throw done.refusal.kind === 'not-found' ? noLead(reference) : await refused(done.refusal, call.room);
      return leadOr(deps, reference);
    });
    tell(call, lead);
    return 0;
  },
};

export const add: Doing = {
  more: 'It is qualified and offered like any other; the same source and external_id again finds the lead that is there. "-" reads stdin.',
  options: json,
  run: async (call) => {
    const checked = await call.room.checkLead(await readJson(call.args[0] as string));
    if (!checked.ok) throw new Failure(faultLines(checked.errors));
    const lead = await call.room.withHouse(async (deps) => {
      const done = await receiveLead(deps, checked.lead, actor);
      if (!done.ok) throw await refused(done.refusal, call.room);
      if (!done.value.created) call.print.aside('This lead was there already; nothing was changed.');
      return leadOr(deps, done.value.reference);
    });
    tell(call, lead);
    return 0;
  },
};

type Lead = NonNullable<Awaited<ReturnType<typeof readLead>>>;

export function tell({ print, on }: Call, lead: Lead): void {
  if (on('json')) print.json(lead);
  else print.table(leadRows(lead));
}

export async function leadOr(deps: Deps, written: string): Promise<Lead> {
  const lead = await readLead(deps, refOf(written), true);
  if (!lead) throw noLead(written);
  return lead;
}

/** As people type it: `l-4f7k2q`, or without the L. */
export const refOf = (written: string): string => `L-${written.trim().toUpperCase().replace(/^L-/, '')}`;

export const noLead = (written: string): Failure =>
  new Failure(`There is no lead "${written.slice(0, 40)}".`);
