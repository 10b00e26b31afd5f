import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assignLead } from '../../src/dispatch/assign-lead.ts';
import { undoLastAct } from '../../src/dispatch/holder-acts.ts';
import {
  alice,
  bob,
  cam,
  dora,
  emil,
  firstWave,
  postLead,
  prospect,
  qualifier,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, linkOnPage, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

/** What a holder gives back, and what the vendor's own people decide, can be taken back for ten minutes. */

let house: House;
let reference: string;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
beforeEach(async () => {
  await toMonday(house);
});
afterAll(() => house.stop());

const linkIn = async (who: string, kind: string, act: string): Promise<string> =>
  house.link(who, act, kind, reference);
const press = async (who: string, kind: string, act: string) => house.press(await linkIn(who, kind, act));
const openClaims = async (): Promise<Record<string, number>> => {
  const rows = await house.running.deps.db.query<{ external_id: string; open_claims: number }>(
    'select external_id, open_claims from partners order by 1',
  );
  return Object.fromEntries(rows.map((r) => [r.external_id, r.open_claims]));
};
/** A lead as it stands: who has to do what by when, at which stage, and what it costs of whose capacity. */
const standing = async (): Promise<Json> => {
  const { state, stage, phase, next_step, claim, outcome } = await readLead(house, reference);
  return { state, stage, phase, next_step, claim, outcome, capacity: await openClaims() };
};
const offeredAt = async (): Promise<string[]> =>
  (await readLead(house, reference)).offers
    .filter((o: Json) => o.state === 'sent' || o.state === 'scheduled')
    .map((o: Json) => o.partner);

async function claimed(): Promise<void> {
  reference = (await postLead(house)).reference;
  await press(alice, 'offer', 'accept');
}
async function escalated(): Promise<void> {
  await claimed();
  for (let i = 0; i < 12 && (await readLead(house, reference)).next_step.what !== 'cam_decision'; i += 1)
    await house.advance('PT12H');
  await house.newest(cam, 'escalation', reference);
}

describe('a lead given back', () => {
  test('is with its holder again, the others’ offers are withdrawn and they are told', async () => {
    await claimed();
    const before = await standing();
    const page = await house.get(await linkIn(alice, 'accepted', 'contacted'));
    expect(page.status).toBe(200);
    const lead = await house.get(await linkIn(alice, 'accepted', 'lead'));
    const done = await house.press(linkOnPage(lead.html, 'return'));
    await house.messages();
    expect(await offeredAt()).toEqual(['b', 'd', 'e']);
    const undone = await house.pressOn(done.html, 'undo');
    expect(undone.html).toContain('Everything is as it was before');
    expect(await standing()).toEqual(before);
    expect(await offeredAt()).toEqual([]);
    for (const who of [bob, emil])
      expect((await house.newest(who, 'taken', reference)).text).toContain(
        'taken back before your answer came',
      );
    const open = await house.get(await linkIn(alice, 'accepted', 'lead'));
    expect(open.html).toContain(prospect.name);
  });

  test('by reply, and not any more once somebody else has taken it', async () => {
    await claimed();
    const before = await standing();
    const mail = await house.newest(alice, 'accepted', reference);
    expect((await house.reply(mail, 'return, no time')).body.state).toBe('applied');
    await press(alice, 'receipt', 'undo');
    expect(await standing()).toEqual(before);
    await house.reply(mail, 'return, no time');
    await press(dora, 'offer', 'accept');
    const late = await house.reply(mail, 'undo');
    expect(late.body.state).toBe('proposed');
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'd' });
    const page = await house.get(await linkIn(alice, 'receipt', 'undo'));
    expect(page.html).toContain('Somebody else has acted since');
  });
});

describe('what the account manager decides', () => {
  test('more time and "on it", by page and by reply, are taken back to the minute', async () => {
    await escalated();
    const before = await standing();
    const done = await press(cam, 'escalation', 'extend');
    expect(await standing()).not.toEqual(before);
    await house.pressOn(done.html, 'undo');
    expect(await standing()).toEqual(before);
    const mail = await house.newest(cam, 'escalation', reference);
    expect((await house.reply(mail, 'ON IT')).body.state).toBe('applied');
    expect((await house.reply(mail, 'UNDO')).body.state).toBe('applied');
    expect(await standing()).toEqual(before);
    expect((await told(house, reference)).filter((what) => what === 'act.undone')).toHaveLength(2);
  });

  test('a move: the holder has the lead and the customer again, the next partner hears that it is off', async () => {
    await escalated();
    const before = await standing();
    await press(cam, 'escalation', 'move');
    await house.messages();
    const [next] = await offeredAt();
    expect(await house.kinds(alice, reference)).toContain('recalled');
    const mail = await house.newest(cam, 'escalation', reference);
    expect((await house.reply(mail, 'undo')).body.state).toBe('applied');
    expect(await standing()).toEqual(before);
    const given = await house.newest(alice, 'hand-over', reference);
    expect(given.text).toContain(prospect.name);
    expect((await house.press(linkTo(given.links, 'contacted'))).status).toBe(200);
    const other = firstWave.find((who) => who.includes(`@${next}.`)) ?? emil;
    expect((await house.newest(other, 'taken', reference)).subject).toContain('No longer on offer');
  });
});

