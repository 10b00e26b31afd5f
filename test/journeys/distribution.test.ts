import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  charlie,
  dora,
  emil,
  firstWave,
  postLead,
  programme,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, linksOnPage, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  const mode = (key: string, distribution: object, criteria: object[] = []): Promise<Json> => {
    const base = programme({ distribution }) as Json;
    const matching = { ...base.matching, criteria: [...base.matching.criteria, ...criteria] };
    return house.api('PUT', `/programs/${key}`, { ...base, default: false, matching });
  };
  await mode('sequence', { mode: 'sequence', size: 1, waves: 3, window: { warm: 'PT2H' } });
  await mode('pool', { mode: 'pool', window: { warm: 'PT2H' } });
  await mode('fair', { mode: 'pool', fair_window: 'PT30M' });
  const named = {
    id: 'named',
    kind: 'named_account',
    lead: 'custom.account',
    partner: 'custom.accounts',
    weight: 1,
  };
  const prompt = { id: 'prompt', kind: 'promptness', weight: 1, required: true };
  await mode('prompt', { mode: 'pool' }, [prompt]);
  await mode('direct', { mode: 'direct', window: { warm: 'PT2H' } }, [named]);
});
beforeEach(() => toMonday(house));
afterAll(() => house.stop());

const asked = async (reference: string): Promise<string[]> => {
  const everybody = [alice, bob, dora, emil, charlie];
  const mailed: string[] = [];
  for (const who of everybody) if ((await house.kinds(who, reference)).includes('offer')) mailed.push(who);
  return mailed;
};
const answer = async (who: string, reference: string, act: 'accept' | 'decline') =>
  house.press(await house.link(who, act, 'offer', reference));
const partnerOf = (who: string): string => who.slice(who.indexOf('@') + 1, who.indexOf('.'));
const change = async (partner: string, what: object): Promise<void> => {
  const { body } = await house.api('GET', `/partners/${partner}`);
  expect((await house.api('PUT', `/partners/${partner}`, { ...body, ...what })).status).toBe(200);
};
const excludedFor = async (reference: string, partner: string): Promise<Json[]> =>
  (await house.api('GET', `/leads/${reference}/explanation`)).body.partners.find(
    (p: Json) => p.partner === partner,
  ).excluded;

describe('a sequence', () => {
  test('asks one partner after the other: at once after a no, after the window without an answer, then nobody', async () => {
    const { reference } = await postLead(house, { program: 'sequence' });
    const [first] = await asked(reference);
    expect(await asked(reference)).toHaveLength(1);
    await answer(first as string, reference, 'decline');
    const second = (await asked(reference)).find((who) => who !== first) as string;
    expect(await asked(reference)).toHaveLength(2);
    await house.advance('PT1H');
    expect(await asked(reference)).toHaveLength(2);
    await house.advance('PT1H30M');
    expect(await asked(reference)).toHaveLength(3);
    const { offers } = await readLead(house, reference);
    expect(offers.map((o: Json) => [o.wave, o.state])).toEqual([
      [1, 'declined'],
      [2, 'expired'],
      [3, 'sent'],
    ]);
    expect(offers[1].partner).toBe(partnerOf(second));
    await house.advance('P1D');
    expect((await readLead(house, reference)).state).toBe('unplaced');
    expect(await excludedFor(reference, partnerOf(first as string))).toEqual([
      expect.objectContaining({ code: 'declined' }),
    ]);
    expect((await answer(second, reference, 'accept')).status).toBe(303);
  });
});

describe('a pool', () => {
  test('asks every eligible partner at once, first come first served', async () => {
    const { reference } = await postLead(house, { program: 'pool' });
    expect(await asked(reference)).toEqual([alice, bob, dora, emil]);
    expect((await answer(emil, reference, 'accept')).status).toBe(303);
    expect((await readLead(house, reference)).claim.partner).toBe('e');
    expect(await excludedFor(reference, 'c')).toEqual([expect.objectContaining({ code: 'uncertified' })]);
  });
});

describe('a direct offer', () => {
  test('goes to the named account, whatever its level, and to nobody else', async () => {
    await change('e', { custom: { accounts: ['ofenglut'] } });
    const { reference } = await postLead(house, { program: 'direct', custom: { account: 'ofenglut' } });
    expect(await asked(reference)).toEqual([emil]);
  });

  test('goes to the best score where nobody has the account', async () => {
    const { reference } = await postLead(house, { program: 'direct', custom: { account: 'nobody' } });
    const [only, ...others] = await asked(reference);
    expect(others).toEqual([]);
    expect(firstWave).toContain(only);
  });
});

