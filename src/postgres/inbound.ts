import type { InboundState } from '../lead/tables.ts';
import type { Asks, Tx } from './database.ts';
import { freeDeadLeases, takeDue } from './queue.ts';

export interface InboundRow {
  readonly id: string;
  readonly message_id: string;
  readonly raw: Buffer;
  readonly via: string;
  readonly authenticated: boolean | null;
  readonly state: InboundState;
  readonly received_at: Date;
  readonly attempts: number;
  readonly lease_token: string;
}

/** Stores raw bytes before anything reads them. @returns the row's id, the earlier one's when the mail is known */
export async function storeInbound(
  tx: Tx,
  mail: {
    readonly id: string;
    readonly message_id: string;
    readonly sha256: Buffer;
    readonly raw: Buffer;
    readonly via: string;
    readonly authenticated: boolean | null;
  },
): Promise<{ readonly id: string; readonly fresh: boolean }> {
  const m = mail;
  const rows = await tx.query<{ id: string }>(
    `insert into inbound (id, message_id, sha256, raw, via, authenticated, state, received_at, due_at)
     values ($1, $2, $3, $4, $5, $6, 'received', $7, $7) on conflict (message_id, sha256) do nothing returning id`,
    [m.id, m.message_id, m.sha256, m.raw, m.via, m.authenticated, tx.now],
  );
  if (rows[0]) return { id: rows[0].id, fresh: true };
  const known = await tx.query<{ id: string }>(
    'select i.id from inbound i where i.message_id = $1 and i.sha256 = $2',
    [m.message_id, m.sha256],
  );
  return { id: known[0]?.id as string, fresh: false };
}

const queue = { table: 'inbound', waiting: 'received', order: 'd.due_at, d.id' } as const;

export async function takeInbound(
  tx: Tx,
  token: string,
  owner: number,
  only: string | null,
): Promise<InboundRow | undefined> {
  const read = `select l.id, l.message_id, l.raw, l.via, l.authenticated, l.state, l.received_at, l.attempts, l.lease_token
    from l`;
  const rows = only
    ? await tx.query<InboundRow>(
        `with l as (update inbound i set attempts = i.attempts + 1, lease_token = $2, lease_owner = $4,
             lease_until = $3::timestamptz + interval '60 seconds'
           where i.id = $1 and i.state = 'received' and (i.lease_until is null or i.lease_until <= $3) returning i.*)
         ${read}`,
        [only, token, tx.now, owner],
      )
    : await takeDue<InboundRow>(tx, queue, { limit: 1, leaseSeconds: 60, token, owner }, 'received', read);
  return rows[0];
}

/** Mails whose reader died over them. */
export const freeInbound = (tx: Tx): Promise<number> => freeDeadLeases(tx, queue, 'received');

export interface InboundEnd {
  readonly state: InboundState;
  readonly class?: string | null;
  readonly from_address?: string | null;
  readonly subject?: string | null;
  readonly lead_id?: string | null;
  readonly person_id?: string | null;
  readonly thread_id?: string | null;
  readonly reading?: unknown;
  readonly error?: string | null;
}

/** Settles a mail that was taken, fenced by its lease. */
export async function settleInbound(
  tx: Tx,
  mail: { readonly id: string; readonly lease_token: string },
  end: InboundEnd,
): Promise<boolean> {
  const rows = await tx.query(
    `update inbound i set state = $3, class = $4, from_address = $5, subject = $6, lead_id = $7, person_id = $8,
       thread_id = $9, reading = $10, error = $11, settled_at = $12, due_at = null, lease_until = null, lease_token = null
     where i.id = $1 and i.lease_token = $2 and i.state = 'received' returning i.id`,
    [
      mail.id,
      mail.lease_token,
      end.state,
      end.class ?? null,
      end.from_address ?? null,
      end.subject ?? null,
      end.lead_id ?? null,
      end.person_id ?? null,
      end.thread_id ?? null,
      end.reading === undefined ? null : JSON.stringify(end.reading),
      end.error ?? null,
      tx.now,
    ],
  );
  return rows.length === 1;
}

/** Puts a mail back after a failure that may pass. */
export async function retryInbound(
  tx: Tx,
  mail: { id: string; lease_token: string },
  again: Date,
  error: string,
): Promise<void> {
  await tx.query(
    `update inbound i set due_at = $3, error = $4, lease_until = null, lease_token = null
     where i.id = $1 and i.lease_token = $2`,
    [mail.id, mail.lease_token, again, error.slice(0, 2000)],
  );
}

export interface InboundSummary {
  readonly id: string;
  readonly state: InboundState;
  readonly class: string | null;
  readonly from: string | null;
  readonly subject: string | null;
  readonly lead: string | null;
  readonly reading: unknown;
  readonly error: string | null;
  readonly received_at: Date;
}

/** With what decides who may read it: the lead, and the partner (external id) whose person wrote. */
export interface InboundFound extends InboundSummary {
  readonly lead_id: string | null;
  readonly partner: string | null;
}

const summary = `i.id, i.state, i.class, i.from_address as "from", i.subject, l.reference as lead, i.reading, i.error,
  i.received_at, i.lead_id, (select r.external_id from people w join partners r on r.id = w.partner_id
    where w.id = i.person_id) as partner`;

export async function findInbound(db: Asks, id: string): Promise<InboundFound | undefined> {
  const rows = await db.query<InboundFound>(
    `select ${summary} from inbound i left join leads l on l.id = i.lead_id where i.id = $1`,
    [id],
  );
  return rows[0];
}

export async function inboundRaw(db: Asks, id: string): Promise<Buffer | undefined> {
  return (await db.query<{ raw: Buffer }>('select i.raw from inbound i where i.id = $1', [id]))[0]?.raw;
}

export async function listInbound(
  db: Asks,
  f: {
    readonly state: string | null;
    readonly before: { readonly at: Date; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<InboundFound[]> {
  return db.query<InboundFound>(
    `select ${summary} from inbound i left join leads l on l.id = i.lead_id
     where ($1::text is null or i.state = $1)
       and ($2::timestamptz is null or (i.received_at, i.id) < ($2, $3::uuid))
     order by i.received_at desc, i.id desc limit $4`,
    [f.state, f.before?.at ?? null, f.before?.id ?? null, f.limit],
  );
}
