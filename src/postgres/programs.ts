import type { Programme } from '../lead/programme.ts';
import type { Asks, Tx } from './database.ts';

export interface ProgrammeVersion {
  readonly key: string;
  readonly version: number;
  readonly document: Programme;
  readonly author: string;
  readonly note: string | null;
  readonly created_at: Date;
}

const columns = 'p.key, p.version, p.document, p.author, p.note, p.created_at';

/** The newest version of every programme. */
export async function currentProgrammes(db: Asks): Promise<ProgrammeVersion[]> {
  return db.query<ProgrammeVersion>(
    `select distinct on (p.key) ${columns} from programs p order by p.key, p.version desc`,
  );
}

/** The newest version of one programme; of the default one when no key is named. */
export async function currentProgramme(db: Asks, key: string | null): Promise<ProgrammeVersion | undefined> {
  const rows = await db.query<ProgrammeVersion>(
    `select ${columns} from programs p
     where (p.key, p.version) in (select n.key, max(n.version) from programs n group by n.key)
       and case when $1::text is null then p.is_default else p.key = $1 end
     order by p.created_at desc, p.key limit 1`,
    [key],
  );
  return rows[0];
}

/** One version of a programme. */
export async function findProgramme(
  db: Asks,
  key: string,
  version: number,
): Promise<ProgrammeVersion | undefined> {
  const rows = await db.query<ProgrammeVersion>(
    `select ${columns} from programs p where p.key = $1 and p.version = $2`,
    [key, version],
  );
  return rows[0];
}

/** Who made which version when, and why; newest first. */
export async function programmeVersions(
  db: Asks,
  key: string,
): Promise<Omit<ProgrammeVersion, 'document' | 'key'>[]> {
  return db.query(
    `select p.version, p.author, p.note, p.created_at from programs p where p.key = $1 order by p.version desc`,
    [key],
  );
}

/** The newest versions, remembered until a programme is applied. */
const newest = new WeakMap<object, { version: string; found: Map<string, ProgrammeVersion | undefined> }>();

/** The same inside a transaction, read once until the next change of any programme. */
export async function knownProgramme(
  tx: Tx,
  database: object,
  key: string | null,
): Promise<ProgrammeVersion | undefined> {
  let known = newest.get(database);
  if (known?.version !== tx.versions.programs) {
    known = { version: tx.versions.programs, found: new Map() };
    newest.set(database, known);
  }
  const name = key ?? '';
  if (!known.found.has(name)) known.found.set(name, await currentProgramme(tx, key));
  return known.found.get(name);
}

/** A version never changes once written, so it is read once a process. */
const versions = new WeakMap<object, Map<string, Programme>>();

export async function programmeVersion(
  db: Asks,
  cache: object,
  key: string,
  version: number,
): Promise<Programme> {
  const known = versions.get(cache) ?? new Map<string, Programme>();
  versions.set(cache, known);
  const name = `${key} ${version}`;
  let programme = known.get(name);
  if (!programme) {
    programme = (await findProgramme(db, key, version))?.document;
    if (!programme) throw new Error(`programme ${name} is not in the database`);
    known.set(name, programme);
  }
  return programme;
}

export async function addProgramme(
  tx: Tx,
  programme: Programme,
  author: string,
  note: string | null,
): Promise<number> {
  const rows = await tx.query<{ version: number }>(
    `insert into programs (key, version, name, is_default, document, author, note, created_at)
     select $1, coalesce(max(p.version), 0) + 1, $2, $3, $4, $5, $6, $7 from programs p where p.key = $1
     returning version`,
    [programme.key, programme.name, programme.default, JSON.stringify(programme), author, note, tx.now],
  );
  await tx.query('update installation set programs_version = programs_version + 1');
  return rows[0]?.version as number;
}
