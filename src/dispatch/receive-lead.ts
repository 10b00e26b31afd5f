import { leadLookups } from '../lead/duplicates.ts';
import { capture } from '../lead/intake.ts';
import type { Lead, LeadBrief } from '../lead/lead.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { keepLookups, queueBehindAlike } from '../postgres/lead-keys.ts';
import { findLeadByExternalId } from '../postgres/lead-reads.ts';
import { insertLead } from '../postgres/leads.ts';
import { knownProgramme, type ProgrammeVersion } from '../postgres/programs.ts';
import { assessIn } from './assess-lead.ts';
import { finishChange } from './change-lead.ts';
import { type Actor, actOf, type Deps, vendorCalendar } from './deps.ts';
import { recordsAsked } from './find-candidates.ts';

export interface NewLead extends LeadBrief {
  readonly program: string | null;
  /** False keeps the lead at home once it is qualified. */
  readonly dispatch: boolean;
}

/** A lead arrives. The same (source, external id) again finds the lead that is there. */
export async function receiveLead(
  deps: Deps,
  lead: NewLead,
  actor: Actor,
): Promise<Result<{ readonly id: string; readonly reference: string; readonly created: boolean }>> {
  return deps.db.inTransaction(async (tx) => {
    const programme = await knownProgramme(tx, deps.db, lead.program);
    if (!programme) return refuse({ kind: 'invalid', errors: [unknownProgramme(lead.program)] });
    const begun = await beginLead(deps, tx, lead, programme);
    if (!begun) {
      const known = await findLeadByExternalId(tx, lead.source, lead.external_id as string);
      return ok({ id: known?.lead.id as string, reference: known?.lead.reference as string, created: false });
    }
    const act = actOf(deps, tx, actor);
    const lookups = leadLookups(begun.lead);
    queueBehindAlike(tx, lookups);
    if (lead.dispatch) tx.ahead(recordsAsked(tx, begun));
    const started = await assessIn(tx, capture(begun, act), act, {
      compare: 'all',
      dispatch: lead.dispatch,
    });
    keepLookups(tx, begun.lead, lookups);
    if (!started.ok) return started;
    const loaded = { case: begun, chain: { seq: 0, hash: null } };
    const done = await finishChange(deps, tx, loaded, started.value, act);
    return done.ok ? ok({ id: begun.lead.id, reference: begun.lead.reference, created: true }) : done;
  });
}

/** References are short; when one is taken, the next try may be longer, so they grow with the installation. */
const referenceLengths = [6, 6, 6, 7, 8];

/** Writes the lead. @returns undefined when its (source, external id) is known already */
export async function beginLead(
  deps: Deps,
  tx: Tx,
  told: NewLead,
  programme: ProgrammeVersion,
): Promise<LeadCase | undefined> {
  for (const length of referenceLengths) {
    const begun = captured(deps, tx, told, programme, deps.ids.reference(length));
    if (await insertLead(tx, begun.lead)) return begun;
    if (told.external_id && (await findLeadByExternalId(tx, told.source, told.external_id))) return undefined;
  }
  throw new Error(
    'no free lead reference found; the installation holds more leads than references of eight characters',
  );
}

/** A lead as it begins, before anything is known of it. */
export function captured(
  deps: Deps,
  tx: Tx,
  told: NewLead,
  programme: ProgrammeVersion,
  reference: string,
): LeadCase {
  const { program: _, dispatch: __, ...brief } = told;
  const lead: Lead = {
    ...brief,
    id: deps.ids.uuid(tx.now),
    reference,
    program: { key: programme.key, version: programme.version },
    state: 'captured',
    wave: 0,
    due_at: null,
    chased: 0,
    created_at: tx.now,
  };
  const vendor = vendorCalendar(deps.house);
  return {
    lead,
    programme: programme.document,
    offers: [],
    assignments: [],
    partners: new Map(),
    vendor,
    facts: [],
  };
}

/** @param key null where none is the default one */
export const unknownProgramme = (key: string | null) => ({
  pointer: '/program',
  message: key
    ? `there is no programme "${key}"; GET /api/v1/programs lists them`
    : 'no programme is the default one; name a program',
});