describe('what the qualifier says', () => {
  const held = async (): Promise<void> => {
    reference = (await postLead(house, { consent: null })).reference;
    await house.newest(qualifier, 'qualify', reference);
  };

  test.each(['qualify', 'needs-more', 'disqualify', 'nurture'])(
    '"%s" is taken back on the page',
    async (act) => {
      await held();
      const before = await standing();
      const done = await press(qualifier, 'qualify', act);
      expect(await standing()).not.toEqual(before);
      await house.messages();
      await house.pressOn(done.html, 'undo');
      expect(await standing()).toEqual(before);
      expect(await offeredAt()).toEqual([]);
    },
  );

  test('but not once a partner has claimed the lead', async () => {
    await held();
    const done = await press(qualifier, 'qualify', 'qualify');
    await press(bob, 'offer', 'accept');
    const late = await house.pressOn(done.html, 'undo');
    expect(late.html).toContain('Somebody else has acted since');
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'b' });
  });
});

describe('assigning by hand', () => {
  const assign = (body: Json) => house.api('POST', `/leads/${reference}/assign`, body);

  test('gives a lead on offer to a partner, who is told; the others come too late', async () => {
    reference = (await postLead(house)).reference;
    await house.messages();
    const answer = await assign({ partner: 'e' });
    expect([answer.status, answer.body.state, answer.body.claim?.partner]).toEqual([200, 'claimed', 'e']);
    expect((await house.newest(emil, 'accepted', reference)).text).toContain(prospect.name);
    expect((await house.press(await linkIn(bob, 'offer', 'accept'))).html).toContain(
      'Another partner was faster',
    );
    expect((await openClaims())['e']).toBeGreaterThan(0);
  });

  test('taken back, it never was: the partner’s own offer counts again, and so does its place of the week', async () => {
    const db = house.running.deps.db;
    const week = async (): Promise<number> =>
      (
        await db.query<{ n: number }>(
          "select coalesce(week_claims, 0)::int as n from partners where external_id = 'b'",
        )
      )[0]?.n as number;
    reference = (await postLead(house)).reference;
    const offer = await linkIn(bob, 'offer', 'accept');
    const [carla] = await db.query<{ id: string }>('select id from people where email = $1', [cam]);
    const actor = { who: { kind: 'user', id: carla?.id as string }, channel: 'console' } as const;
    const to = { partner: 'b', contact: null };
    expect((await assignLead(house.running.deps, { reference }, to, actor)).ok).toBe(true);
    expect(await week()).toBe(1);
    expect((await undoLastAct(house.running.deps, { reference }, actor)).ok).toBe(true);
    expect(await week()).toBe(0);
    expect((await house.press(offer)).status).toBe(303);
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'b' });
  });

  test('takes it from its holder, who is told, and again from the same holder is refused', async () => {
    await claimed();
    const before = await openClaims();
    expect((await assign({ partner: 'b', contact: 'b-1' })).body.claim).toMatchObject({ contact: 'b-1' });
    expect(await openClaims()).toEqual({ ...before, a: (before['a'] ?? 0) - 1, b: (before['b'] ?? 0) + 1 });
    expect(await house.kinds(alice, reference)).toContain('recalled');
    const again = await assign({ partner: 'b' });
    expect([again.status, again.body.type]).toEqual([409, 'urn:leadpost:problem:already-yours']);
  });

  test('names the field that is wrong', async () => {
    reference = (await postLead(house)).reference;
    for (const [body, pointer] of [
      [{ partner: 'nobody' }, '/partner'],
      [{ partner: 'b', contact: 'x' }, '/contact'],
      [{}, '/partner'],
    ] as const) {
      const { status, body: problem } = await assign(body);
      expect([status, problem.errors[0].pointer]).toEqual([422, pointer]);
    }
    expect((await readLead(house, reference)).state).toBe('distributing');
  });
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
