import { stringify } from 'csv-stringify/sync';
import { decimal, type Money } from '../lead/money.ts';
import { customFields, type LeadRecord, listLeads } from '../postgres/lead-reads.ts';
import { allPartners, type CountedPartner } from '../postgres/partners.ts';
import type { Deps } from './deps.ts';
import { discloseLead, disclosuresOf } from './disclose.ts';

/** Takes the next part of a file; awaited, so that a slow disk holds the reading back. */
export type Write = (text: string) => Promise<void>;

const page = 200;
/** Spreadsheets take the file for what it is. */
const byteOrderMark = '\uFEFF';

/**
 * Every lead as a row, newest first, in the columns that an import reads. Read page by page.
 *
 * @returns how many rows
 */
export async function exportLeads(
  deps: Pick<Deps, 'db'>,
  filter: { readonly state: string | null; readonly program: string | null },
  write: Write,
): Promise<number> {
  const own = await customFields(deps.db);
  await write(byteOrderMark + rowsOf([[...leadHeader, ...own.map((name) => `custom.${name}`)]]));
  let rows = 0;
  for (let before: { at: Date; id: string } | null = null; ; ) {
    const found: LeadRecord[] = await listLeads(deps.db, {
      names: true,
      ...filter,
      partner: null,
      q: null,
      before,
      limit: page,
    });
    const rules = await disclosuresOf(
      deps.db,
      found.map((r) => r.lead.id),
    );
    if (found.length > 0)
      await write(
        rowsOf(
          found.map((r) => [
            ...leadCells(discloseLead(r, rules)),
            ...own.map((name) => textOf(r.lead.custom[name])),
          ]),
        ),
      );
    rows += found.length;
    const last = found.at(-1)?.lead;
    if (found.length < page || !last) return rows;
    before = { at: last.created_at, id: last.id };
  }
}

/** Every partner: a row for each contact, the partner's own columns on the first of them. */
export async function exportPartners(deps: Pick<Deps, 'db'>, write: Write): Promise<number> {
  const partners = await allPartners(deps.db, deps.db);
  const own = [...new Set(partners.flatMap((p) => Object.keys(p.custom)))].sort();
  const rows = partners.flatMap((p) => partnerRows(p, own));
  await write(byteOrderMark + rowsOf([[...partnerHeader, ...own.map((name) => `custom.${name}`)], ...rows]));
  return rows.length;
}

const leadHeader = (
  'reference external_id program state stage temperature quality source campaign cost cost_currency summary brief ' +
  'products industries languages value currency expected_close name company email phone street postal_code city ' +
  'country language lat lon consent consent_at consent_text consent_scope partner contact outcome outcome_amount created_at'
).split(' ');

function leadCells({ lead, assignment }: LeadRecord): (string | number | null)[] {
  const { prospect: p, consent } = lead;
  const held = assignment?.state === 'active' || assignment?.outcome ? assignment : null;
  return [
    ...[lead.reference, lead.external_id, lead.program.key, lead.state, held?.stage ?? null],
    ...[lead.temperature, lead.quality, lead.source, lead.campaign, ...cellsOf(lead.cost)],
    ...[lead.summary, lead.brief, list(lead.products), list(lead.industries), list(lead.languages)],
    ...[...cellsOf(lead.value), lead.expected_close, p.name, p.company, p.email, p.phone, p.street],
    ...[p.postal_code, p.city, p.country, p.language, p.lat, p.lon],
    ...[consent && (consent.given ? 'yes' : 'no'), consent?.at ?? null, consent?.text ?? null],
    ...[consent && list(consent.scope), held?.partner ?? null, held?.contact ?? null],
    ...[held?.outcome?.result ?? null, held?.outcome?.money ? decimal(held.outcome.money) : null],
    lead.created_at.toISOString(),
  ];
}

const partnerHeader = (
  'external_id name kind level parent territories country postal_code lat lon products certifications industries ' +
  'languages capacity_open capacity_week days from to region timezone cam suspended contact_external_id contact_name ' +
  'contact_email contact_phone contact_role contact_language contact_timezone'
).split(' ');

function partnerRows(p: CountedPartner, own: readonly string[]): (string | number | null)[][] {
  const { location: at, allowed: capacity, calendar } = p;
  const partner = [
    ...[p.name, p.kind, p.level, p.parent, list(p.territories), at?.country ?? null, at?.postal_code ?? null],
    ...[at?.lat ?? null, at?.lon ?? null, list(p.products), list(p.certifications), list(p.industries)],
    ...[list(p.languages), capacity.open, capacity.week, list(calendar.days.map(String)), calendar.from],
    ...[calendar.to, p.region, calendar.zone, p.cam, p.suspended ? 'yes' : 'no'],
  ];
  const custom = own.map((name) => textOf(p.custom[name]));
  const contacts = p.contacts.map((c) => [
    c.external_id,
    c.name,
    c.email,
    c.phone,
    c.role,
    c.language,
    c.timezone,
  ]);
  const blank = partner.map(() => null);
  return (contacts.length > 0 ? contacts : [Array<null>(7).fill(null)]).map((contact, i) => [
    ...[p.external_id, ...(i === 0 ? partner : blank), ...contact],
    ...(i === 0 ? custom : custom.map(() => null)),
  ]);
}

const list = (items: readonly string[]): string => items.join('; ');
const cellsOf = (money: Money | null): (string | null)[] =>
  money ? [decimal(money), money.currency] : [null, null];
const textOf = (value: unknown): string | null =>
  value === undefined || value === null
    ? null
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);

const rowsOf = (rows: readonly (readonly (string | number | null)[])[]): string =>
  stringify(rows.map((cells) => cells.map(harmless)));

/** What a spreadsheet would run is text: an apostrophe goes before it. An import takes it away again. */
const harmless = (cell: string | number | null): string | number | null =>
  typeof cell === 'string' && /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
