import { leadBefore } from './before.ts';
import { addBusiness } from './calendar.ts';
import { isDoubtful, type Resemblance, uniqueEntry } from './duplicates.ts';
import { missingInformation } from './intake.ts';
import {
  type Act,
  type Change,
  changeOf,
  type Draft,
  draftOf,
  type LeadCase,
  moveLead,
  note,
} from './lead-case.ts';
import { ok, type Result, refuse } from './result.ts';
import { allowedMoves, leadMoves } from './tables.ts';

/** How long a qualifier or program manager has before being reminded, in the vendor's business time. */
const vendorStep = 'P1D';
/** A lead put aside for nurture comes back to the qualifier after this long. */
const nurtureRest = 'P20D';

/** A reference or an id: facts hold no free text. */
const isLeadId = /^(?:L-[0-9A-Z]{6,20}|[0-9a-f-]{36})$/i;

export const verdicts = ['qualified', 'needs_more', 'disqualified', 'nurture', 'duplicate'] as const;
export type Verdict = (typeof verdicts)[number];

/**
 * The automatic check at the door: complete leads qualify by themselves, the others wait for a qualifier. One that
 * looks like an earlier lead is never merged with it: the likeness is noted, and it waits where its programme
 * requires leads to be `unique`.
 */
export function assess(from: LeadCase | Change, act: Act, similar: readonly Resemblance[] = []): Change {
  const d = draftOf(from, act);
  const { required, hold } = d.base.programme.qualification;
  for (const { of, reason, score, same_product } of similar) {
    note(d, 'duplicate.suspected', {
      thing: 'lead',
      id: d.lead.id,
      data: { of, reason, score, same_product },
    });
  }
  const doubtful = required.includes(uniqueEntry) && isDoubtful(similar);
  const missing = [...missingInformation(d.lead, required), ...(doubtful ? [uniqueEntry] : [])];
  moveLead(d, 'assess', 'lead.assessed', {}, { data: { missing: missing.join(', ') || null } });
  if (hold === 'always' || (hold === 'missing' && missing.length > 0)) askQualifier(d);
  else moveLead(d, 'qualify', 'lead.qualified', { due_at: vendorDue(d) });
  return changeOf(d);
}

/** A qualifier's verdict on a lead that waits for one. */
export function qualify(
  c: LeadCase,
  verdict: Verdict,
  said: { readonly reason: string | null; readonly of: string | null },
  act: Act,
): Result<Change> {
  const d = draftOf(c, act);
  const state = c.lead.state;
  if (verdict === 'duplicate' && said.of !== null && !isLeadId.test(said.of)) {
    return refuse({
      kind: 'invalid',
      errors: [{ pointer: '/of', message: 'name the other lead by its reference, like L-4F7K2Q' }],
    });
  }
  if (state === 'nurture') moveLead(d, 'resume', 'lead.resumed');
  else if (state === 'lost' && verdict === 'nurture') {
    const data = leadBefore(c);
    moveLead(d, 'nurture', 'lead.nurtured', { due_at: nurtureDue(d) }, { data, words: said.reason });
    return ok(changeOf(d));
  } else if (state !== 'qualifying') {
    return refuse({ kind: 'illegal-move', state, allowed: allowedMoves(leadMoves, state) });
  }
  judge(d, verdict, said);
  return ok(changeOf(d));
}

/** The lead that this one most probably repeats, as the check at the door has noted it; null when none was alike. */
export const suspectedOf = (c: Pick<LeadCase, 'facts'>): string | null =>
  (c.facts.find((f) => f.what === 'duplicate.suspected')?.data['of'] as string | undefined) ?? null;

function judge(d: Draft, verdict: Verdict, said: { reason: string | null; of: string | null }): void {
  const extra = { data: leadBefore(d.base), words: said.reason };
  if (verdict === 'qualified') moveLead(d, 'qualify', 'lead.qualified', { due_at: vendorDue(d) }, extra);
  if (verdict === 'disqualified') moveLead(d, 'disqualify', 'lead.disqualified', {}, extra);
  if (verdict === 'nurture') moveLead(d, 'nurture', 'lead.nurtured', { due_at: nurtureDue(d) }, extra);
  if (verdict === 'duplicate') {
    moveLead(
      d,
      'mark_duplicate',
      'lead.marked_duplicate',
      {},
      { ...extra, data: { ...extra.data, of: said.of ?? suspectedOf(d.base) } },
    );
  }
  if (verdict === 'needs_more') {
    d.lead = { ...d.lead, due_at: vendorDue(d), chased: 0 };
    note(d, 'lead.needs_more', { thing: 'lead', id: d.lead.id, ...extra });
  }
}

/** The next reminder of whoever at the vendor owes the step: daily at first, then weekly; never silence. */
export function chaseVendor(d: Draft): void {
  const asks = ['captured', 'qualifying', 'nurture'].includes(d.lead.state)
    ? 'qualify.requested'
    : 'place.requested';
  const chased = d.lead.chased + 1;
  const pause = chased > 3 ? 'P5D' : vendorStep;
  d.lead = { ...d.lead, chased, due_at: addBusiness(d.base.vendor, d.act.at, pause) };
  note(d, asks, { thing: 'lead', id: d.lead.id, data: { chased } });
}

/** When a program manager or qualifier owes the step that begins now. */
export const vendorDue = (d: Draft): Date => addBusiness(d.base.vendor, d.act.at, vendorStep);
const nurtureDue = (d: Draft): Date => addBusiness(d.base.vendor, d.act.at, nurtureRest);

function askQualifier(d: Draft): void {
  d.lead = { ...d.lead, due_at: vendorDue(d) };
  note(d, 'qualify.requested', { thing: 'lead', id: d.lead.id, data: { chased: 0 } });
}
