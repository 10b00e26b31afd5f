import type { PromiseWord } from '../lead/assignment.ts';
import type { Wait } from '../lead/waits.ts';
import type { Asks, Tx } from './database.ts';

/** Holds and places in line: rows beside the offers, written under the lead's lock. */

export const waitColumns = 'w.offer_id, w.hold_until, w.queued_at, w.promise';

/** A hold that has been given is never moved, whoever writes. */
export function saveWaits(tx: Tx, leadId: string, waits: readonly Wait[]): void {
  if (waits.length === 0) return;
  tx.send(
    `insert into offer_waits (offer_id, lead_id, hold_until, queued_at, promise)
     select w.offer_id, $1, w.hold_until, w.queued_at, w.promise
     from jsonb_to_recordset($2::jsonb) as w(offer_id uuid, hold_until timestamptz, queued_at timestamptz, promise text)
     on conflict (offer_id) do update set hold_until = coalesce(offer_waits.hold_until, excluded.hold_until),
       queued_at = excluded.queued_at, promise = excluded.promise`,
    [leadId, JSON.stringify(waits)],
  );
}

/** A lead that is kept for somebody of a partner at this moment. */
export interface HeldOffer {
  readonly offer_id: string;
  readonly lead_id: string;
  readonly contact_id: string;
  readonly promise: PromiseWord | null;
  readonly until: Date;
}

export const holdsOf = (db: Asks, partnerId: string, now: Date): Promise<HeldOffer[]> =>
  db.query<HeldOffer>(
    `select w.offer_id, o.lead_id, o.contact_id, w.promise, w.hold_until as until
     from offer_waits w join offers o on o.id = w.offer_id
     where o.partner_id = $1 and w.hold_until > $2 and o.state in ('scheduled', 'sent', 'expired')
     order by w.hold_until, w.offer_id`,
    [partnerId, now],
  );
