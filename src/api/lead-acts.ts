import type { z } from 'zod';
import { assignLead } from '../dispatch/assign-lead.ts';
import { money } from '../dispatch/normalise-lead.ts';
import { readLead } from '../dispatch/read-leads.ts';
import { closingRules } from '../dispatch/read-register.ts';
import {
  addNote,
  closeLead,
  dispatchLead,
  extendLead,
  qualifyLead,
  recallLead,
} from '../dispatch/vendor-acts.ts';
import { hint } from '../lead/nearest.ts';
import type { Result } from '../lead/result.ts';
import { amountFault } from './fields.ts';
import { showLead } from './lead-routes.ts';
import {
  assignBody,
  closeBody,
  dispatchBody,
  extendBody,
  leadAnswer,
  noteBody,
  qualifyBody,
  recallBody,
} from './lead-schemas.ts';
import { invalid, type Reply, refused } from './problems.ts';
import { noQuery } from './query-schemas.ts';
import { acts, type Call, type Route } from './route.ts';

type With<S extends z.ZodType> = Call<z.output<S>, unknown>;

/** Runs an act on the lead of the address and shows the lead as it is afterwards. */
async function actOn(
  call: Call<unknown, unknown>,
  act: (key: { readonly reference: string }) => Promise<Result<unknown>>,
  status = 200,
): Promise<Reply> {
  const before = await showLead(call);
  if (before.type === 'problem') return before;
  const done = await act({ reference: call.param('reference') });
  return done.ok ? showLead(call, status) : refused(done.refusal);
}

const fault = (field: string, message: string): Reply => invalid([{ pointer: `/${field}`, message }]);

async function qualify(call: With<typeof qualifyBody>): Promise<Reply> {
  const { verdict, of, reason } = call.body;
  if (of && of === call.param('reference'))
    return fault('of', 'a lead is no duplicate of itself; name the other one');
  if (of && !(await readLead(call.deps, of, false)))
    return fault('of', `there is no lead "${of}"; name the lead that was there first`);
  const said = { verdict, of: of || null, reason: reason || null };
  return actOn(call, (key) => qualifyLead(call.deps, key, said, call.actor));
}

const dispatch = (call: With<typeof dispatchBody>): Promise<Reply> =>
  actOn(call, (key) => dispatchLead(call.deps, key, call.body.program || null, call.actor));

const recall = (call: With<typeof recallBody>): Promise<Reply> =>
  actOn(call, (key) =>
    recallLead(call.deps, key, { next: call.body.next, reason: call.body.reason || null }, call.actor),
  );

const assign = (call: With<typeof assignBody>): Promise<Reply> =>
  actOn(call, (key) =>
    assignLead(
      call.deps,
      key,
      { partner: call.body.partner, contact: call.body.contact || null },
      call.actor,
    ),
  );

const twoYears = 731 * 86_400_000;

async function extend(call: With<typeof extendBody>): Promise<Reply> {
  const until = new Date(call.body.until);
  const now = await call.deps.db.now();
  if (until <= now) return fault('until', `must lie in the future; it is ${now.toISOString()} now`);
  if (until.getTime() - now.getTime() > twoYears) return fault('until', 'must lie within the next two years');
  return actOn(call, (key) => extendLead(call.deps, key, until, call.actor));
}

async function close(call: With<typeof closeBody>): Promise<Reply> {
  const { result, amount, reason } = call.body;
  const lead = await readLead(call.deps, call.param('reference'), false);
  const rules = lead && (await closingRules(call.deps, call.param('reference')));
  if (reason && rules && !rules.lost.includes(reason)) {
    return fault('reason', `"${reason}" is no reason of this programme; ${hint(reason, rules.lost)}`);
  }
  const value = lead?.value as { readonly currency: string } | null | undefined;
  const currency = call.body.currency || value?.currency || rules?.currency || 'EUR';
  const wrong = amount ? amountFault(amount, currency) : undefined;
  if (wrong) return fault('amount', wrong);
  const report = {
    verb: result,
    money: amount ? money({ amount, currency }) : null,
    date: null,
    time: null,
    reason: reason || null,
    words: null,
  };
  return actOn(call, (key) => closeLead(call.deps, key, report, call.actor));
}

const annotate = (call: With<typeof noteBody>): Promise<Reply> =>
  actOn(call, (key) => addNote(call.deps, key, call.body.text.trim(), call.actor), 201);

const writes = {
  scope: 'leads:write',
  query: noQuery,
  shows: leadAnswer,
  answers: { 200: 'The lead as it is now' },
} as const;

export const leadActs: readonly Route[] = [
  acts(
    'post',
    '/leads/:reference/qualify',
    { ...writes, body: qualifyBody, summary: 'Give a qualifier’s verdict' },
    qualify,
  ),
  acts(
    'post',
    '/leads/:reference/dispatch',
    { ...writes, body: dispatchBody, summary: 'Offer a qualified or unplaced lead' },
    dispatch,
  ),
  acts(
    'post',
    '/leads/:reference/recall',
    { ...writes, body: recallBody, summary: 'Take a lead back' },
    recall,
  ),
  acts(
    'post',
    '/leads/:reference/extend',
    { ...writes, body: extendBody, summary: 'Give the holder more time' },
    extend,
  ),
  acts(
    'post',
    '/leads/:reference/assign',
    { ...writes, body: assignBody, summary: 'Give a lead to a partner by hand' },
    assign,
  ),
  acts(
    'post',
    '/leads/:reference/close',
    { ...writes, body: closeBody, summary: 'Close a lead in the holder’s name' },
    close,
  ),
  acts(
    'post',
    '/leads/:reference/notes',
    {
      ...writes,
      body: noteBody,
      summary: 'Add a note',
      answers: { 201: 'The lead; its timeline holds the note' },
    },
    annotate,
  ),
];
