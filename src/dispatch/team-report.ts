import { isWorthSending, type OpenItem, rankItems, rowsShown, worstFirst } from '../lead/report.ts';
import {
  type DistributorDigestInput,
  distributorDigest,
  type ManagerDigestInput,
  managerDigest,
} from '../letters/digest-letters.ts';
import type { Tx } from '../postgres/database.ts';
import { namesOf } from '../postgres/people.ts';
import { knownProgramme } from '../postgres/programs.ts';
import { figuresOf, wonByCurrency } from '../postgres/weekly-figures.ts';
import {
  lateClaims,
  type PartnerName,
  partnerDesk,
  partnerItems,
  partnersBelow,
} from '../postgres/weekly-rows.ts';
import type { Deps } from './deps.ts';
import { digestStanding } from './digest-standing.ts';
import {
  figuresFor,
  inputFor,
  type Occasion,
  type Scope,
  sumsOf,
  thisWeek,
  type WeeklyReport,
} from './report-scope.ts';

/**
 * The week of a partner's manager: the whole company, colleague by colleague; at a distributor the partners below it
 * besides. What one person did goes to nobody outside the own company.
 */
export async function teamReport(
  deps: Deps,
  tx: Tx,
  about: Occasion,
  partnerId: string,
): Promise<WeeklyReport> {
  const { reader } = about;
  const places = await partnerDesk(tx, partnerId);
  const below = places?.kind === 'distributor' ? await partnersBelow(tx, partnerId) : [];
  const [scope, own, late, standing] = await Promise.all([
    figuresFor(tx, about, [partnerId, ...below.map((p) => p.id)]),
    partnerItems(tx, partnerId, tx.now),
    lateBelow(tx, below),
    digestStanding(deps, tx, reader),
  ]);
  const items = [...own, ...late.items];
  const names = await namesIn(tx, items, below);
  const ranked = rankItems(items, null, tx.now);
  const team = worstFirst(await teamLines(tx, scope, partnerId));
  const found = { ...scope, ranked, hidden: late.total - late.items.length, names };
  const input: ManagerDigestInput = {
    ...(await inputFor(deps, tx, about, found)),
    reader: { name: reader.name, company: places?.name ?? null },
    places: places ?? { taken: 0, limit: null },
    standing,
    among: { contact: reader.id, partner: partnerId },
    team: team.slice(0, rowsShown),
    moreTeam: Math.max(0, team.length - rowsShown),
  };
  const worthSending = isWorthSending(input.figures, items.length);
  if (places?.kind !== 'distributor') return { view: managerDigest(input), worthSending };
  const told = await mayTellWon(deps, tx);
  const partners = worstFirst(partnerLines(scope, below, told));
  const shown = told ? input : { ...input, ...ownAmounts(input, scope, partnerId) };
  const view = distributorDigest({
    ...shown,
    partners: partners.slice(0, rowsShown),
    morePartners: Math.max(0, partners.length - rowsShown),
  });
  return { view, worthSending };
}

/** Without the amounts of the partners below: a mean over few deals would tell them too. */
const ownAmounts = ({ span }: ManagerDigestInput, scope: Scope, partnerId: string) => ({
  won: sumsOf(scope.won, thisWeek, partnerId),
  span: { ...span, average_deal_size: { value: null, n: 0 } },
});

/** What is late below a distributor; whose decision it waits for there is the vendor's business. */
async function lateBelow(
  tx: Tx,
  below: readonly PartnerName[],
): Promise<{ readonly items: readonly OpenItem[]; readonly total: number }> {
  if (below.length === 0) return { items: [], total: 0 };
  const { items, total } = await lateClaims(
    tx,
    below.map((p) => p.id),
    tx.now,
    rowsShown,
  );
  return {
    items: items.map((item) => ({ ...item, what: item.what === 'contact' ? 'contact' : 'update' })),
    total,
  };
}

async function namesIn(
  tx: Tx,
  items: readonly OpenItem[],
  below: readonly PartnerName[],
): Promise<Map<string, string>> {
  const people = await namesOf(
    tx,
    items.flatMap((item) => item.contact_id ?? []),
  );
  return new Map([
    ...[...people].map(([id, { name }]) => [id, name] as const),
    ...below.map((p) => [p.id, p.name] as const),
  ]);
}

type Lines = DistributorDigestInput['team'];

async function teamLines(tx: Tx, { weeks, currency }: Scope, partnerId: string): Promise<Lines> {
  const scope = { partners: [partnerId], periods: weeks.slice(-1), byPartner: [0], by: 'contact' } as const;
  const table = await figuresOf(tx, { ...scope, at: tx.now, currency });
  const won = await wonByCurrency(tx, scope);
  const names = await namesOf(tx, table.partners);
  return [...names].map(([id, { name }]) => ({
    partner_id: id,
    name,
    figures: table.of(0, id),
    won: sumsOf(won, 0, id),
  }));
}

const partnerLines = (scope: Scope, below: readonly PartnerName[], told: boolean): Lines =>
  below.map(({ id, name }) => ({
    partner_id: id,
    name,
    figures: scope.table.of(thisWeek, id),
    won: told ? sumsOf(scope.won, thisWeek, id) : [],
  }));

/** Amounts that partners keep to themselves are not told one tier up either. */
async function mayTellWon(deps: Deps, tx: Tx): Promise<boolean> {
  const told = (await knownProgramme(tx, deps.db, null))?.document.disclosure.partner_to_vendor ?? [];
  return told.length === 0 || told.includes('amount');
}
