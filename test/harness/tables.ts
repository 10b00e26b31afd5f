import {
  assignmentMoves,
  isOpenLead,
  isOpenOffer,
  type LeadState,
  leadMoves,
  offerMoves,
} from '../../src/lead/tables.ts';
import type { Database } from '../../src/postgres/database.ts';
import { factsOf, firstBrokenFact } from '../../src/postgres/facts.ts';

/** Rows and contents of every table: equal before and after means that nothing was written. */
export async function fingerprint(db: Database): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const prints: Record<string, string> = {};
  for (const { name } of tables) {
    const [row] = await db.query<{ print: string }>(
      `select count(*) || ' rows ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as print from "${name}" t`,
    );
    prints[name] = row?.print as string;
  }
  return prints;
}

interface Rows {
  readonly lead: { id: string; state: LeadState; wake_at: Date | null; next_step: unknown };
  readonly offers: { id: string; state: keyof typeof offerMoves; partner_id: string }[];
  readonly claims: { id: string; state: string; offer_id: string | null }[];
}

/** Everything that is not as it must be with a lead; empty when all invariants hold. */
export async function faultsOf(db: Database, leadId: string): Promise<string[]> {
  const rows: Rows = {
    lead: (
      await db.query<Rows['lead']>('select id, state, wake_at, next_step from leads where id = $1', [leadId])
    )[0] as Rows['lead'],
    offers: await db.query('select id, state, partner_id from offers where lead_id = $1', [leadId]),
    claims: await db.query('select id, state, offer_id from assignments where lead_id = $1', [leadId]),
  };
  const broken = await firstBrokenFact(db, leadId);
  return [
    ...stateFaults(rows),
    ...(await moveFaults(db, leadId)),
    ...(broken === null ? [] : [`the chain of facts breaks at ${broken}`]),
  ];
}

function stateFaults({ lead, offers, claims }: Rows): string[] {
  const active = claims.filter((c) => c.state === 'active');
  const open = offers.filter((o) => isOpenOffer(o.state));
  const accepted = offers.filter((o) => o.state === 'accepted').map((o) => o.id);
  // A lead that the vendor assigned by hand needs no offer.
  const unbacked = active.filter((c) => c.offer_id !== null && !accepted.includes(c.offer_id));
  return [
    ...(active.length > 1 ? [`${active.length} active claims`] : []),
    ...((lead.state === 'claimed') === (active.length === 1)
      ? []
      : [`${lead.state} with ${active.length} active claims`]),
    ...(active.length > 0 && open.length > 0 ? ['offers are open although somebody holds the lead'] : []),
    ...(lead.state === 'distributing' && open.length === 0 ? ['distributing without an open offer'] : []),
    ...(unbacked.length > 0 ? ['a claim without its accepted offer'] : []),
    ...(isOpenLead(lead.state) === (lead.next_step !== null)
      ? []
      : [`${lead.state} with next step ${lead.next_step}`]),
    ...(isOpenLead(lead.state) === (lead.wake_at !== null) ? [] : [`${lead.state} wakes at ${lead.wake_at}`]),
  ];
}

const arrows = (table: Record<string, object>): Set<string> =>
  new Set(
    Object.entries(table).flatMap(([from, moves]) => Object.values(moves).map((to) => `${from} → ${to}`)),
  );
const legal: Record<string, Set<string>> = {
  lead: arrows(leadMoves),
  offer: arrows(offerMoves),
  assignment: arrows(assignmentMoves),
};

/** Each thing goes from where it was, along an arrow of its table. Reports name stages, not states. */
async function moveFaults(db: Database, leadId: string): Promise<string[]> {
  const at = new Map<string, string>();
  const faults: string[] = [];
  for (const f of await factsOf(db, leadId)) {
    const stages = f.thing === 'assignment' && f.what.startsWith('status.') && !isMove(f.from, f.to);
    if (f.to === null || stages) continue;
    const before = at.get(f.id) ?? null;
    if (before !== f.from)
      faults.push(`#${f.seq} ${f.what} starts from ${f.from}, but the ${f.thing} was ${before}`);
    if (f.from !== null && !legal[f.thing]?.has(`${f.from} → ${f.to}`))
      faults.push(`#${f.seq} ${f.what}: ${f.from} → ${f.to}`);
    at.set(f.id, f.to);
  }
  return faults;
}

const isMove = (from: string | null, to: string | null): boolean =>
  legal['assignment']?.has(`${from} → ${to}`) ?? false;

/** Partners whose counter of open claims is not the number of their active claims. */
export const miscounted = (db: Database): Promise<object[]> =>
  db.query(
    `select p.external_id, p.open_claims, count(a.id) from partners p
       left join assignments a on a.partner_id = p.id and a.state = 'active'
     group by p.id having p.open_claims <> count(a.id)`,
  );
