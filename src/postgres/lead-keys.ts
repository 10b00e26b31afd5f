import { duplicateDays, type LeadLookup } from '../lead/duplicates.ts';
import type { Lead } from '../lead/lead.ts';
import type { Asks, Tx } from './database.ts';

/** A lead as far as it is compared with another. */
export type ComparedLead = Pick<Lead, 'reference' | 'prospect' | 'products'>;

/** So many of the newest leads are compared for each key: beyond it is a district, not a customer. */
const most = 40;

/** Keeps what a new lead is found by. */
export function keepLookups(
  tx: Tx,
  lead: Pick<Lead, 'id' | 'created_at'>,
  keys: readonly LeadLookup[],
): void {
  if (keys.length === 0) return;
  tx.send(
    `insert into lead_keys (lead_id, kind, value, at)
     select $1, k.kind, k.value, $2 from jsonb_to_recordset($3::jsonb) as k(kind text, value text)`,
    [lead.id, lead.created_at, JSON.stringify(keys)],
  );
}

/**
 * Leads of one customer that come in the same moment (a button pressed twice) wait for each other, so that the second
 * sees the first. Held until the transaction ends.
 */
export function queueBehindAlike(tx: Tx, keys: readonly LeadLookup[]): void {
  const strongest = keys[0];
  if (!strongest) return;
  tx.send('select pg_advisory_xact_lock(hashtextextended($1, 5))', [`${strongest.kind} ${strongest.value}`]);
}

/**
 * Leads of the last half year that share a key with this one, the oldest first.
 *
 * @param which `earlier` leaves out what came later, for a lead that has lain here before it is compared
 */
export async function leadsSharing(
  db: Asks,
  lead: Pick<Lead, 'id' | 'created_at'>,
  keys: readonly LeadLookup[],
  which: 'all' | 'earlier',
): Promise<ComparedLead[]> {
  if (keys.length === 0) return [];
  const since = new Date(lead.created_at.getTime() - duplicateDays * 86_400_000);
  return db.query<ComparedLead>(
    `select l.reference, l.prospect, l.products
     from (select distinct near.lead_id
           from jsonb_to_recordset($1::jsonb) as x(kind text, value text)
           cross join lateral (
             select k.lead_id from lead_keys k
             where k.kind = x.kind and k.value = x.value and k.at >= $2 and k.lead_id <> $4::uuid
               and ($3::timestamptz is null or (k.at, k.lead_id) < ($3, $4::uuid))
             order by k.at desc limit ${most}) near) found
     join leads l on l.id = found.lead_id
     where l.state <> 'erased' order by l.created_at, l.id`,
    [JSON.stringify(keys), since, which === 'earlier' ? lead.created_at : null, lead.id],
  );
}

/** An erased lead is found by nothing any more. */
export function dropLookups(tx: Tx, leadId: string): void {
  tx.send('delete from lead_keys k where k.lead_id = $1', [leadId]);
}
