import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, postLead, programme, readLead, setStage, toMonday } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

const apply = (more: Json, key = 'default'): Promise<Json> =>
  house.api('PUT', `/programs/${key}`, programme(more));
const versionOf = async (reference: string): Promise<Json> =>
  (await house.api('GET', `/leads/${reference}/explanation`)).body.version;

describe('a programme changed while leads are out', () => {
  test('leaves them under the rules they were dispatched under', async () => {
    const { reference } = await postLead(house);
    const before = await versionOf(reference);
    const offer = await house.newest(alice, 'offer', reference);
    const { body } = await apply({
      follow_up: {
        promise: 'today',
        ladder: [{ after: 'PT0S', to: 'holder', letter: 'recalled', effect: 'recall' }],
      },
      distribution: { size: 1, waves: 1 },
    });
    expect(body.version).toBe(before + 1);
    expect((await house.press(linkTo(offer.links, 'accept'))).status).toBe(303);
    await house.advance('P2D');
    const held = await readLead(house, reference);
    expect(held).toMatchObject({ state: 'claimed', claim: { partner: 'a' } });
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted', 'reminder']);
    const fresh = await postLead(house);
    expect(fresh.offers).toHaveLength(1);
    expect(await versionOf(fresh.reference)).toBe(before + 1);
  });

  test('but one that still waited at home goes out under the newest', async () => {
    const waiting = await postLead(house, { dispatch: false });
    const { body } = await apply({ distribution: { size: 2 } });
    const { body: out } = await house.api('POST', `/leads/${waiting.reference}/dispatch`, {});
    expect(out.offers).toHaveLength(2);
    expect(await versionOf(waiting.reference)).toBe(body.version);
  });
});

describe('a draft replayed on past leads', () => {
  const replay = (program?: Json, last?: number): Promise<Json> =>
    house.api('POST', '/programs/replayed/replay', {
      ...(program ? { program } : {}),
      ...(last ? { last } : {}),
    });
  const rows = async (): Promise<Json> =>
    Object.fromEntries(
      await Promise.all(
        ['programs', 'leads', 'offers', 'facts', 'letters', 'explanations'].map(async (table) => [
          table,
          await house.running.deps.db.query(
            `select count(*)::int as n, max(md5(t::text)) as last from ${table} t`,
          ),
        ]),
      ),
    );
  const references: string[] = [];

  beforeAll(async () => {
    await apply({ default: false }, 'replayed');
    await toMonday(house);
    for (let n = 0; n < 3; n += 1)
      references.unshift((await postLead(house, { program: 'replayed' })).reference);
    await house.messages();
  });

  test('under the rules it had nothing moves', async () => {
    const { status, body } = await replay();
    expect(status).toBe(200);
    expect(body).toMatchObject({ program: 'replayed', leads: 3, moved: 0 });
    expect(body.items.map((i: Json) => i.lead)).toEqual(references);
    for (const item of body.items) expect([...item.was].sort()).toEqual(['a', 'b', 'd']);
  });

  test('says which leads change hands and why, the same every time, and changes nothing', async () => {
    const draft = programme({
      default: false,
      matching: {
        criteria: [
          {
            id: 'products',
            kind: 'covers',
            lead: 'products',
            partner: 'products',
            weight: 1,
            required: true,
          },
          {
            id: 'starter',
            kind: 'level',
            partner: 'level',
            weight: 1,
            options: { order: ['gold', 'registered'] },
          },
        ],
      },
      distribution: { size: 1 },
    });
    const before = await rows();
    const first = await replay(draft, 2);
    expect(first.body).toMatchObject({ leads: 2, moved: 2 });
    expect(first.body.items[0]).toMatchObject({ lead: references[0], now: ['e'], moved: true, missing: [] });
    expect(first.body.items[0].why).toContainEqual({
      partner: 'e',
      change: 'in',
      why: expect.stringMatching(/^is number 1 with 1\.00; was number 4 with 0\.\d\d$/),
    });
    expect(first.body.items[0].why.map((w: Json) => [w.change, w.partner]).sort()).toEqual([
      ['in', 'e'],
      ['out', 'a'],
      ['out', 'b'],
      ['out', 'd'],
    ]);
    expect(await replay(draft, 2)).toEqual(first);
    await house.messages();
    expect(await rows()).toEqual(before);
  });

  test('says for what leads would have been held', async () => {
    const { body } = await replay(programme({ qualification: { required: ['expected_close'] } }));
    expect(body).toMatchObject({ moved: 3 });
    expect(body.items[0]).toMatchObject({ now: [], missing: ['expected_close'] });
  });

  test('with faults is refused as a PUT would be', async () => {
    const { status, body } = await replay({ name: 'X', distribution: { wave: 1 } });
    expect(status).toBe(422);
    expect(body.errors[0]).toMatchObject({
      pointer: '/program/distribution/wave',
      message: expect.stringContaining('waves'),
    });
    expect((await house.api('POST', '/programs/none/replay', {})).status).toBe(404);
  });
});

