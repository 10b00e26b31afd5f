import { actOnLink } from '../src/dispatch/act-on-link.ts';
import type { Deps } from '../src/dispatch/deps.ts';
import { applyProgramme } from '../src/dispatch/register.ts';
import { defaultProgramme } from '../src/lead/programme.ts';
import { type Figure, median, rounded } from './figure.ts';
import { benchHouse, enrol, someLead } from './house.ts';

const rounds = Number(process.env['BENCH_RACES'] ?? 1_000);
const clicks = 50;
/** Races between two looks at the peer. */
const slice = 25;

/**
 * Fifty people say yes to one lead in the same instant, a thousand times: exactly one of them is told that it is
 * theirs, exactly one claim is in force, and the one is the other; anything else fails the bench. Beside it the same
 * fifty clicks as a bare conditional UPDATE through a pool of the same size: what deciding in the database alone costs.
 */
export async function run(): Promise<Figure[]> {
  const { house, close } = await benchHouse();
  const { deps } = house;
  const { distribution, matching } = defaultProgramme;
  const everybody = { ...distribution, mode: 'pool' as const };
  const rules = { ...defaultProgramme, distribution: everybody, matching: { ...matching, exploration: 0 } };
  await applyProgramme(deps, rules, 'bench', null);
  await enrol(deps, clicks);
  await deps.db.query('create table bare (lead_id uuid primary key, winner integer)');
  const rates: { ours: number; peer: number }[] = [];
  for (let done = 0; done < rounds; done += slice) {
    const races = await openRaces(deps, Math.min(slice, rounds - done));
    const began = performance.now();
    for (const race of races) await run50(deps, race);
    const between = performance.now();
    for (const { lead } of races) await bare50(deps, lead);
    const ended = performance.now();
    const all = races.length * clicks;
    rates.push({ ours: all / ((between - began) / 1000), peer: all / ((ended - between) / 1000) });
  }
  await close();
  return [
    {
      name: 'race',
      value: rounded(median(rates.map((r) => r.ours))),
      unit: `clicks/s, ${rounds} leads × ${clicks} at once, one winner each`,
      peer: 'bare conditional UPDATE',
      peer_value: rounded(median(rates.map((r) => r.peer))),
      ratio: rounded(median(rates.map((r) => r.ours / r.peer)), 3),
    },
  ];
}

interface Race {
  readonly lead: string;
  readonly forms: readonly { readonly offer: string; readonly token: string; readonly nonce: string }[];
}

async function openRaces(deps: Deps, count: number): Promise<Race[]> {
  const before = await deps.db.query<{ id: string }>('select id from leads');
  const known = new Set(before.map((row) => row.id));
  await Promise.all(Array.from({ length: count }, () => someLead(deps)));
  const rows = await deps.db.query<{ id: string; offer: string; sub: string }>(
    'select l.id, o.id as offer, o.contact_id as sub from leads l join offers o on o.lead_id = l.id',
  );
  const now = await deps.db.now();
  const races = new Map<string, Race['forms'][number][]>();
  for (const { id, offer, sub } of rows) {
    if (known.has(id)) continue;
    const token = deps.links.sign({ sub, act: 'accept', obj: offer, ver: 1 }, now);
    const form = { offer, token, nonce: deps.links.mintNonce(token, new Date(now.getTime() - 5_000)) };
    races.set(id, [...(races.get(id) ?? []), form]);
  }
  return [...races].map(([lead, forms]) => ({ lead, forms }));
}

async function run50(deps: Deps, { lead, forms }: Race): Promise<void> {
  if (forms.length !== clicks) throw new Error(`${forms.length} offers instead of ${clicks}`);
  const answers = await Promise.all(forms.map((f) => actOnLink(deps, f.token, { nonce: f.nonce })));
  const told = forms.filter((_, i) => answers[i]?.status === 303).map((f) => f.offer);
  const held = await deps.db.query<{ offer_id: string }>(
    "select offer_id from assignments where lead_id = $1 and state = 'active'",
    [lead],
  );
  if (told.length !== 1 || held.length !== 1 || held[0]?.offer_id !== told[0])
    throw new Error(`${told.length} were told that the lead is theirs, ${held.length} hold it`);
}

async function bare50(deps: Deps, lead: string): Promise<void> {
  await deps.db.query('insert into bare (lead_id) values ($1)', [lead]);
  const won = await Promise.all(
    Array.from({ length: clicks }, (_, i) =>
      deps.db.query('update bare set winner = $2 where lead_id = $1 and winner is null returning winner', [
        lead,
        i,
      ]),
    ),
  );
  if (won.filter((rows) => rows.length === 1).length !== 1) throw new Error('the peer has no single winner');
}
