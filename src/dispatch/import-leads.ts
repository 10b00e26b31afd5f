import path from 'node:path';
import { leadLookups } from '../lead/duplicates.ts';
import { capture } from '../lead/intake.ts';
import type { Change } from '../lead/lead-case.ts';
import { hint } from '../lead/nearest.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { insertCaptured, knownNames, nameOf } from '../postgres/captured-leads.ts';
import type { Tx } from '../postgres/database.ts';
import { addImport, addImported } from '../postgres/imports.ts';
import { keepLookups } from '../postgres/lead-keys.ts';
import { currentProgrammes, knownProgramme, type ProgrammeVersion } from '../postgres/programs.ts';
import { assessIn } from './assess-lead.ts';
import { finishChange } from './change-lead.ts';
import { type Row, readRows, type Writing, writingOf } from './csv-read.ts';
import { type Actor, actOf, type Deps } from './deps.ts';
import { atColumns, type Columns, columnsOf, fieldsOf, type RowFault } from './import-columns.ts';
import { fieldBehind, leadColumnNames, leadInRow } from './import-lead-row.ts';
import { beginLead, captured, type NewLead } from './receive-lead.ts';

/** What the caller wants of an import. */
export interface ImportWish {
  readonly file: string;
  /** Looks, and writes nothing. */
  readonly dryRun: boolean;
  /** Takes the good rows of a file that has bad ones, too. */
  readonly onlyGood: boolean;
  /** Column to field, or to `-`. */
  readonly map: ReadonlyMap<string, string>;
  /** False keeps complete leads at home. */
  readonly dispatch: boolean;
  /** Called now and then with the rows that are done. */
  readonly progress?: (step: 'checked' | 'imported', rows: number) => void;
}

export interface Imported {
  /** Names what was written, for taking it out again; null when nothing was. */
  readonly batch: string | null;
  readonly rows: number;
  readonly imported: number;
  /** Rows whose (source, external_id) is here already; nothing was changed. */
  readonly known: number;
  /** Rows with faults. */
  readonly bad: number;
  /** The first faults; there may be more rows than these. */
  readonly faults: readonly RowFault[];
  readonly writing: Writing;
}

/** The check of POST /leads, and its normal spelling; handed in. */
export type CheckLead = (
  value: unknown,
) => Promise<{ ok: true; lead: NewLead } | { ok: false; errors: readonly FieldFault[] }>;

const importer: Actor = { who: { kind: 'system', id: null }, channel: 'import' };
const mostFaults = 1_000;
/** Rows a transaction. */
const batchSize = 500;
/** The leads of a file are looked at one after the other at this pace, so that others come in between. */
const paceMs = 10;

/** A file being read: what its columns mean, and how a row becomes a lead. */
interface Reading {
  readonly wish: ImportWish;
  readonly check: CheckLead;
  readonly writing: Writing;
  readonly header: readonly string[];
  readonly columns: Columns;
  readonly programmes: ReadonlyMap<string, ProgrammeVersion>;
}

/**
 * Takes in a file of leads. Every row is checked first; one bad row and nothing is written, unless only the good ones
 * are wanted. The leads go out by themselves afterwards, one after the other.
 */
export async function importLeads(deps: Deps, wish: ImportWish, check: CheckLead): Promise<Imported> {
  const writing = await writingOf(wish.file);
  const programmes = new Map((await currentProgrammes(deps.db)).map((p) => [p.key, p]));
  const header = (await firstRow(wish.file, writing))?.cells ?? [];
  const { columns, faults } = columnsOf(header, leadColumnNames, wish.map);
  const blank = { line: 1, column: '', message: 'the file is empty: its first row names the columns' };
  const wrong = header.length === 0 ? [blank] : faults;
  const empty = { batch: null, rows: 0, imported: 0, known: 0, bad: 0, faults: wrong, writing };
  if (wrong.length > 0) return empty;
  const reading: Reading = { wish, check, writing, header, columns, programmes };
  const checked = await checkAll(reading);
  const found = { ...empty, ...checked };
  if (wish.dryRun || (checked.bad > 0 && !wish.onlyGood) || checked.rows === checked.bad) return found;
  return { ...found, ...(await takeIn(deps, reading)) };
}

async function firstRow(file: string, writing: Writing): Promise<Row | undefined> {
  for await (const row of readRows(file, writing)) return row;
  return undefined;
}

async function* dataRows({ wish, writing }: Reading): AsyncGenerator<Row> {
  let isHeader = true;
  for await (const row of readRows(wish.file, writing)) {
    if (!isHeader) yield row;
    isHeader = false;
  }
}

async function checkAll(reading: Reading): Promise<Pick<Imported, 'rows' | 'bad' | 'faults'>> {
  const faults: RowFault[] = [];
  let rows = 0;
  let bad = 0;
  for await (const row of dataRows(reading)) {
    rows += 1;
    const read = await readLead(reading, row);
    if (!read.ok) {
      bad += 1;
      if (faults.length < mostFaults) faults.push(...read.faults);
    }
    if (rows % 500 === 0) reading.wish.progress?.('checked', rows);
  }
  reading.wish.progress?.('checked', rows);
  return { rows, bad, faults: faults.slice(0, mostFaults) };
}

type Read =
  | { readonly ok: true; readonly lead: NewLead }
  | { readonly ok: false; readonly faults: readonly RowFault[] };

