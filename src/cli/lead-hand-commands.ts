import { assignLead } from '../dispatch/assign-lead.ts';
import type { Deps } from '../dispatch/deps.ts';
import { extendLead } from '../dispatch/vendor-acts.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import type { Result } from '../lead/result.ts';
import { type Call, type Doing, json, UsageError } from './command.ts';
import { actor, leadOr, noLead, refOf, tell } from './lead-commands.ts';
import { refused } from './refused.ts';

/** What the vendor decides by hand about a lead: who gets it, and until when. */

export const assign: Doing = {
  more: 'Open offers are over, and whoever held it is told. Without --contact it goes to whoever gets the partner’s offers.',
  options: {
    partner: { value: 'ID', help: 'external_id of the partner' },
    contact: { value: 'ID', help: 'external_id of one of its contacts' },
    ...json,
  },
  run: (call) => {
    const partner = call.value('partner');
    if (!partner) throw new UsageError('Name the partner: --partner ID');
    const to = { partner, contact: call.value('contact') };
    return decide(call, (deps, reference) => assignLead(deps, { reference }, to, actor));
  },
};

export const extend: Doing = {
  more: 'Without --until it is one working day.',
  options: {
    until: { value: 'INSTANT', help: 'for example 2026-12-01T17:00:00+01:00' },
    ...json,
  },
  run: (call) => {
    const told = call.value('until');
    const until = told === null ? null : new Date(told);
    if (until && (Number.isNaN(until.getTime()) || !/T.*(?:Z|[+-]\d\d:?\d\d)$/i.test(told ?? '')))
      throw new UsageError(`--until is an instant with its offset, not "${told}"`);
    return decide(call, (deps, reference) => extendLead(deps, { reference }, until, actor));
  },
};

/** Does it, and shows the lead as it is then. */
async function decide(
  call: Call,
  act: (deps: Deps, reference: string) => Promise<Result<LeadCase>>,
): Promise<number> {
  const reference = refOf(call.args[0] as string);
  const lead = await call.room.withHouse(async (deps) => {
    const done = await act(deps, reference);
    if (!done.ok)
      throw done.refusal.kind === 'not-found' ? noLead(reference) : await refused(done.refusal, call.room);
    return leadOr(deps, reference);
  });
  tell(call, lead);
  return 0;
}
