import { openLeadLink } from '../../../src/dispatch/open-link.ts';
import type { Database } from '../../../src/postgres/database.ts';
import { faultsOf } from '../../harness/tables.ts';
import { type LeadRow, readCounts } from './rows.ts';
import type { Stage } from './stage.ts';

/** What holds whatever the model thinks. */
export async function brokenInvariants(
  stage: Stage,
  rows: readonly LeadRow[],
  now: number | null,
): Promise<string[]> {
  const { db } = stage.doors[0];
  const faults: string[] = [];
  for (const row of rows) {
    faults.push(...(await faultsOf(db, row.id)), ...(await peepers(stage, row)));
    if (row.errors > 0) faults.push('waking the lead has failed');
    const partners = (row.offers ?? [])
      .filter((o) => o.state === 'scheduled' || o.state === 'sent')
      .map((o) => o.partner);
    if (new Set(partners).size < partners.length)
      faults.push(`open offers of one lead for ${partners.join(', ')}`);
    if (now !== null && row.wake !== null && row.wake <= now)
      faults.push('a lead that is due was left lying');
  }
  return [...faults, ...(await overfull(db, stage))];
}

/** Nobody but the holder gets to see the customer. */
async function peepers(stage: Stage, row: LeadRow): Promise<string[]> {
  const people = new Set([...(row.offers ?? []), ...(row.claims ?? [])].map((one) => one.contact));
  const now = await stage.doors[0].db.now();
  const faults: string[] = [];
  for (const claim of row.claims ?? [])
    for (const contact of people) {
      const holds = contact === claim.contact && ['active', 'won', 'lost'].includes(claim.state);
      const link = { sub: stage.idOf.get(contact) as string, act: 'lead', obj: claim.id, ver: 1 } as const;
      const deps = stage.doors[people.size % 2 ? 1 : 0];
      const { status } = await openLeadLink(deps, deps.links.sign(link, now));
      if ((status === 200) !== holds)
        faults.push(`the lead page of ${claim.state} claim of ${claim.contact} answers ${contact} ${status}`);
    }
  return faults;
}

async function overfull(db: Database, stage: Stage): Promise<string[]> {
  return (await readCounts(db)).flatMap(({ partner, open, active, n }) => {
    const cap = stage.world.partners.find((p) => p.key === partner)?.cap;
    return [
      ...(open === active ? [] : [`${partner} counts ${open} of ${active} claims`]),
      ...(active > (cap?.open ?? active) || n > (cap?.week ?? n) ? [`${partner} has more than it may`] : []),
    ];
  });
}

/** Each offer letter was taken by the relay once at the most, and no letter belongs to nothing. */
export async function lettersTwice(stage: Stage): Promise<string[]> {
  const rows = await stage.doors[0].db.query<{ key: string; message_id: string; n: number }>(
    `select key, message_id, count(*) over (partition by key)::int as n from letters where kind = 'offer'`,
  );
  const known = new Set(rows.map((row) => row.message_id));
  const sent = rows.filter((row) => (stage.taken.get(row.message_id) ?? 0) > 1);
  const strange = [...stage.taken.keys()].filter((id) => id === '');
  return [
    ...rows.filter((row) => row.n > 1).map((row) => `${row.key} is there ${row.n} times`),
    ...sent.map((row) => `${row.key} went out ${stage.taken.get(row.message_id)} times`),
    ...(known.size > 0 && strange.length === 0 ? [] : ['the relay cannot tell the letters apart']),
  ];
}
