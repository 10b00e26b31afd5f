import type { Tx } from './database.ts';

/** A press of one of the two buttons of an offer. */
export interface Press {
  readonly offer_id: string;
  readonly person_id: string;
  readonly act: 'accept' | 'decline';
  /** The network it came from, blurred. */
  readonly network: string;
}

/**
 * Keeps a press and says whether the other button of the same offer was pressed for the same person from the same
 * network since `since`. What is older is forgotten.
 */
export async function otherPressed(tx: Tx, press: Press, since: Date): Promise<boolean> {
  tx.send('delete from presses p where p.at < $1', [since]);
  const { offer_id, person_id, act, network } = press;
  const rows = await tx.query<{ other: boolean }>(
    `with kept as (insert into presses (offer_id, person_id, act, network, at) values ($1, $2, $3, $4, $5))
     select exists (select from presses p where p.offer_id = $1 and p.person_id = $2 and p.act <> $3
       and p.network = $4 and p.at >= $6) as other`,
    [offer_id, person_id, act, network, tx.now, since],
  );
  return rows[0]?.other === true;
}

/** The browsers that have pressed for this person so far are strangers again. */
export function suspectPerson(tx: Tx, personId: string): void {
  tx.send('update people set suspected_at = $2 where id = $1', [personId, tx.now]);
}
