import type { Tx } from './database.ts';
import { letterQueue } from './letters.ts';
import { freeDeadLeases } from './queue.ts';

/** Letters that were taken and will not be sent now: due again, without waiting for the end of their lease. */
export async function handBackLetters(tx: Tx, token: string): Promise<void> {
  await tx.query(
    `update letters l set state = 'due', lease_until = null, lease_token = null, lease_owner = null
     where l.state = 'sending' and l.lease_token = $1`,
    [token],
  );
}

/**
 * Letters that stand as ours and that we have not in hand: a crash of the database took back that we acknowledged them,
 * or that we handed them back. Due again, without waiting for the end of their lease.
 *
 * @param inHand whether this process is at a letter. It is asked after the letters were read, since it is told of one
 * before the taking is committed: asked earlier, it would not know one that was taken in between.
 */
export async function freeForgotten(tx: Tx, owner: number, inHand: (id: string) => boolean): Promise<number> {
  const ours = await tx.query<{ id: string; lease_token: string }>(
    `select l.id, l.lease_token from letters l where l.state = 'sending' and l.lease_owner = $1`,
    [owner],
  );
  const forgotten = ours.filter(({ id }) => !inHand(id));
  if (forgotten.length === 0) return 0;
  // By the token too: one that was acknowledged and taken anew since is in hand again.
  const rows = await tx.query(
    `update letters l set state = 'due', lease_until = null, lease_token = null, lease_owner = null
     from unnest($1::uuid[], $2::uuid[]) as f(id, lease_token)
     where l.id = f.id and l.lease_token = f.lease_token and l.state = 'sending' returning l.id`,
    [forgotten.map((l) => l.id), forgotten.map((l) => l.lease_token)],
  );
  return rows.length;
}

/** Letters whose sender died with the lease: due again, with the bytes they have. */
export const freeLetters = (tx: Tx): Promise<number> => freeDeadLeases(tx, letterQueue, 'sending');
