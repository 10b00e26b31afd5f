import { ok, type Result, refuse } from '../lead/result.ts';
import { withdraw } from '../lead/withdraw.ts';
import type { Tx } from '../postgres/database.ts';
import { findImport, importedItems, markUndone, wipeLead } from '../postgres/imports.ts';
import { type PartnerBefore, takePartnerOut, toldSince } from '../postgres/partner-imports.ts';
import { putPartner } from '../postgres/partners.ts';
import { changeLeadIn } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';

export interface Undone {
  readonly batch: string;
  /** Taken out: leads withdrawn and erased, partners removed or put back as they were. */
  readonly undone: number;
  /** Partners that something refers to: they stay, and get no offers any more. */
  readonly inactive: readonly string[];
  /** What stays as it is, and why. */
  readonly kept: readonly { readonly what: string; readonly why: string }[];
}

const importer: Actor = { who: { kind: 'system', id: null }, channel: 'import' };
const page = 500;

/** Takes out what a file brought in, as far as nobody has begun to work with it. */
export async function undoImport(
  deps: Deps,
  batch: string,
  thing: 'lead' | 'partner',
): Promise<Result<Undone>> {
  const found = await findImport(deps.db, batch);
  if (found?.thing !== thing) return refuse({ kind: 'not-found', what: `import ${batch}` });
  if (found.undone_at) {
    const message = `import ${batch} was undone at ${found.undone_at.toISOString()}; what came after it stays`;
    return refuse({ kind: 'invalid', errors: [{ pointer: '/batch', message }] });
  }
  const undone = { batch, undone: 0, inactive: [] as string[], kept: [] as { what: string; why: string }[] };
  for (let below: string | null = null; ; ) {
    const items = await importedItems(deps.db, batch, below, page);
    for (const item of items) {
      if (thing === 'lead') await undoLead(deps, item.id, undone);
      else await deps.db.inTransaction((tx) => undoPartner(deps, tx, item, { at: found.at, count: undone }));
    }
    if (items.length < page) break;
    below = items.at(-1)?.id ?? null;
  }
  await deps.db.inTransaction((tx) => markUndone(tx, batch));
  return ok(undone);
}

interface Count {
  undone: number;
  readonly inactive: string[];
  readonly kept: { what: string; why: string }[];
}

async function undoLead(deps: Deps, id: string, count: Count): Promise<void> {
  let named = { reference: id, state: '' };
  const done = await deps.db.inTransaction(async (tx) => {
    const changed = await changeLeadIn(deps, tx, { id }, importer, (c, act) => {
      named = { reference: c.lead.reference, state: c.lead.state };
      return withdraw(c, act);
    });
    if (changed.ok) wipeLead(tx, id);
    return changed;
  });
  if (done.ok) count.undone += 1;
  else if (named.state !== 'erased')
    count.kept.push({ what: named.reference, why: `a partner has taken it; it is ${named.state} now` });
}

async function undoPartner(
  deps: Deps,
  tx: Tx,
  item: { readonly id: string; readonly before: unknown },
  { at, count }: { readonly at: Date; readonly count: Count },
): Promise<void> {
  const since = await toldSince(tx, item.id, at);
  if (since) {
    count.kept.push({ what: since, why: 'it was changed after the import' });
    return;
  }
  if (item.before) {
    const { record, contacts } = item.before as PartnerBefore;
    const ids = { partner: deps.ids.uuid(tx.now), contact: () => deps.ids.uuid(tx.now) };
    await putPartner(tx, ids, record, contacts);
    count.undone += 1;
    return;
  }
  const out = await takePartnerOut(tx, item.id);
  if (out?.removed) count.undone += 1;
  else if (out) count.inactive.push(out.external_id);
}
