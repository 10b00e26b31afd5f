import path from 'node:path';
import { circleOf, circleWords, topDown } from '../lead/hierarchy.ts';
import { hint } from '../lead/nearest.ts';
import type { FieldFault } from '../lead/refusals.ts';
import type { Asks, Tx } from '../postgres/database.ts';
import { addImport, addImported } from '../postgres/imports.ts';
import { contactPartners, hierarchy, lockHierarchy, partnerBefore } from '../postgres/partner-imports.ts';
import { findPartner, putPartner } from '../postgres/partners.ts';
import { currentProgrammes } from '../postgres/programs.ts';
import { readRows, writingOf } from './csv-read.ts';
import type { Deps } from './deps.ts';
import { atColumns, type Columns, columnsOf, fieldsOf, type RowFault } from './import-columns.ts';
import type { Imported, ImportWish } from './import-leads.ts';
import {
  contactsIn,
  isContactField,
  partnerColumnNames,
  partnerFieldBehind,
  partnerInRows,
  partnerPart,
} from './import-partner-row.ts';
import { belongsElsewhere, type PartnerTold } from './register.ts';

/** The check of PUT /partners, and its normal spelling; handed in. */
export type CheckPartner = (
  externalId: string,
  value: unknown,
) => Promise<{ ok: true; partner: PartnerTold } | { ok: false; errors: readonly FieldFault[] }>;

/** A partner gathered from its rows. */
interface Gathered {
  readonly id: string;
  readonly line: number;
  fields: Record<string, string>;
  readonly contacts: { line: number; number: number; fields: Readonly<Record<string, string>> }[];
  told?: PartnerTold;
}

interface File {
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly partners: Gathered[];
  readonly rows: number;
  readonly faults: RowFault[];
}

/**
 * Takes in a file of partners: one row a partner with its contacts in numbered columns, or one row a contact. All of
 * them in one transaction; one bad partner and nothing is written, unless only the good ones are wanted.
 */
export async function importPartners(
  deps: Deps,
  wish: Omit<ImportWish, 'dispatch'>,
  check: CheckPartner,
): Promise<Imported> {
  const writing = await writingOf(wish.file);
  const file = await gather(wish, writing);
  const none = { batch: null, rows: file.rows, imported: 0, known: 0, bad: 0, faults: file.faults, writing };
  if (file.columns.length === 0 || file.faults.some((f) => f.line === 1)) return none;
  const alone = [...file.faults];
  for (const partner of file.partners) alone.push(...(await checkOne(partner, file, check)));
  const faults = await withTogether(deps, file, alone);
  const bad = new Set(faults.map((f) => f.line));
  const good = goodIn(file, bad).flatMap((p) => (p.told ? [p.told] : []));
  const found = { ...none, faults: faults.sort((a, b) => a.line - b.line).slice(0, 1_000), bad: bad.size };
  if (wish.dryRun || (bad.size > 0 && !wish.onlyGood) || good.length === 0) return found;
  const batch = await deps.db.inTransaction((tx) => write(deps, tx, path.basename(wish.file), good));
  wish.progress?.('imported', good.length);
  return { ...found, batch, imported: good.length };
}

const goodIn = (file: File, bad: ReadonlySet<number>): Gathered[] =>
  file.partners.filter((p) => p.told && !bad.has(p.line) && !p.contacts.some((c) => bad.has(c.line)));

/** A partner that is left out takes others with it: those below it, and those who were to have its people. */
async function withTogether(deps: Deps, file: File, alone: readonly RowFault[]): Promise<RowFault[]> {
  const known = await knownTogether(deps);
  for (let together: RowFault[] = []; ; ) {
    const found = [...alone, ...together];
    const good = goodIn(file, new Set(found.map((f) => f.line)));
    const more = checkTogether(known, file, new Set(good.map((p) => p.id)));
    if (more.length === together.length) return found;
    together = more;
  }
}

async function gather(wish: Omit<ImportWish, 'dispatch'>, writing: Imported['writing']): Promise<File> {
  const byId = new Map<string, Gathered>();
  const faults: RowFault[] = [];
  let header: readonly string[] = [];
  let columns: Columns = [];
  let rows = -1;
  for await (const { line, cells } of readRows(wish.file, writing)) {
    rows += 1;
    if (rows === 0) {
      header = cells;
      const found = columnsOf(header, partnerColumnNames, wish.map, isContactField);
      columns = found.columns;
      faults.push(...found.faults);
      if (faults.length > 0) break;
      continue;
    }
    const fields = fieldsOf(columns, cells);
    const id = fields['external_id'];
    if (!id) {
      const message = 'is missing: every row names its partner by an id of your own';
      faults.push(...atColumns(line, header, columns, [{ field: 'external_id', message }]));
      continue;
    }
    const partner = byId.get(id) ?? { id, line, fields: {}, contacts: [] };
    byId.set(id, partner);
    faults.push(...addRow(partner, line, fields, header, columns));
  }
  if (rows < 0)
    faults.push({ line: 1, column: '', message: 'the file is empty: its first row names the columns' });
  return { header, columns, partners: [...byId.values()], rows: Math.max(0, rows), faults };
}

