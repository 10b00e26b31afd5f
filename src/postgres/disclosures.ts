import type { Tier } from '../lead/disclosure.ts';
import type { Programme } from '../lead/programme.ts';
import type { Asks } from './database.ts';

/** The rules of disclosure between a lead's programme and one partner who had to do with it. */
export interface DisclosureRow extends Tier {
  readonly lead_id: string;
  /** External id; null where nobody has had to do with the lead. */
  readonly partner: string | null;
  readonly rules: Programme['disclosure'];
}

/** For leads whose programme holds anything back; most do not, and then this is empty. */
export async function disclosureRows(db: Asks, leadIds: readonly string[]): Promise<DisclosureRow[]> {
  if (leadIds.length === 0) return [];
  return db.query<DisclosureRow>(
    `select l.id as lead_id, p.external_id as partner, p.kind, up.kind as parent_kind, g.document -> 'disclosure' as rules
     from leads l join programs g on g.key = l.program_key and g.version = l.program_version
       left join lateral (
         select o.partner_id from offers o where o.lead_id = l.id
         union select o.via_partner_id from offers o where o.lead_id = l.id
         union select a.partner_id from assignments a where a.lead_id = l.id
         union select a.via_partner_id from assignments a where a.lead_id = l.id
         union select (f.data ->> 'from_partner')::uuid from facts f
               where f.lead_id = l.id and f.what in ('assignment.passed_on', 'offer.passed_on')) x on true
       left join partners p on p.id = x.partner_id left join partners up on up.id = p.parent_id
     where l.id = any($1::uuid[])
       and g.document -> 'disclosure' not in ('{"distributor_to_vendor": [], "partner_to_vendor": []}'::jsonb)`,
    [leadIds],
  );
}
