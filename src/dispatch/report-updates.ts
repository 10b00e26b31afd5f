import type { LeadCase } from '../lead/lead-case.ts';
import { lostReasons } from '../lead/programme.ts';
import { type ReportVerb, reportStatus, reportVerbs } from '../lead/report-status.ts';
import { type Result, refuse } from '../lead/result.ts';
import { packUuid } from '../letters/compact-uuid.ts';
import type { Noted } from '../letters/letter.ts';
import {
  type SavedRow,
  type UpdateField,
  type UpdateRow,
  type UpdatesPage,
  updateFields,
} from '../letters/my-view.ts';
import { claimsInHand, type OwnClaim } from '../postgres/own-leads.ts';
import { programmeVersion } from '../postgres/programs.ts';
import { changeLead } from './change-lead.ts';
import { claimHeld } from './claim-held.ts';
import type { Actor, Deps } from './deps.ts';
import { type FormBody, readFields } from './form-fields.ts';
import { keptLinks, urlOf } from './link-pages.ts';
import { ownFrame, ownLead } from './my-page.ts';
import type { Shown } from './open-link.ts';
import { findPersonLink, hasPressed, ownPage, type PersonLink } from './person-link.ts';
import { personMessage } from './person-pages.ts';

/** Leads that one person can have in hand and report on at once. */
const mostHeld = 500;
/** Leads in one form; more would not be a page that a phone likes to load. */
const rowsShown = 15;

/** GET of all updates in one form. */
export async function openUpdates(deps: Deps, token: string): Promise<Shown> {
  const link = await findPersonLink(deps, token, 'my');
  return 'page' in link ? link : shown(deps, link, await rowsOf(deps, link, {}), []);
}

/**
 * POST of the form: each row that says something is applied by itself, under its own lead's lock, through the decision
 * behind its button. What cannot be saved stays as it was typed and names its field; the other rows are saved all the same.
 */
export async function saveUpdates(deps: Deps, token: string, body: FormBody): Promise<Shown> {
  const link = await findPersonLink(deps, token, 'my');
  if ('page' in link) return link;
  const rows = await rowsOf(deps, link, body, mostHeld);
  if (!hasPressed(deps, link, body)) return shown(deps, link, asTyped(rows), [], { again: true });
  const saved: SavedRow[] = [];
  const wrong: Row[] = [];
  for (const row of rows.list) {
    if (!row.told) continue;
    const ended = await save(deps, link, row);
    if ('did' in ended) saved.push(savedRow(deps, link, row, ended.did));
    else wrong.push({ ...row, ...ended });
  }
  const { partner_id: partner } = link.person;
  const kept = partner && saved.length > 0 ? await claimHeld(deps, partner, 'link') : [];
  // What was not saved stays on top, as it was typed; what was is not asked for again.
  const after = await rowsOf(deps, link, {});
  const done = new Set(rows.list.filter((row) => row.told).map((row) => row.own.claim.id));
  const list = [...wrong, ...after.list.filter((row) => !done.has(row.own.claim.id))];
  const links = keptLinks(deps, link, kept, link.now);
  const total = Math.max(0, after.total - after.list.length) + list.length;
  return shown(deps, link, { list, total }, saved, { links, gone: goneOf(rows, body) });
}

/** What somebody typed comes first, so that nothing of it falls off the page. */
function asTyped({ list, total }: Rows): Rows {
  const told = list.filter((row) => row.told);
  const rest = list.filter((row) => !row.told);
  return { list: [...told, ...rest.slice(0, Math.max(0, rowsShown - told.length))], total };
}

/** How many of the leads in the form are in other hands by now, or closed. */
function goneOf({ list }: Rows, body: FormBody): number {
  const said = Object.keys(body).filter((name) => /^verb\.[\w-]{22}$/.test(name) && body[name] !== '');
  return said.filter((name) => !list.some((row) => name === `verb.${row.view.id}`)).length;
}

interface Row {
  readonly own: OwnClaim;
  readonly view: UpdateRow;
  /** Whether anything was entered for it. */
  readonly told: boolean;
  readonly about: Parameters<typeof readFields>[0];
  readonly faults?: readonly string[];
  readonly refused?: string | null;
}
interface Rows {
  readonly list: readonly Row[];
  readonly total: number;
}

