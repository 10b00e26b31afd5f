import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  cam,
  manager,
  postLead,
  programme,
  prospect,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

/** Who works a lead after the claim, in each of the four scenarios. The walking path is the first of them. */

const secrets = [prospect.name, prospect.company, prospect.email, '731555'];
const scenarios = ['partner_led', 'vendor_led', 'joint', 'fulfilment'] as const;

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  for (const scenario of scenarios) {
    const { status } = await house.api(
      'PUT',
      `/programs/${scenario}`,
      programme({ default: false, scenario }),
    );
    expect(status).toBe(201);
  }
});
afterAll(() => house.stop());
beforeEach(() => toMonday(house));

/** A lead of a scenario, accepted by Alice on its page. */
async function claimed(scenario: string, more: Json = {}): Promise<{ reference: string; page: string }> {
  const { reference } = await postLead(house, { program: scenario, ...more });
  const offer = await house.newest(alice, 'offer', reference);
  const link = linkTo(offer.links, 'accept');
  const page = (await house.get(link)).html;
  expect((await house.press(link)).status).toBe(303);
  return { reference, page };
}

const stepOf = async (reference: string): Promise<Json> => {
  const { next_step, other_step, stage, claim } = await readLead(house, reference);
  return { next_step, other_step, stage, claim };
};

describe('partner_led', () => {
  test('the partner promises, holds the only step and is told so; the account manager hears nothing', async () => {
    const { reference, page } = await claimed('partner_led');
    expect(page).toContain('name="promise"');
    expect(await stepOf(reference)).toMatchObject({
      next_step: { who: 'holder', what: 'contact' },
      other_step: null,
      stage: 'claimed',
    });
    const mail = await house.newest(alice, 'accepted', reference);
    expect(mail.text).not.toContain('WHAT IS EXPECTED');
    expect(await house.kinds(cam, reference)).toEqual([]);
  });
});

describe('vendor_led', () => {
  test('the account manager calls; the partner is introduced, has tasks and is never chased', async () => {
    const { reference, page } = await claimed('vendor_led');
    expect(page).not.toContain('name="promise"');
    const offer = await house.newest(alice, 'offer', reference);
    expect(offer.text).toContain('We lead this one and call the customer');
    const { next_step, other_step, claim } = await stepOf(reference);
    expect(next_step).toMatchObject({ who: 'cam', what: 'contact' });
    expect([other_step, claim.promise_at]).toEqual([null, null]);
    const hers = await house.newest(alice, 'accepted', reference);
    expect(hers.text).toContain('Carla Cam leads this one and calls the customer first');
    expect(hers.text).toContain('Your tasks');
    const his = await house.newest(cam, 'accepted', reference);
    expect(his.text).toContain('Alice Adams, Partner A accepted and waits for your introduction');
    for (const secret of secrets) expect(his.text).toContain(secret);
    await house.advance('P2D');
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted']);
    expect(await house.kinds(cam, reference)).toEqual(['accepted', 'reminder']);
    const again = await house.newest(cam, 'reminder', reference);
    expect(again.text).toContain('You lead this one; Partner A accepted it.');
    expect((await house.press(linkTo(again.links, 'contacted'))).status).toBe(200);
    expect(await stepOf(reference)).toMatchObject({
      next_step: { who: 'cam', what: 'update' },
      stage: 'contacted',
    });
    expect((await house.reply(his, 'meeting on Tuesday')).body.state).toBe('applied');
    expect((await readLead(house, reference)).stage).toBe('meeting');
    expect((await house.reply(hers, 'won 12k')).body.state).toBe('applied');
    expect(await readLead(house, reference)).toMatchObject({
      state: 'won',
      next_step: null,
      other_step: null,
      outcome: { amount: '12000.00' },
    });
  });

  test('without a word from the account manager the program manager reads along, and the partner keeps the lead', async () => {
    const { reference } = await claimed('vendor_led');
    await house.advance('P14D');
    expect((await house.kinds(manager, reference)).length).toBeGreaterThan(0);
    expect(await readLead(house, reference)).toMatchObject({
      state: 'claimed',
      claim: { partner: 'a' },
      next_step: { who: 'cam', what: 'contact' },
    });
    expect(await told(house, reference)).not.toContain('assignment.recalled');
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted']);
  });
});

