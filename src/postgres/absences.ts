import type { Asks, Tx } from './database.ts';

export const absenceSources = ['api', 'cli', 'console', 'link', 'reply'] as const;
export type AbsenceSource = (typeof absenceSources)[number];

/** An absence as it is kept; one that is not confirmed is only proposed and changes nothing. */
export interface AbsenceRow {
  readonly id: string;
  readonly person_id: string;
  readonly from_at: Date;
  readonly until_at: Date;
  readonly deputy_id: string | null;
  readonly source: AbsenceSource;
  readonly inbound_id: string | null;
  readonly confirmed_at: Date | null;
}

const columns = `a.id, a.person_id, a.from_at, a.until_at, a.deputy_id, a.source, a.inbound_id, a.confirmed_at`;

/** The absence that a person was asked about and nobody has confirmed yet. */
export async function absenceAskedOf(db: Asks, personId: string, now: Date): Promise<AbsenceRow | undefined> {
  const rows = await db.query<AbsenceRow>(
    `select ${columns} from absences a where a.confirmed_at is null and a.until_at > $2
       and exists (select from letters l where l.key = concat('absence:', a.id, ':', $1::uuid))
     order by a.from_at desc, a.id limit 1`,
    [personId, now],
  );
  return rows[0];
}

/** The present or next absence of a person, confirmed before proposed. */
export async function currentAbsence(db: Asks, personId: string, now: Date): Promise<AbsenceRow | undefined> {
  const rows = await db.query<AbsenceRow>(
    `select ${columns} from absences a where a.person_id = $1 and a.until_at > $2
     order by a.confirmed_at is null, a.from_at, a.id limit 1`,
    [personId, now],
  );
  return rows[0];
}

export async function findAbsence(db: Asks, id: string): Promise<AbsenceRow | undefined> {
  return (await db.query<AbsenceRow>(`select ${columns} from absences a where a.id = $1`, [id]))[0];
}

/**
 * Ends what a person's absences have left of their time, also proposed and coming ones.
 *
 * @param except the absence that takes their place
 */
export async function endAbsences(tx: Tx, personId: string, except: string | null = null): Promise<void> {
  await tx.query(
    `delete from absences where person_id = $1 and id is distinct from $3
       and until_at > $2 and (from_at >= $2 or confirmed_at is null)`,
    [personId, tx.now, except],
  );
  await tx.query(
    'update absences set until_at = $2 where person_id = $1 and id is distinct from $3 and until_at > $2',
    [personId, tx.now, except],
  );
}

/** Somebody has said that a proposed absence is so; it counts from now on. */
export async function confirmAbsence(tx: Tx, id: string, until: Date): Promise<void> {
  await tx.query('update absences set confirmed_at = $2, from_at = $2, until_at = $3 where id = $1', [
    id,
    tx.now,
    until,
  ]);
}

export async function addAbsence(tx: Tx, row: AbsenceRow): Promise<void> {
  await tx.query(
    `insert into absences (id, person_id, from_at, until_at, deputy_id, source, inbound_id, confirmed_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      row.id,
      row.person_id,
      row.from_at,
      row.until_at,
      row.deputy_id,
      row.source,
      row.inbound_id,
      row.confirmed_at,
      tx.now,
    ],
  );
}

/**
 * Somebody goes away, is back, or is reached by no mail: partners are read again, and every lead that waits for the
 * person is looked at now, because somebody else may have to take over and deadlines may have to wait.
 */
export async function personChanged(tx: Tx, personId: string): Promise<void> {
  await tx.query('update installation set partners_version = partners_version + 1');
  await tx.query(
    `update leads set wake_at = $2 where wake_at > $2 and id in (
       select a.lead_id from assignments a where a.contact_id = $1 and a.state = 'active'
       union select o.lead_id from offers o where o.contact_id = $1 and o.state in ('scheduled', 'sent'))`,
    [personId, tx.now],
  );
}
