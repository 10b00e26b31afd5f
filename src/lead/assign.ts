import type { PromiseWord } from './assignment.ts';
import { assignmentBefore, leadBefore } from './before.ts';
import { startAssignment } from './claim.ts';
import { closeOffers } from './distribute.ts';
import {
  type Act,
  activeAssignment,
  type Change,
  changeOf,
  draftOf,
  type LeadCase,
  moveAssignment,
  moveLead,
  note,
} from './lead-case.ts';
import { handOver, type Somebody } from './pass-on.ts';
import { closed } from './report-status.ts';
import { ok, type Result, refuse } from './result.ts';
import { allowedMoves, leadMoves } from './tables.ts';
import { endLine } from './waits.ts';

/**
 * The vendor chooses the holder by hand: of a lead that waits, is on offer, or is held by somebody else. Open offers are
 * over; whoever held it is told.
 */
export function assign(c: LeadCase, to: Somebody, promise: PromiseWord | null, act: Act): Result<Change> {
  const { state } = c.lead;
  const held = activeAssignment(c);
  if (held?.contact_id === to.contact_id) return refuse({ kind: 'already-yours', at: held.claimed_at });
  if (c.partners.get(to.partner_id)?.suspended) return refuse({ kind: 'suspended' });
  const d = draftOf(c, act);
  if (held?.partner_id === to.partner_id) {
    handOver(d, held, to);
    return ok(changeOf(d));
  }
  if (!held && state !== 'qualified' && state !== 'distributing' && state !== 'unplaced')
    return refuse({ kind: 'illegal-move', state, allowed: allowedMoves(leadMoves, state) });
  // What taking it back needs stands in the first fact: whatever follows belongs to the same act.
  const id = act.newId();
  const before = { ...leadBefore(c), ...(held ? { was_held: held.id, ...assignmentBefore(held) } : {}) };
  note(d, 'assignment.assigned', { thing: 'assignment', id, data: { partner: to.partner_id, ...before } });
  if (held) {
    moveAssignment(d, held.id, 'recall', 'assignment.recalled', closed, { data: { next: 'assign' } });
    moveLead(d, 'free', 'lead.freed', { wave: c.lead.wave });
  }
  if (state === 'qualified') moveLead(d, 'dispatch', 'lead.dispatched', { wave: 0 });
  closeOffers(d, 'lose');
  const of = { offer_id: null, partner_id: to.partner_id, contact_id: to.contact_id };
  startAssignment(d, of, promise ?? d.base.programme.follow_up.promise, id);
  moveLead(d, 'claim', 'lead.claimed', { wave: d.lead.wave });
  return ok(endLine(changeOf(d), null, act));
}
