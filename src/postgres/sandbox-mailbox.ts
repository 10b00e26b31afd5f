import type { Asks } from './database.ts';

export interface SentRow {
  readonly id: string;
  readonly kind: string;
  readonly to: string;
  readonly subject: string;
  readonly sent_at: Date;
}

export async function listSent(
  db: Asks,
  f: {
    readonly to: string | null;
    readonly before: { readonly at: Date; readonly id: string } | null;
    readonly limit: number;
  },
): Promise<SentRow[]> {
  return db.query<SentRow>(
    `select l.id, l.kind, l.to_address as "to", b.subject, l.sent_at
     from letters l join letter_bytes b on b.letter_id = l.id
     where l.state = 'sent' and ($1::text is null or lower(l.to_address) = lower($1))
       and ($2::timestamptz is null or (coalesce(l.sent_at, l.created_at), l.id) < ($2, $3::uuid))
     order by coalesce(l.sent_at, l.created_at) desc, l.id desc limit $4`,
    [f.to, f.before?.at ?? null, f.before?.id ?? null, f.limit],
  );
}

export interface Mailbox {
  readonly address: string;
  readonly name: string | null;
  readonly role: string | null;
  readonly company: string | null;
  readonly count: number;
}

/** Everybody who has got mail, partners first, then the vendor's people, by company and name. */
export async function mailboxes(db: Asks): Promise<Mailbox[]> {
  return db.query<Mailbox>(
    `select lower(l.to_address) as address, max(l.to_name) as name, max(p.role) as role, max(r.name) as company,
       count(*)::int as count
     from letters l left join people p on p.id = l.person_id left join partners r on r.id = p.partner_id
     where l.state = 'sent' group by lower(l.to_address)
     order by max(r.name) nulls last, max(l.to_name)`,
  );
}

export interface ArrivedLetter {
  readonly id: string;
  readonly kind: string;
  readonly lead_id: string | null;
  readonly offer_id: string | null;
  readonly person_id: string | null;
  readonly to: string;
  readonly sent_at: Date;
}

/** Letters sent after the last one seen, in the order they were posted. */
export async function arrivedAfter(db: Asks, lastId: string): Promise<ArrivedLetter[]> {
  return db.query<ArrivedLetter>(
    `select l.id, l.kind, l.lead_id, l.offer_id, l.person_id, lower(l.to_address) as "to", l.sent_at
     from letters l where l.state = 'sent' and l.id > $1 order by l.id`,
    [lastId],
  );
}
