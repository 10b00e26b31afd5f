import type { Asks, Tx } from './database.ts';

/** Letters that are posted and have not gone out, while something about their reader changes. */

/**
 * Letters that have not gone out follow their reader to another address: at the old one nobody may read them any more.
 * What was composed for it is composed anew, with links of the reader's present epoch.
 */
export async function forwardLetters(tx: Tx, partnerId: string): Promise<void> {
  await tx.query(
    `with moved as (
       update letters l set to_address = p.email, to_name = p.name from people p
       where p.id = l.person_id and p.partner_id = $1 and p.active and l.state = 'due'
         and lower(l.to_address) <> lower(p.email) returning l.id)
     delete from letter_bytes b using moved m where b.letter_id = m.id`,
    [partnerId],
  );
}

/** Offers whose letters wait for a time of their reader's own. */
export async function waitingOffers(db: Asks, personId: string): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select o.id from letters l join offers o on o.id = l.offer_id
     where l.person_id = $1 and l.kind = 'offer' and l.state = 'due' and l.attempts = 0 and o.opens_at is not null
     order by o.id`,
    [personId],
  );
  return rows.map(({ id }) => id);
}

/** The waiting letter of an offer leaves at another time, and names the end of the window that begins then. */
export function moveOfferLetter(tx: Tx, offerId: string, leaves: Date, until: Date): void {
  tx.send(
    `update letters l set due_at = $2, view = jsonb_set(l.view, '{expiresAt}', to_jsonb($3::text))
     where l.kind = 'offer' and l.offer_id = $1 and l.state = 'due' and l.attempts = 0`,
    [offerId, leaves, until.toISOString()],
  );
}
