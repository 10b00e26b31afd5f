import type { Deps } from '../../../src/dispatch/deps.ts';
import { lead, programme, prospect } from '../../harness/cast.ts';
import { type House, type Json, startBeside, startHouse } from '../../harness/house.ts';
import type { Mailbox } from './time.ts';
import { type Partner, rules, type World } from './world.ts';

/** Two houses over one database, as on two machines, and the people they deal with. */
export interface Stage {
  readonly doors: readonly [Deps, Deps];
  readonly house: House;
  readonly world: World;
  /** Ids in the database of contacts, by the name the model has for them, and back. */
  readonly idOf: ReadonlyMap<string, string>;
  readonly nameOf: ReadonlyMap<string, string>;
  readonly mailboxes: Map<string, Mailbox>;
  /** How often the relay took each letter, by Message-ID. */
  readonly taken: Map<string, number>;
  close(): Promise<void>;
}

const partner = (
  key: string,
  contacts: readonly string[],
  cap: Partial<Partner['cap']> = {},
  above: string | null = null,
): Partner => ({
  key,
  above,
  contacts,
  cap: { open: null, week: null, ...cap },
  open: 0,
  weeks: {},
  lastWeek: null,
  undone: [],
});

/** Best first. A distributor with two resellers, companies of two, somebody with a seat, somebody with a week's share. */
const cast = (): Partner[] => [
  partner('a', ['a1', 'a2']),
  partner('b', ['b1'], { open: 2 }),
  partner('d', ['d1', 'd2'], { open: 4 }),
  partner('c', ['c1'], { week: 3 }),
  partner('e', ['e1', 'e2'], { open: 1, week: 6 }, 'd'),
  partner('f', ['f1'], {}, 'd'),
];

export const addressOf = (contact: string): string => `${contact}@${contact.charAt(0)}.example`;

export async function openStage(): Promise<Stage> {
  const mailboxes = new Map<string, Mailbox>();
  const taken = new Map<string, number>();
  const send: Deps['mail']['send'] = async ({ to }, raw) => {
    const mailbox = mailboxes.get(to.slice(0, to.indexOf('@'))) ?? 'fine';
    if (mailbox === 'bounces') return { kind: 'permanent', error: '550 5.7.1 refused, for now' };
    if (mailbox === 'busy') return { kind: 'temporary', error: '450 4.2.1 mailbox busy' };
    const id = /^Message-ID: (\S+)/im.exec(raw.toString('latin1'))?.[1] ?? '';
    taken.set(id, (taken.get(id) ?? 0) + 1);
    return { kind: 'sent', response: '250 ok' };
  };
  const env = { DEFAULT_TIMEZONE: 'UTC' };
  const house = await startHouse({ timetable: false, send, env });
  const world: World = { partners: cast(), leads: {}, absences: [] };
  await enrol(house, world.partners);
  const two = await startBeside(house, { timetable: false, send, env });
  const people = await house.running.deps.db.query<{ id: string; name: string }>(
    `select id, external_id as name from people where kind = 'contact'`,
  );
  return {
    doors: [house.running.deps, two.deps],
    house,
    world,
    idOf: new Map(people.map((p) => [p.name, p.id])),
    nameOf: new Map(people.map((p) => [p.id, p.name])),
    mailboxes,
    taken,
    close: async () => {
      await two.close();
      await house.stop();
    },
  };
}

async function enrol(house: House, partners: readonly Partner[]): Promise<void> {
  const order = partners.map((p) => `l-${p.key}`).reverse();
  const matching = {
    criteria: [{ id: 'level', kind: 'level', partner: 'level', weight: 1, options: { order } }],
  };
  for (const [key, { size, waves, fair }] of Object.entries(rules)) {
    const some = Number.isFinite(size) ? { size } : {};
    const collected = fair ? { mode: 'group', fair_window: 'PT1H' } : {};
    const distribution = { mode: key, waves, ...some, ...collected };
    const standing = { debt_limit: 1000, recalls: 1000 };
    const document = { ...programme({ distribution, standing, matching }), default: key === 'group' };
    await put(house, `/programs/${key}`, document);
  }
  for (const p of partners) await put(house, `/partners/${p.key}`, told(p));
}

const told = (p: Partner): Json => ({
  name: `Partner ${p.key.toUpperCase()}`,
  kind: p.key === 'd' ? 'distributor' : 'reseller',
  level: `l-${p.key}`,
  parent: p.above ?? undefined,
  products: ['solar'],
  timezone: 'UTC',
  capacity: Object.fromEntries(Object.entries(p.cap).filter(([, n]) => n !== null)),
  contacts: p.contacts.map((c, i) => ({
    external_id: c,
    name: `Contact ${c.toUpperCase()}`,
    email: addressOf(c),
    role: i === 0 ? 'owner' : 'rep',
    language: 'en',
    timezone: 'UTC',
  })),
});

async function put(house: House, where: string, body: Json): Promise<void> {
  const answer = await house.api('PUT', where, body);
  if (answer.status >= 300) throw new Error(`${where}: ${JSON.stringify(answer.body)}`);
}

/** A lead of somebody nobody has heard of. */
export const strangersLead = (n: number, program: string): Json =>
  lead({
    program,
    external_id: `model-${n}`,
    prospect: {
      ...prospect,
      name: `Stranger ${n}`,
      company: `Company ${n}`,
      email: `someone@company-${n}.example`,
      phone: `+49 731 ${1_000_000 + n}`,
    },
  });
