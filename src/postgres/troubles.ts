import type { Tx } from './database.ts';

/** Mails that will not go on by themselves, and of which nobody has been told yet. */
const letterTrouble = `m.state in ('dead', 'parked') and m.told_at is null and m.kind <> 'operator'`;
const inboundTrouble = `n.state = 'quarantined' and n.told_at is null`;

/** A condition: there is something to be told. */
export const trouble = `(exists (select from letters m where ${letterTrouble})
  or exists (select from inbound n where ${inboundTrouble}))`;

export interface TroubleFound {
  readonly sort: 'quarantined' | 'dead' | 'parked';
  readonly id: string;
  readonly at: Date;
  readonly what: string | null;
  readonly who: string | null;
  readonly error: string | null;
}

/** Takes the turn of telling for a day, when there is something to tell. @returns whether it is ours */
export async function takeOperatorTurn(tx: Tx): Promise<boolean> {
  const rows = await tx.query(
    `update installation i set operator_at = $1::timestamptz + interval '1 day'
     where (i.operator_at is null or i.operator_at <= $1) and ${trouble} returning i.one`,
    [tx.now],
  );
  return rows.length > 0;
}

/** Everything nobody has been told of, newest first; from now on it counts as told. */
export async function takeTroubles(tx: Tx): Promise<TroubleFound[]> {
  return tx.query<TroubleFound>(
    `with l as (update letters m set told_at = $1 where ${letterTrouble} returning m.*),
       i as (update inbound n set told_at = $1 where ${inboundTrouble} returning n.*)
     select l.state as sort, l.id, l.created_at as at, l.kind as what, l.to_address as who, l.last_error as error from l
     union all
     select 'quarantined', i.id, i.received_at, null, i.from_address, i.error from i
     order by at desc, id desc`,
    [tx.now],
  );
}
