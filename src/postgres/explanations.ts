import type { Asks, Tx } from './database.ts';

export interface StoredExplanation {
  readonly at: Date;
  readonly program_key: string;
  readonly program_version: number;
  readonly partners: unknown;
}

/** Keeps why a wave went to whom it went. */
export function keepExplanation(
  tx: Tx,
  leadId: string,
  key: string,
  version: number,
  partners: unknown,
): void {
  tx.send(
    `insert into explanations (lead_id, at, program_key, program_version, partners) values ($1, $2, $3, $4, $5)
     on conflict (lead_id, at) do update set partners = excluded.partners`,
    [leadId, tx.now, key, version, JSON.stringify(partners)],
  );
}

/** The explanation of the latest matching of a lead. */
export async function latestExplanation(db: Asks, leadId: string): Promise<StoredExplanation | undefined> {
  const rows = await db.query<StoredExplanation>(
    `select e.at, e.program_key, e.program_version, e.partners from explanations e
     where e.lead_id = $1 order by e.at desc limit 1`,
    [leadId],
  );
  return rows[0];
}
