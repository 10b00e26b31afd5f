import type { Assignment } from './assignment.ts';
import type { FactData } from './facts.ts';
import type { Lead } from './lead.ts';
import type { Phase } from './tables.ts';

/** What an act keeps in its fact so that it can be taken back: the state before, as codes and numbers. */

/** What taking back needs to know of the lead before the act, as codes and numbers. */
export const leadBefore = ({ lead }: { readonly lead: Lead }): FactData => ({
  was_lead: lead.state,
  was_wave: lead.wave,
  was_due: lead.due_at?.getTime() ?? null,
  was_chased: lead.chased,
});

/** What an undo needs to put back, as codes and numbers. */
export function assignmentBefore(a: Assignment): FactData {
  return {
    was_stage: a.stage,
    was_phase: a.phase,
    was_owes: a.owes,
    was_deadline: a.deadline?.getTime() ?? null,
    was_rung: a.rung,
    was_quiet: a.quiet_until?.getTime() ?? null,
    was_attempts: a.attempts,
    was_unchanged: a.unchanged,
    was_escalated: a.escalated,
    was_vendor_owes: a.vendor_owes,
    was_vendor_deadline: a.vendor_deadline?.getTime() ?? null,
    was_vendor_chased: a.vendor_chased,
  };
}

/** The fields of a claim as they were before the act that a fact tells of. */
export function restored({ data }: { readonly data: FactData }): Partial<Assignment> {
  return {
    stage: String(data['was_stage']),
    phase: data['was_phase'] as Phase,
    owes: data['was_owes'] as 'contact' | 'update' | null,
    deadline: instant(data['was_deadline']),
    rung: Number(data['was_rung']),
    quiet_until: instant(data['was_quiet']),
    attempts: Number(data['was_attempts']),
    unchanged: Number(data['was_unchanged']),
    escalated: data['was_escalated'] === true,
    vendor_owes: (data['was_vendor_owes'] ?? null) as 'contact' | 'update' | null,
    vendor_deadline: instant(data['was_vendor_deadline']),
    vendor_chased: Number(data['was_vendor_chased'] ?? 0),
  };
}

const instant = (ms: unknown): Date | null => (typeof ms === 'number' ? new Date(ms) : null);