describe('joint', () => {
  test('both owe a call; each report settles its own, and the lead shows the earlier step', async () => {
    const { reference, page } = await claimed('joint');
    expect(page).toContain('name="promise"');
    const before = await stepOf(reference);
    expect(before).toMatchObject({
      next_step: { who: 'holder', what: 'contact' },
      other_step: { who: 'cam', what: 'contact' },
    });
    const hers = await house.newest(alice, 'accepted', reference);
    expect(hers.text).toContain('You and Carla Cam work this one together');
    const his = await house.newest(cam, 'accepted', reference);
    expect(his.text).toContain('accepted and calls the customer too');
    expect((await house.reply(hers, 'called')).body.state).toBe('applied');
    expect(await stepOf(reference)).toMatchObject({
      next_step: { who: 'cam', what: 'contact', due_at: before.other_step.due_at },
      other_step: { who: 'holder', what: 'update' },
    });
    await house.advance('P2D');
    expect(await house.kinds(cam, reference)).toEqual(['accepted', 'reminder']);
    expect((await house.kinds(alice, reference)).filter((kind) => kind === 'reminder')).toEqual([]);
    expect((await house.press(linkTo(his.links, 'contacted'))).status).toBe(200);
    expect(await stepOf(reference)).toMatchObject({
      next_step: { who: 'holder' },
      other_step: { who: 'cam' },
    });
    for (const item of (await house.messages(cam)).filter((m) => m.subject.includes(reference)))
      expect(item.kind).not.toBe('escalation');
  });

  test('the partner’s ladder goes on as ever: recalled and offered again, both are free', async () => {
    const { reference } = await claimed('joint');
    await house.advance('P5D');
    expect(await house.kinds(alice, reference)).toContain('recalled');
    expect(await stepOf(reference)).toMatchObject({ next_step: { what: 'answer_offer' }, other_step: null });
  });
});

describe('fulfilment', () => {
  const orderDay = async (): Promise<string> => {
    const monday = await house.now();
    return new Date(monday.getTime() + 14 * 24 * 3_600_000).toISOString().slice(0, 10);
  };

  test('an order has no promise and no first contact: it is due on its day, then implemented', async () => {
    const day = await orderDay();
    const { reference, page } = await claimed('fulfilment', { quality: 'pre_sold', expected_close: day });
    expect(page).not.toContain('name="promise"');
    expect((await house.newest(alice, 'offer', reference)).text).toContain('The order is there');
    const { next_step, other_step, stage, claim } = await stepOf(reference);
    expect(next_step).toMatchObject({ who: 'holder', what: 'update', due_at: `${day}T16:00:00.000Z` });
    expect([other_step, stage, claim.promise_at]).toEqual([null, 'order-confirmed', null]);
    await house.advance('P10D');
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted']);
    const mail = await house.newest(alice, 'accepted', reference);
    expect(mail.text).toContain('Implement it by');
    expect((await house.press(linkTo(mail.links, 'won'))).status).toBe(200);
    expect(await readLead(house, reference)).toMatchObject({ state: 'won', stage: 'implemented' });
  });

  test('the order date of the vendor’s own field counts first, and a day that passes is asked about', async () => {
    const day = await orderDay();
    const { reference } = await claimed('fulfilment', {
      expected_close: '2020-01-01',
      custom: { order_date: day },
    });
    expect((await stepOf(reference)).next_step.due_at).toBe(`${day}T16:00:00.000Z`);
    await house.advance('P15D');
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted', 'reminder']);
    const reminder = await house.newest(alice, 'reminder', reference);
    expect((await house.reply(reminder, 'no change')).body.state).toBe('applied');
    const later = (await stepOf(reference)).next_step;
    expect(later).toMatchObject({ what: 'update' });
    expect(Date.parse(later.due_at)).toBeGreaterThan(Date.parse(`${day}T16:00:00.000Z`));
  });
});