describe('a programme’s own words', () => {
  const own = {
    default: false,
    letters: {
      en: {
        'accepted.title': 'All yours, well done',
        'buttons.accept': 'Count me in',
        'offer.next_accept': '**Say yes:** the & customer is yours.',
      },
    },
    reasons: { decline: ['on-holiday', 'other'], lost: ['went-with-oil', 'other'] },
    pipeline: [
      { stage: 'taken-on', phase: 'claimed' },
      { stage: 'first-visit', phase: 'contacted' },
      { stage: 'signed', phase: 'won' },
      { stage: 'gone', phase: 'lost' },
    ],
  };

  test('stand in its letters, its reasons on its pages, its stages on its leads', async () => {
    await toMonday(house);
    expect((await apply(own, 'worded')).status).toBe(201);
    const { reference } = await postLead(house, { program: 'worded' });
    const offer = await house.newest(alice, 'offer', reference);
    expect(offer.text).toContain('Count me in');
    expect(offer.text).toContain('Say yes: the & customer is yours.');
    const no = await house.get(linkTo(offer.links, 'decline'));
    expect(no.html).toContain('value="on-holiday"');
    expect(no.html).not.toContain('value="too-far"');
    expect((await house.press(linkTo(offer.links, 'accept'))).status).toBe(303);
    expect((await readLead(house, reference)).stage).toBe('taken-on');
    const mail = await house.newest(alice, 'accepted', reference);
    expect(mail.text).toContain('ALL YOURS, WELL DONE');
    expect((await house.reply(mail, 'called')).body.state).toBe('applied');
    expect((await readLead(house, reference)).stage).toBe('first-visit');
    await apply({ ...own, reasons: {} }, 'worded');
    const wrong = await house.api('POST', `/leads/${reference}/close`, { result: 'lost', reason: 'price' });
    expect([wrong.status, wrong.body.errors[0].message]).toEqual([
      422,
      expect.stringContaining('went-with-oil'),
    ]);
    const closed = { result: 'lost', reason: 'went-with-oil' };
    expect((await house.api('POST', `/leads/${reference}/close`, closed)).body).toMatchObject({
      stage: 'gone',
      outcome: { reason: 'went-with-oil' },
    });
  });

  test.each([
    [{ pl: {} }, '/letters/pl', 'no language "pl"'],
    [{ en: { 'accepted.titel': 'x' } }, '/letters/en/accepted.titel', 'did you mean "accepted.title"'],
    [{ en: { 'pages.error': 'x' } }, '/letters/en/pages.error', 'there is no text'],
    [{ en: { 'accepted.by': 'by {whn}' } }, '/letters/en/accepted.by', 'it has {when}'],
    [{ en: { 'accepted.title': '<b>x</b>' } }, '/letters/en/accepted.title', 'plain text'],
  ])('%j are refused with the reason', async (letters, pointer, words) => {
    const { status, body } = await apply({ letters }, 'misworded');
    expect([status, body.errors[0].pointer]).toEqual([422, pointer]);
    expect(body.errors[0].message).toContain(words);
    expect((await house.api('GET', '/programs/misworded')).status).toBe(404);
  });
});