/** A further row of a partner brings contacts, and says of the partner the same or nothing. */
function addRow(
  partner: Gathered,
  line: number,
  fields: Readonly<Record<string, string>>,
  header: readonly string[],
  columns: Columns,
): RowFault[] {
  const part = partnerPart(fields);
  const differs = Object.keys(part).filter(
    (f) => partner.fields[f] !== undefined && partner.fields[f] !== part[f],
  );
  partner.fields = { ...part, ...partner.fields };
  for (const contact of contactsIn(fields)) partner.contacts.push({ line, ...contact });
  return atColumns(
    line,
    header,
    columns,
    differs.map((field) => ({
      field,
      message: `says "${part[field]}", but line ${partner.line} says "${partner.fields[field]}" of the same partner`,
    })),
  );
}

async function checkOne(partner: Gathered, file: File, check: CheckPartner): Promise<RowFault[]> {
  const { external_id: _, ...fields } = partner.fields;
  const value = partnerInRows(
    fields,
    partner.contacts.map((c) => c.fields),
  );
  const checked = await check(partner.id, value);
  if (checked.ok) {
    partner.told = checked.partner;
    return [];
  }
  return checked.errors.flatMap(({ pointer, message }) => {
    const { field, contact } = partnerFieldBehind(pointer);
    const at = contact === null ? undefined : partner.contacts[contact];
    const column = at && at.number > 1 ? `${field}_${at.number}` : field;
    return atColumns(at?.line ?? partner.line, file.header, file.columns, [{ field: column, message }]);
  });
}

interface Known {
  readonly above: ReadonlyMap<string, string | null>;
  readonly levels: readonly string[];
  readonly owners: ReadonlyMap<string, string>;
}

const knownTogether = async (deps: Deps): Promise<Known> => ({
  above: await hierarchy(deps.db),
  levels: await knownLevels(deps),
  owners: await contactPartners(deps.db),
});

/**
 * What no partner shows by itself: circles, unknown parents and levels, a person in two companies.
 *
 * @param good ids of the partners of the file that will be taken in, as far as is known
 */
function checkTogether(known: Known, file: File, good: ReadonlySet<string>): RowFault[] {
  const { levels } = known;
  const above = new Map(known.above);
  for (const p of file.partners) above.set(p.id, p.fields['parent'] ?? null);
  const inFile = new Set(file.partners.map((p) => p.id));
  // Whoever is told anew gives its addresses free first.
  const owners = new Map([...known.owners].filter(([, partner]) => !good.has(partner)));
  return file.partners.flatMap((p) => {
    const at = (line: number, field: string, message: string): RowFault[] =>
      atColumns(line, file.header, file.columns, [{ field, message }]);
    const { parent, level } = p.fields;
    const circle = circleOf(p.id, above);
    const faults: RowFault[] = [];
    if (circle) faults.push(...at(p.line, 'parent', circleWords(circle)));
    else if (parent && !above.has(parent))
      faults.push(
        ...at(
          p.line,
          'parent',
          `there is no partner "${parent}", neither here nor in this file; ${hint(parent, [...inFile])}`,
        ),
      );
    else if (parent && !known.above.has(parent) && !good.has(parent))
      faults.push(...at(p.line, 'parent', `"${parent}" is left out itself: mend its row first`));
    if (level && levels.length > 0 && !levels.includes(level))
      faults.push(...at(p.line, 'level', `"${level}" is no level of any programme; ${hint(level, levels)}`));
    for (const contact of p.contacts) {
      const email = contact.fields['email']?.toLowerCase();
      const other = email && owners.get(email);
      const field = contact.number > 1 ? `contact_email_${contact.number}` : 'contact_email';
      if (other && other !== p.id) faults.push(...at(contact.line, field, belongsElsewhere(email, other)));
      else if (email) owners.set(email, p.id);
    }
    return faults;
  });
}

/** The levels that programmes rank; none where no programme ranks any. */
async function knownLevels(deps: Deps): Promise<string[]> {
  const programmes = await currentProgrammes(deps.db);
  const criteria = programmes.flatMap((p) => p.document.matching.criteria).filter((c) => c.kind === 'level');
  return [...new Set(criteria.flatMap((c) => (c.options['order'] as string[] | undefined) ?? []))];
}

async function write(deps: Deps, tx: Tx, file: string, partners: readonly PartnerTold[]): Promise<string> {
  const id = deps.ids.reference(6).replace('L-', 'B-');
  // Nobody builds a circle out of two halves while the file is written.
  lockHierarchy(tx);
  await refuseCircles(tx, partners);
  await addImport(tx, { id, thing: 'partner', file });
  const items: { id: string; before: unknown }[] = [];
  for (const { parent, contacts, ...record } of topDown(partners)) {
    const before = (await partnerBefore(tx, record.external_id)) ?? null;
    const parentId = parent ? await idOf(tx, deps, parent) : null;
    const ids = { partner: deps.ids.uuid(tx.now), contact: () => deps.ids.uuid(tx.now) };
    const put = await putPartner(tx, ids, { ...record, parent_id: parentId }, contacts);
    items.push({ id: put.id, before });
  }
  addImported(tx, id, items);
  return id;
}

/** Somebody may have changed the hierarchy since the file was checked. */
async function refuseCircles(tx: Tx, partners: readonly PartnerTold[]): Promise<void> {
  const above = await hierarchy(tx);
  for (const p of partners) above.set(p.external_id, p.parent);
  const circle = partners.map((p) => circleOf(p.external_id, above)).find((found) => found);
  if (circle) throw new Error(`the hierarchy changed while the file was read: ${circleWords(circle)}`);
}

async function idOf(tx: Asks, deps: Deps, externalId: string): Promise<string> {
  const partner = await findPartner(tx, deps.db, externalId);
  if (!partner) throw new Error(`the partner ${externalId} went while a file was imported`);
  return partner.id;
}
