import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { acceptOffer, declineOffer } from '../../src/dispatch/answer-offer.ts';
import { changeLead } from '../../src/dispatch/change-lead.ts';
import { type Actor, type Deps, timer } from '../../src/dispatch/deps.ts';
import { recallLead } from '../../src/dispatch/vendor-acts.ts';
import { wakeOneLead } from '../../src/dispatch/wake-lead.ts';
import { offerSent } from '../../src/lead/distribute.ts';
import { wake } from '../../src/lead/follow-up.ts';
import { reportStatus } from '../../src/lead/report-status.ts';
import { ok } from '../../src/lead/result.ts';
import { undo } from '../../src/lead/undo.ts';
import { setClockOffset } from '../../src/postgres/clock.ts';
import { openDatabase } from '../../src/postgres/database.ts';
import { lead, setStage } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { faultsOf, miscounted } from '../harness/tables.ts';

/** One lead with two open offers whose windows have just run out. */
interface Case {
  readonly id: string;
  readonly offers: readonly { readonly id: string; readonly contact: string }[];
}

let house: House;
let deps: Deps;
/** The same house over a pool of its own. */
let other: Deps;

beforeAll(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house, { programme: { distribution: { size: 2, waves: 2 } } });
  deps = house.running.deps;
  other = { ...deps, db: openDatabase(house.database.connection) };
});
afterAll(async () => {
  await other.db.close();
  await house.stop();
});

const verbs = [
  'alice accepts',
  'bob accepts',
  'alice declines',
  'vendor recalls',
  'window expires',
  'alice undoes',
  'alice returns',
] as const;
type Verb = (typeof verbs)[number];

const contact = (id: string): Actor => ({ who: { kind: 'contact', id }, channel: 'link' });
const key: Actor = { who: { kind: 'key', id: 'test' }, channel: 'api' };
const given = { money: null, date: null, time: null, reason: null, words: null };

/** Does one thing to a lead, through the use case that does it for real. Refusals are answers, too. */
async function act(d: Deps, { id, offers }: Case, verb: Verb): Promise<unknown> {
  const [alices, bobs] = offers as [Case['offers'][0], Case['offers'][0]];
  const alice = contact(alices.contact);
  switch (verb) {
    case 'alice accepts':
      return acceptOffer(d, alices.id, 'today', alice);
    case 'bob accepts':
      return acceptOffer(d, bobs.id, 'today', contact(bobs.contact));
    case 'alice declines':
      return declineOffer(d, alices.id, { reason: 'too-far', words: null }, alice);
    case 'vendor recalls':
      return recallLead(d, { id }, { next: 'reoffer', reason: null }, key);
    case 'window expires':
      return changeLead(d, { id }, timer, (c, how) => ok(wake(c, how)));
    case 'alice undoes':
      return changeLead(d, { id }, alice, (c, how) => undo(c, 0, how));
    case 'alice returns':
      return changeLead(d, { id }, alice, (c, how) => reportStatus(c, { ...given, verb: 'return' }, how));
  }
}

let made = 0;

/** Leads whose two offers have been sent, at a moment when both windows are over. */
async function cases(count: number): Promise<Case[]> {
  const all: Case[] = [];
  for (let i = 0; i < count; i++) {
    made += 1;
    const { body } = await house.api(
      'POST',
      '/leads',
      lead({ external_id: `order-${made}`, temperature: 'hot' }),
    );
    for (const { id } of body.offers)
      await changeLead(deps, { about: id }, timer, (c, how) => ok(offerSent(c, id, how)));
    const offers = await deps.db.query<Case['offers'][0]>(
      'select id, contact_id as contact from offers where lead_id = $1 order by id',
      [body.id],
    );
    all.push({ id: body.id, offers });
  }
  const [row] = await deps.db.query<{ ms: string }>('select clock_offset_ms as ms from installation');
  await setClockOffset(deps.db, Number(row?.ms) + 5 * 3_600_000);
  return all;
}

function* orders<T>(of: readonly T[]): Generator<T[]> {
  if (of.length === 0) return void (yield []);
  for (const [i, first] of of.entries()) {
    for (const rest of orders([...of.slice(0, i), ...of.slice(i + 1)])) yield [first, ...rest];
  }
}

async function expectLegal(all: readonly Case[], about: (i: number) => unknown): Promise<void> {
  const faults = [];
  for (const [i, one] of all.entries()) {
    const found = await faultsOf(deps.db, one.id);
    if (found.length > 0) faults.push({ after: about(i), found });
  }
  expect(faults).toEqual([]);
  expect(await miscounted(deps.db)).toEqual([]);
}

describe('accept, decline, recall, expire, undo and return end in a legal state', () => {
  test.each([
    [
      'accepts against recall, expiry and undo',
      ['alice accepts', 'bob accepts', 'vendor recalls', 'window expires', 'alice undoes'],
    ],
    [
      'decline and return against all others',
      ['alice accepts', 'alice declines', 'vendor recalls', 'alice undoes', 'alice returns'],
    ],
  ] as const)(
    'in every order: %s',
    async (_, acts) => {
      const all = [...orders<Verb>(acts)];
      const leads = await cases(all.length);
      for (const [i, order] of all.entries()) {
        for (const verb of order) await act(i % 2 ? deps : other, leads[i] as Case, verb);
      }
      await expectLegal(leads, (i) => all[i]);
    },
    120_000,
  );

  test('all in the same instant, over two pools, with a timetable that wakes whatever is due', async () => {
    const leads = await cases(60);
    for (const [i, one] of leads.entries()) {
      const shuffled = verbs.map((_, k) => verbs[(k * 3 + i) % verbs.length] as Verb);
      await Promise.all([
        ...shuffled.map((verb, k) => act((i + k) % 2 ? deps : other, one, verb)),
        wakeOneLead(other),
        ...(i % 3 === 0 ? [act(other, one, 'alice accepts'), act(deps, one, 'bob accepts')] : []),
      ]);
    }
    await expectLegal(leads, (i) => `round ${i}`);
    expect(house.complaints).toEqual([]);
  }, 120_000);

  test('a lead that many hands reach for is refused to all but one, round after round', async () => {
    const [one] = (await cases(1)) as [Case];
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        act(deps, one, 'alice accepts'),
        act(other, one, 'bob accepts'),
        act(deps, one, 'vendor recalls'),
        act(other, one, 'alice accepts'),
      ]);
      expect(await faultsOf(deps.db, one.id)).toEqual([]);
    }
  });
});
