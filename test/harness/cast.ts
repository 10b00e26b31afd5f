import { expect } from 'vitest';
import { localTime } from '../../src/lead/zone-time.ts';
import type { House, Json } from './house.ts';

/** The people of every journey. Alice, Bob and Dora sell solar; Emil too, but comes last; Charlie must not see it. */
export const alice = 'alice@a.example';
export const bob = 'bob@b.example';
export const dora = 'dora@d.example';
export const emil = 'emil@e.example';
export const charlie = 'charlie@c.example';
export const cam = 'carla.cam@vendor.example';
export const manager = 'peter.manager@vendor.example';
export const qualifier = 'quinn.qualifier@vendor.example';

/** Who is offered a lead first: a group of three. */
export const firstWave = [alice, bob, dora] as const;

export interface CastOptions {
  readonly programme?: Json;
  /** Addresses of partners' owners, where a journey needs other ones. */
  readonly addresses?: Readonly<Record<string, string>>;
  /** True leaves the vendor's own people out. */
  readonly withoutUsers?: boolean;
}

/** Sets the stage over the public API and moves the clock to a Monday morning at half past nine in Berlin. */
export async function setStage(house: House, options: CastOptions = {}): Promise<void> {
  const { addresses = {} } = options;
  await done(house.api('PUT', '/programs/default', programme(options.programme)));
  const roles = { [cam]: 'cam', [manager]: 'program_manager', [qualifier]: 'qualifier' };
  if (!options.withoutUsers) {
    for (const [email, role] of Object.entries(roles)) {
      await done(
        house.api('PUT', `/users/${email}`, { name: nameOf(email), role, timezone: 'Europe/Berlin' }),
      );
    }
  }
  for (const email of [alice, bob, dora, emil, charlie]) {
    const id = email.slice(email.indexOf('@') + 1, email.indexOf('.'));
    await done(house.api('PUT', `/partners/${id}`, partner(id, email, addresses[email] ?? email)));
  }
  await toMonday(house);
}

/** On to the next Monday, half past nine in Berlin. */
export async function toMonday(house: House): Promise<void> {
  await done(house.advanceTo(nextMonday(await house.now())));
}

/** On to a local time of the coming Monday in Berlin. */
export async function toMondayAt(house: House, time: string): Promise<void> {
  const at = new Date(Math.ceil((await house.now()).getTime() / 60_000) * 60_000);
  for (;;) {
    at.setTime(at.getTime() + 60_000);
    const shown = localTime('Europe/Berlin', at);
    if (shown.weekday === 1 && shown.time === time) break;
  }
  await house.advanceTo(at);
}

/** The link to one of somebody's own pages, as their mails carry it. */
export async function ownPage(house: House, email: string, act: 'my' | 'prefs' | 'stop'): Promise<string> {
  const { deps } = house.running;
  const [person] = await deps.db.query<{ id: string; epoch: number }>(
    'select id, epoch from people where email = $1',
    [email],
  );
  const { id, epoch } = person as { id: string; epoch: number };
  return deps.links.url(act, { sub: id, act, obj: id, ver: epoch }, await house.now());
}

function partner(id: string, email: string, address: string): object {
  const name = nameOf(email);
  return {
    name: `Partner ${id.toUpperCase()}`,
    kind: 'reseller',
    level: email === emil ? 'registered' : 'gold',
    territories: [],
    products: email === charlie ? ['wallbox'] : ['solar'],
    timezone: 'Europe/Berlin',
    cam,
    contacts: [
      {
        external_id: `${id}-1`,
        name,
        email: address,
        role: 'owner',
        language: 'en',
        timezone: 'Europe/Berlin',
      },
    ],
  };
}

/** Nothing left to chance: no exploration, level decides who comes first; silence on one lead stops nobody on another. */
export const programme = (more: Json = {}): object => ({
  name: 'Default programme',
  default: true,
  standing: { debt_limit: 1000, recalls: 1000 },
  ...more,
  matching: {
    exploration: 0,
    criteria: [
      { id: 'products', kind: 'covers', lead: 'products', partner: 'products', weight: 3, required: true },
      {
        id: 'level',
        kind: 'level',
        partner: 'level',
        weight: 1,
        options: { order: ['registered', 'silver', 'gold'] },
      },
    ],
    ...more.matching,
  },
});

/** A lead that qualifies by itself. Peter Silie of Gemüse Silie is nobody's business but the holder's. */
export const lead = (more: Json = {}): object => ({
  source: 'web',
  temperature: 'warm',
  summary: 'Solar roof for a bakery with 400 m2',
  products: ['solar'],
  value: { amount: '28000.00', currency: 'EUR' },
  consent: { given: true, at: '2026-01-05T10:00:00Z', text: 'Please pass my inquiry on.' },
  ...more,
  prospect: { ...prospect, ...more.prospect },
});

export const prospect = {
  name: 'Petronella Silberkron',
  company: 'Ofenglut Backhaus GmbH',
  email: 'petronella@ofenglut.example',
  phone: '+49 731 5557788',
  street: 'Zwiebelgasse 17',
  postal_code: '89073',
  city: 'Ulm',
  country: 'DE',
};

export async function postLead(house: House, more: Json = {}): Promise<Json> {
  return (await done(house.api('POST', '/leads', lead(more)))).body;
}

export const readLead = async (house: House, reference: string): Promise<Json> =>
  (await done(house.api('GET', `/leads/${reference}`))).body;

export const timeline = async (house: House, reference: string): Promise<Json[]> =>
  (await done(house.api('GET', `/leads/${reference}/timeline`))).body.items;

/** The words of a lead's timeline, in order. */
export const told = async (house: House, reference: string): Promise<string[]> =>
  (await timeline(house, reference)).map((item) => item.what);

async function done(answer: Promise<Json>): Promise<Json> {
  const { status, body } = await answer;
  expect({ status, body }).toEqual({ status: status < 300 ? status : 'below 300', body });
  return { status, body };
}

const nameOf = (email: string): string => {
  const [first = '', last = ''] = email.split('@')[0]?.split('.') ?? [];
  return [first, last || 'Adams'].map((w) => w.charAt(0).toUpperCase() + w.slice(1)).join(' ');
};

/** Monday 09:30 in Berlin (winter or summer time), at least a day from now. */
function nextMonday(now: Date): Date {
  const at = new Date(now.getTime() + 24 * 3_600_000);
  while (at.getUTCDay() !== 1) at.setUTCDate(at.getUTCDate() + 1);
  at.setUTCHours(8, 30, 0, 0);
  return at;
}