async function rowsOf(deps: Deps, link: PersonLink, body: FormBody, limit = rowsShown): Promise<Rows> {
  const own = await claimsInHand(deps.db, link.person.id, { skip: 0, limit });
  const list: Row[] = [];
  for (const one of own.items) list.push(await rowOf(deps, one, body, link.now));
  return { list, total: own.total };
}

async function rowOf(deps: Deps, own: OwnClaim, body: FormBody, now: Date): Promise<Row> {
  const { lead, claim } = own;
  const programme = await programmeVersion(deps.db, deps.db, lead.program.key, lead.program.version);
  const id = packUuid(claim.id);
  const read = (field: UpdateField): string => body[`${field}.${id}`]?.trim() ?? '';
  const typed = Object.fromEntries(updateFields.map((field) => [field, read(field)])) as Record<
    UpdateField,
    string
  >;
  const currency = typed.currency.toUpperCase() || (lead.value?.currency ?? programme.currency);
  const { lost } = programme.reasons;
  const view: UpdateRow = {
    ...ownLead(own, now),
    id,
    verbs: reportVerbs.filter((verb) => verb !== 'unchanged' || claim.owes === 'update'),
    reasons: lost.length > 0 ? lost : lostReasons,
    values: { ...typed, currency },
    faults: [],
    refused: null,
  };
  const told = updateFields.some((field) => field !== 'currency' && typed[field] !== '');
  return { own, view, told, about: { case: { lead, programme } } };
}

type Ended =
  | { readonly did: Noted }
  | { readonly faults: readonly string[]; readonly refused: string | null };

async function save(deps: Deps, link: PersonLink, row: Row): Promise<Ended> {
  const { values, verbs } = row.view;
  const read = readFields(row.about, values);
  const verb = verbs.find((v) => v === values.verb) as ReportVerb | undefined;
  const faults = [...(verb ? [] : ['verb']), ...(read.ok ? [] : read.faults), ...missing(verb, values)];
  if (!verb || !read.ok || faults.length > 0) return { faults, refused: null };
  const { money, date, time, reason, note: words } = read.fields;
  const actor: Actor = { who: { kind: 'contact', id: link.person.id }, channel: 'link' };
  const done: Result<LeadCase> = await changeLead(deps, { about: row.own.claim.id }, actor, (c, act) =>
    c.assignments.some((a) => a.id === row.own.claim.id && a.state === 'active')
      ? reportStatus(c, { verb, money, date, time, reason, words }, act)
      : refuse({ kind: 'illegal-move', state: c.lead.state, allowed: [] }),
  );
  if (done.ok) return { did: { verb, money, date, time, reason } };
  if (done.refusal.kind !== 'invalid') return { faults: [], refused: done.refusal.kind };
  return { faults: done.refusal.errors.map(({ pointer }) => pointer.slice(1)), refused: null };
}

/** A meeting and a rest need their day, as on their own pages. */
const missing = (verb: ReportVerb | undefined, values: UpdateRow['values']): string[] =>
  (verb === 'meeting' || verb === 'snooze') && values.date === '' ? ['date'] : [];

const savedRow = (deps: Deps, link: PersonLink, { own, view }: Row, did: Noted): SavedRow => ({
  lead: view.lead,
  called: view.called,
  did,
  undo: urlOf(deps, link, { path: 'a', act: 'undo', obj: own.claim.id }, link.now),
});

function shown(
  deps: Deps,
  link: PersonLink,
  rows: Rows,
  saved: readonly SavedRow[],
  more: Pick<Partial<UpdatesPage>, 'again' | 'links' | 'gone'> = {},
): Shown {
  const { person, now, token } = link;
  if (!person.partner_id) return { status: 403, page: personMessage(deps, person, 'not-yours', now) };
  const list = rows.list.map(
    ({ view, faults = [], refused = null }): UpdateRow => ({ ...view, faults, refused }),
  );
  const page: UpdatesPage = {
    ...ownFrame(deps, link, null),
    kind: 'updates',
    post: `/my/${token}/updates`,
    nonce: deps.links.mintNonce(token, now),
    rows: list,
    more: Math.max(0, rows.total - list.length),
    saved,
    again: false,
    gone: 0,
    links: [],
    my: ownPage(deps, link, 'my', 'my'),
    ...more,
  };
  return { status: list.some((r) => r.faults.length > 0) ? 422 : 200, page };
}
