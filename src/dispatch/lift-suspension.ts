import { changeOf, draftOf, note } from '../lead/lead-case.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { Tx } from '../postgres/database.ts';
import { findPartner } from '../postgres/partners.ts';
import { endSuspension, openSuspension } from '../postgres/standing.ts';
import { changeLeadIn } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';

/** The account manager lets a suspended partner claim again. The lead whose recall had suspended it keeps the fact. */
export async function liftSuspension(
  deps: Deps,
  key: { readonly id: string } | { readonly externalId: string },
  actor: Actor,
): Promise<Result<unknown>> {
  return deps.db.inTransaction(async (tx) => {
    const id = 'id' in key ? key.id : (await findPartner(tx, deps.db, key.externalId))?.id;
    return id ? liftIn(deps, tx, id, actor) : refuse({ kind: 'not-found', what: 'partner' });
  });
}

/** The same inside a transaction that has more to do. */
export async function liftIn(deps: Deps, tx: Tx, id: string, actor: Actor): Promise<Result<unknown>> {
  const open = await openSuspension(tx, id);
  if (!open) return refuse({ kind: 'not-suspended' });
  return changeLeadIn(deps, tx, { id: open.lead_id }, actor, async (c, act) => {
    // Asked again under the lock: of two who lift at once, one does.
    if (!(await endSuspension(tx, id))) return refuse({ kind: 'not-suspended' });
    const d = draftOf(c, act);
    const data = { partner: id };
    note(d, 'suspension.lifted', { thing: 'assignment', id: open.assignment_id, data });
    return ok(changeOf(d));
  });
}
