import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  dora,
  emil,
  firstWave,
  lead,
  manager,
  postLead,
  programme,
  prospect,
  qualifier,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
beforeEach(() => toMonday(house));
afterAll(() => house.stop());

/** No phone, no mail address: nobody could call. */
const incomplete = { prospect: { ...prospect, phone: null, email: null } };

describe('a lead that lacks something', () => {
  test('waits with the qualifier, who alone is mailed what is missing', async () => {
    const { reference, state, next_step, offers } = await postLead(house, incomplete);
    expect({ state, offers }).toEqual({ state: 'qualifying', offers: [] });
    expect(next_step).toMatchObject({ who: 'qualifier', what: 'qualify', due_at: expect.any(String) });
    expect(await house.kinds(qualifier, reference)).toEqual(['qualify']);
    for (const other of [...firstWave, cam, manager]) expect(await house.kinds(other, reference)).toEqual([]);
    const mail = await house.newest(qualifier, 'qualify', reference);
    expect(mail.raw.toString()).not.toContain(prospect.name);
    for (const act of ['qualify', 'needs-more', 'disqualify', 'nurture']) {
      expect(mail.text).toContain(linkTo(mail.links, act));
    }
  });

  test.each([
    ['qualify', 'distributing', 'lead.qualified'],
    ['needs-more', 'qualifying', 'lead.needs_more'],
    ['disqualify', 'disqualified', 'lead.disqualified'],
    ['nurture', 'nurture', 'lead.nurtured'],
  ])('goes where the qualifier\'s button "%s" sends it', async (act, state, fact) => {
    const { reference } = await postLead(house, incomplete);
    const mail = await house.newest(qualifier, 'qualify', reference);
    const page = await house.get(linkTo(mail.links, act));
    expect(page.status).toBe(200);
    expect((await readLead(house, reference)).state).toBe('qualifying');
    expect((await house.press(linkTo(mail.links, act), { note: 'looked at it' })).status).toBe(200);
    expect((await readLead(house, reference)).state).toBe(state);
    expect(await told(house, reference)).toContain(fact);
    for (const to of firstWave)
      expect(await house.kinds(to, reference)).toEqual(act === 'qualify' ? ['offer'] : []);
  });

  test('takes the verdict by API, and refuses a second one with the state and what is allowed', async () => {
    const { reference } = await postLead(house, incomplete);
    const first = await house.api('POST', `/leads/${reference}/qualify`, {
      verdict: 'disqualified',
      reason: 'a test',
    });
    expect(first).toMatchObject({ status: 200, body: { state: 'disqualified', next_step: null } });
    const second = await house.api('POST', `/leads/${reference}/qualify`, { verdict: 'qualified' });
    expect(second).toMatchObject({
      status: 409,
      body: { status: 409, state: 'disqualified', allowed: ['erase'] },
    });
  });

  test('is not taken at all without a summary, and the answer points at it', async () => {
    const { status, body } = await house.api('POST', '/leads', { products: ['solar'] });
    expect(status).toBe(422);
    expect(body.errors).toContainEqual({ pointer: '/summary', message: expect.any(String) });
  });
});

describe('a lead that waits for a word', () => {
  test('stays at home with dispatch: false, until it is dispatched', async () => {
    const { reference, state, next_step } = await postLead(house, { dispatch: false });
    expect({ state, what: next_step.what }).toEqual({ state: 'qualified', what: 'place' });
    await house.advance('PT1H');
    for (const to of firstWave) expect(await house.kinds(to, reference)).toEqual([]);
    const { status, body } = await house.api('POST', `/leads/${reference}/dispatch`, {});
    expect([status, body.state]).toEqual([200, 'distributing']);
    for (const to of firstWave) expect(await house.kinds(to, reference)).toEqual(['offer']);
  });

  test('is taken back from everybody on a recall with hold, and the old links say so', async () => {
    const { reference } = await postLead(house);
    const mail = await house.newest(alice, 'offer', reference);
    const { status } = await house.api('POST', `/leads/${reference}/recall`, {
      reason: 'price list changed',
      next: 'hold',
    });
    expect(status).toBe(200);
    const page = await house.press(linkTo(mail.links, 'accept'));
    expect([page.status, page.location]).toEqual([410, null]);
    expect((await readLead(house, reference)).claim).toBeNull();
  });
});

describe('a lead that nobody can take', () => {
  test('is unplaced at once, and the program manager is mailed', async () => {
    const { reference, state, offers, next_step } = await postLead(house, { products: ['submarine'] });
    expect({ state, offers, what: next_step.what }).toEqual({ state: 'unplaced', offers: [], what: 'place' });
    expect(await house.kinds(manager, reference)).toEqual(['unplaced']);
    const { body } = await house.api('GET', `/leads/${reference}/explanation`);
    expect(body.partners).toHaveLength(5);
    for (const p of body.partners)
      expect(p).toMatchObject({ offered: false, score: 0, excluded: [{ code: 'uncertified' }] });
  });

  test('goes to the catch-all where the programme has one, user or not', async () => {
    const catch_all = ['desk@vendor.example'];
    await house.api('PUT', '/programs/with-desk', {
      ...programme({ distribution: { catch_all } }),
      default: false,
    });
    const answer = await house.api('POST', '/leads', lead({ program: 'with-desk', products: ['submarine'] }));
    const { reference } = answer.body;
    expect(await house.kinds('desk@vendor.example', reference)).toEqual(['unplaced']);
    expect(await house.kinds(manager, reference)).toEqual([]);
  });
});

describe('a partner whose mail bounces', () => {
  test('was never offered the lead: the offer is void and the next partner is asked at once', async () => {
    const apart = await startHouse();
    const void1 = 'bounce.alice@a.example';
    await setStage(apart, {
      addresses: { [alice]: void1 },
      programme: { distribution: { mode: 'sequence', size: 1, waves: 3 } },
    });
    const { reference } = await postLead(apart);
    const [first, second] = [
      await apart.messages(void1),
      (await apart.messages()).filter((m) => m.kind === 'offer'),
    ];
    expect(first).toEqual([]);
    expect(second).toHaveLength(1);
    expect([bob, dora, emil]).toContain(second[0]?.to);
    const { offers } = await readLead(apart, reference);
    expect(offers.map((o: Json) => o.state).sort()).toEqual(['sent', 'void']);
    const dead = await apart.api('GET', '/messages?state=dead');
    expect(dead.body.items).toMatchObject([
      { kind: 'offer', to: void1, state: 'dead', error: expect.stringContaining('550') },
    ]);
    await apart.stop();
  });
});

describe('a partner of a group whose mail bounces', () => {
  test('is replaced at once by the next best, in the same wave, while the others keep their windows', async () => {
    const apart = await startHouse();
    const gone = 'bounce.alice@a.example';
    await setStage(apart, { addresses: { [alice]: gone } });
    const { reference } = await postLead(apart);
    const offered = (await apart.messages()).filter((m) => m.kind === 'offer').map((m) => m.to);
    expect(offered.sort()).toEqual([bob, dora, emil].sort());
    const { offers } = await readLead(apart, reference);
    expect(offers.map((o: Json) => o.state).sort()).toEqual(['sent', 'sent', 'sent', 'void']);
    expect(new Set(offers.map((o: Json) => o.wave))).toEqual(new Set([1]));
    await apart.stop();
  });
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