describe('a partner’s capacity', () => {
  test('of a week is counted when a lead is claimed, given back by an undo, and new on Monday', async () => {
    await change('d', { capacity: { week: 1 } });
    const leads = [];
    for (let n = 0; n < 3; n += 1) leads.push((await postLead(house, { summary: `Roof ${n}` })).reference);
    const [first, second, third] = leads as [string, string, string];
    const won = await answer(dora, first, 'accept');
    expect(won.status).toBe(303);
    const full = await answer(dora, second, 'accept');
    expect(full.html).toContain('as many leads as agreed');
    expect((await readLead(house, second)).claim).toBeNull();
    await house.pressOn((await house.get(won.location as string)).html, 'undo');
    expect((await answer(dora, third, 'accept')).status).toBe(303);
    const fourth = (await postLead(house)).reference;
    expect(await asked(fourth)).not.toContain(dora);
    expect(await excludedFor(fourth, 'd')).toEqual([{ code: 'capacity', why: 'has 1 of 1 leads this week' }]);
    await toMonday(house);
    const fifth = (await postLead(house)).reference;
    expect((await answer(dora, fifth, 'accept')).status).toBe(303);
    await change('d', { capacity: {} });
  });

  test('holds when leads are claimed in the same instant', async () => {
    await change('b', { capacity: { week: 2 } });
    const leads = [];
    for (let n = 0; n < 4; n += 1) leads.push((await postLead(house, { summary: `Roof ${n}` })).reference);
    const pages = [];
    for (const reference of leads) {
      const link = await house.link(bob, 'accept', 'offer', reference);
      pages.push({ link, html: (await house.get(link)).html });
    }
    await house.advance('PT2S');
    const nonceOf = (html: string): string => /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const answers = await Promise.all(pages.map((p) => house.post(p.link, { nonce: nonceOf(p.html) })));
    expect(answers.filter((a) => a.status === 303)).toHaveLength(2);
    await change('b', { capacity: {} });
  });
});

describe('whoever came too late', () => {
  /** The first of a sequence lets the offer lapse, the second takes the lead. */
  async function missed(): Promise<{ reference: string; first: string; second: string; won: string }> {
    const { reference } = await postLead(house, { program: 'sequence' });
    const [first] = (await asked(reference)) as [string];
    await house.advance('PT3H');
    const second = (await asked(reference)).find((who) => who !== first) as string;
    const won = await answer(second, reference, 'accept');
    return { reference, first, second, won: won.location as string };
  }

  test('sees a kind page with other open offers, and can ask for another chance with one press', async () => {
    const { reference, first } = await missed();
    const other = (await postLead(house, { program: 'pool', summary: 'Another roof' })).reference;
    const late = await answer(first, reference, 'accept');
    expect(late.html).toContain('Another partner was faster');
    const links = linksOnPage(late.html);
    const open = (await house.newest(first, 'offer', other)).links;
    expect(tokenOf(linkTo(links, 'accept'))?.obj).toBe(tokenOf(linkTo(open, 'accept'))?.obj);
    await house.get(linkTo(links, 'chance'));
    expect(await told(house, reference)).not.toContain('chance.asked');
    expect((await house.press(linkTo(links, 'chance'))).status).toBe(200);
    expect(await told(house, reference)).toContain('chance.asked');
    expect((await house.get(linkTo(links, 'chance'))).html).toContain('You asked for another chance');
  });

  test('is asked before anybody else when the lead becomes free, by a new letter that works', async () => {
    const { reference, first, second, won } = await missed();
    const late = await answer(first, reference, 'accept');
    await house.press(linkTo(linksOnPage(late.html), 'chance'));
    const before = await asked(reference);
    await house.pressOn((await house.get(won)).html, 'undo');
    expect(await asked(reference)).toEqual(before);
    expect((await house.kinds(first, reference)).filter((kind) => kind === 'offer')).toHaveLength(2);
    const { offers } = await readLead(house, reference);
    const again = offers.find((o: Json) => o.partner === partnerOf(first));
    expect(again.state).toBe('sent');
    expect(offers.find((o: Json) => o.partner === partnerOf(second)).state).toBe('withdrawn');
    expect((await answer(first, reference, 'accept')).status).toBe(303);
  });

  test('can ask by a reply, and the lead goes elsewhere when they let it lapse again', async () => {
    const { reference, first, won } = await missed();
    await house.reply(await house.newest(first, 'offer', reference), 'YES');
    const taken = await house.newest(first, 'taken', reference);
    expect(taken.links.map((link) => tokenOf(link)?.act)).toContain('chance');
    const reply = await house.reply(taken, 'CHANCE');
    expect(reply.body.state).toBe('applied');
    expect(await house.kinds(first, reference)).toContain('receipt');
    const before = await asked(reference);
    await house.pressOn((await house.get(won)).html, 'undo');
    await house.advance('PT3H');
    expect((await asked(reference)).length).toBeGreaterThan(before.length);
  });

  test('who gave the lead back has had it: no other chance', async () => {
    const { reference, second, won } = await missed();
    await house.pressOn((await house.get(won)).html, 'undo');
    const page = await answer(second, reference, 'accept');
    expect(linksOnPage(page.html).map((link) => tokenOf(link)?.act)).not.toContain('chance');
  });
});