async function readLead(r: Reading, { line, cells }: Row): Promise<Read> {
  const at = (faults: readonly { field: string; message: string }[]): Read => ({
    ok: false,
    faults: atColumns(line, r.header, r.columns, faults),
  });
  const extra = cells.slice(r.header.length).find((cell) => cell.trim() !== '');
  if (extra !== undefined)
    return at([
      {
        field: 'row',
        message: `has ${cells.length} cells, the header ${r.header.length}; put quotes around a text that holds the delimiter`,
      },
    ]);
  const fields = fieldsOf(r.columns, cells);
  const key = fields['program'];
  const programme = key ? r.programmes.get(key) : [...r.programmes.values()].find((p) => p.document.default);
  if (!programme) {
    const message = key
      ? `there is no programme "${key}"; ${hint(key, [...r.programmes.keys()])}`
      : 'is missing: no programme is the default one';
    return at([{ field: 'program', message }]);
  }
  const checked = await r.check(leadInRow(fields, programme.document.currency, r.wish.dispatch));
  if (checked.ok) return { ok: true, lead: checked.lead };
  return at(checked.errors.map((e) => ({ field: fieldBehind(e.pointer), message: e.message })));
}

async function takeIn(deps: Deps, reading: Reading): Promise<Pick<Imported, 'batch' | 'imported' | 'known'>> {
  const { file } = reading.wish;
  const batch = await deps.db.inTransaction(async (tx) => {
    const id = deps.ids.reference(6).replace('L-', 'B-');
    await addImport(tx, { id, thing: 'lead', file: path.basename(file) });
    return id;
  });
  const done = { batch, imported: 0, known: 0 };
  let held: NewLead[] = [];
  const flush = async (): Promise<void> => {
    const written = await deps.db.inTransaction((tx) => writeSome(deps, tx, batch, held, done.imported));
    done.imported += written;
    done.known += held.length - written;
    held = [];
    reading.wish.progress?.('imported', done.imported + done.known);
  };
  for await (const row of dataRows(reading)) {
    const read = await readLead(reading, row);
    if (read.ok) held.push(read.lead);
    if (held.length >= batchSize) await flush();
  }
  if (held.length > 0) await flush();
  return done;
}

/** Some leads in one transaction, each with its first fact. @returns how many were new */
async function writeSome(
  deps: Deps,
  tx: Tx,
  batch: string,
  leads: readonly NewLead[],
  before: number,
): Promise<number> {
  const made = [
    ...(await captureMany(
      deps,
      tx,
      leads.filter((l) => l.dispatch),
      before,
    )),
    ...(await assessEach(
      deps,
      tx,
      leads.filter((l) => !l.dispatch),
    )),
  ];
  if (made.length > 0)
    addImported(
      tx,
      batch,
      made.map((id) => ({ id })),
    );
  return made.length;
}

/** Leads that go out later; whoever finds his reference taken tries a longer one. @returns the ids of the new ones */
async function captureMany(
  deps: Deps,
  tx: Tx,
  leads: readonly NewLead[],
  before: number,
): Promise<readonly string[]> {
  const act = actOf(deps, tx, importer);
  const made: string[] = [];
  let rest = leads;
  for (let length = 6; rest.length > 0 && length <= 8; length += 1) {
    const changes: { lead: NewLead; change: Change }[] = [];
    for (const [i, lead] of rest.entries()) {
      const due = new Date(tx.now.getTime() + (before + made.length + i) * paceMs);
      const begun = captured(deps, tx, lead, await programmeOf(deps, tx, lead), deps.ids.reference(length));
      changes.push({ lead, change: capture(begun, act, due) });
    }
    const ids = { id: act.newId, salt: () => deps.ids.secret(16) };
    const written = await insertCaptured(
      tx,
      changes.map((c) => c.change),
      ids,
    );
    made.push(...written);
    const left = changes.filter((c) => !written.has(c.change.case.lead.id)).map((c) => c.lead);
    const known =
      left.length > 0
        ? await knownNames(
            tx,
            left.filter((l) => l.external_id),
          )
        : new Set();
    rest = left.filter((lead) => !known.has(nameOf(lead)));
  }
  if (rest.length > 0) throw new Error('no free lead references found');
  return made;
}

/** Leads that stay at home are checked at once. @returns the ids of the new ones */
async function assessEach(deps: Deps, tx: Tx, leads: readonly NewLead[]): Promise<readonly string[]> {
  const act = actOf(deps, tx, importer);
  const made: string[] = [];
  for (const lead of leads) {
    const begun = await beginLead(deps, tx, lead, await programmeOf(deps, tx, lead));
    if (!begun) continue;
    const how = { compare: 'all', dispatch: false } as const;
    const assessed = await assessIn(tx, capture(begun, act), act, how);
    if (!assessed.ok) throw new Error(`a lead cannot be assessed: ${JSON.stringify(assessed.refusal)}`);
    await finishChange(deps, tx, { case: begun, chain: { seq: 0, hash: null } }, assessed.value, act);
    keepLookups(tx, begun.lead, leadLookups(begun.lead));
    made.push(begun.lead.id);
  }
  return made;
}

async function programmeOf(deps: Deps, tx: Tx, lead: NewLead): Promise<ProgrammeVersion> {
  const programme = await knownProgramme(tx, deps.db, lead.program);
  if (!programme) throw new Error(`the programme ${lead.program} went while a file was imported`);
  return programme;
}