describe('a programme with a fair window', () => {
  test('notes each yes, says when it is decided, and gives the lead to the best score, not to the fastest', async () => {
    const { reference } = await postLead(house, { program: 'fair' });
    expect((await house.newest(emil, 'offer', reference)).text).toContain('not the fastest');
    const early = await answer(emil, reference, 'accept');
    expect([early.status, early.location]).toEqual([200, null]);
    expect(early.html).toContain('Your yes is noted');
    const reply = await house.reply(await house.newest(dora, 'offer', reference), 'YES');
    expect(reply.body.state).toBe('applied');
    expect((await house.newest(dora, 'receipt', reference)).text).toContain('it is decided on');
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing', claim: null });
    expect(await house.kinds(dora, reference)).not.toContain('accepted');
    await house.advance('PT31M');
    expect((await readLead(house, reference)).claim.partner).toBe('d');
    expect(await house.kinds(dora, reference)).toContain('accepted');
    const lost = await house.newest(emil, 'taken', reference);
    expect(lost.text).toContain('fits it best');
    expect(lost.links.map((link) => tokenOf(link)?.act)).toContain('chance');
    await house.press(await house.link(dora, 'undo', 'accepted', reference));
    expect((await readLead(house, reference)).claim).toBeNull();
  });
});

describe('coverage gaps', () => {
  test('are the products and regions in which leads found no taker, the most valuable first', async () => {
    const worth = (amount: string) => ({ value: { amount, currency: 'EUR' } });
    await postLead(house, { products: ['carport'], ...worth('900000.00') });
    await postLead(house, { products: ['carport', 'pool'], ...worth('50000.00') });
    const { items } = (await house.api('GET', '/coverage-gaps')).body;
    expect(items[0]).toEqual({
      product: 'carport',
      region: 'DE-89',
      leads: 2,
      unmatched: 2,
      values: [{ amount: '950000.00', currency: 'EUR' }],
    });
    expect(items).toContainEqual(expect.objectContaining({ product: 'pool', leads: 1 }));
    const passed = items.find((gap: Json) => gap.product === 'solar');
    expect(passed.leads).toBeGreaterThan(passed.unmatched);
    const wrong = await house.api('GET', '/coverage-gaps?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z');
    expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([400, '/to']);
  });
});
test('promptness counts the own business time until an answer, and asks nobody of whom none is known', async () => {
  const slow = (await postLead(house, { external_id: 'prompt-1' })).reference;
  await house.advance('PT2H');
  await answer(alice, slow, 'decline');
  const { reference } = await postLead(house, { external_id: 'prompt-2', program: 'prompt' });
  const { partners } = (await house.api('GET', `/leads/${reference}/explanation`)).body;
  const why = (id: string): Json =>
    partners.find((p: Json) => p.partner === id).criteria.find((c: Json) => c.id === 'prompt');
  expect(why('a').why).toMatch(/answers within [\d.]+ business hours/);
  expect(why('a').score).toBeGreaterThan(0);
  const silent = partners.filter((p: Json) => why(p.partner).why === 'the partner does not say');
  for (const { partner } of silent) expect(await excludedFor(reference, partner)).not.toEqual([]);
});
