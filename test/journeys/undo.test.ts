import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  dora,
  emil,
  firstWave,
  postLead,
  prospect,
  readLead,
  setStage,
  timeline,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
let reference: string;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
beforeEach(async () => {
  await toMonday(house);
  reference = (await postLead(house)).reference;
});
afterAll(() => house.stop());

const press = async (who: string, kind: string, act: string, fields: Record<string, string> = {}) =>
  house.press(await house.link(who, act, kind, reference), fields);

const stateOf = async (partner: string): Promise<string> =>
  (await readLead(house, reference)).offers.find((o: Json) => o.partner === partner).state;

describe('taking an accept back', () => {
  test('on the page: the claim is undone, the lead page closed, and the partner is never asked again', async () => {
    const won = await press(dora, 'offer', 'accept');
    const page = await house.get(won.location as string);
    const undone = await house.pressOn(page.html, 'undo');
    expect(undone.status).toBe(200);
    expect(undone.html).not.toContain(prospect.name);
    const closed = await house.get(won.location as string);
    expect(closed.status).toBe(403);
    expect(closed.html).not.toContain(prospect.name);
    expect(await told(house, reference)).toContain('claim.undone');
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing', claim: null });
    await house.advance('P14D');
    const lead = await readLead(house, reference);
    expect(lead.offers.filter((o: Json) => o.partner === 'd')).toHaveLength(1);
    expect(await stateOf('d')).toBe('withdrawn');
    expect((await house.kinds(dora, reference)).filter((kind) => kind === 'offer')).toHaveLength(1);
    const again = await press(dora, 'offer', 'accept');
    expect([again.status, again.location]).toEqual([410, null]);
  });

  test('the reveal stays on record: the timeline shows the accept, the undo and who did both', async () => {
    await press(alice, 'offer', 'accept');
    await press(alice, 'accepted', 'undo');
    const items = await timeline(house, reference);
    const both = items.filter((item) => ['offer.accepted', 'claim.undone'].includes(item.what));
    expect(both.map((item) => item.what)).toEqual(['offer.accepted', 'claim.undone']);
    for (const item of both)
      expect(item.who).toMatchObject({ kind: 'contact', name: 'Alice Adams', partner: 'a' });
  });

  test('by reply: "undo" gives the lead back just the same', async () => {
    await press(bob, 'offer', 'accept');
    const answer = await house.reply(await house.newest(bob, 'accepted', reference), 'undo');
    expect(answer.body.state).toBe('applied');
    expect(await told(house, reference)).toContain('claim.undone');
    expect((await readLead(house, reference)).claim).toBeNull();
    expect((await timeline(house, reference)).find((item) => item.what === 'claim.undone').channel).toBe(
      'reply',
    );
  });

  test('a third time within a month it stands, by page and by reply, and the account manager hears of it once', async () => {
    const shop = await startHouse();
    try {
      await setStage(shop);
      await toMonday(shop);
      for (const how of ['undone', 'undone', 'kept', 'kept']) {
        const { reference: ref } = await postLead(shop);
        await shop.press(await shop.link(alice, 'accept', 'offer', ref));
        const accepted = await shop.newest(alice, 'accepted', ref);
        const undo = linkTo(accepted.links, 'undo');
        if (how === 'undone') {
          await shop.press(undo);
          expect((await readLead(shop, ref)).claim).toBeNull();
          continue;
        }
        expect((await shop.get(undo)).html).toContain('Ask my account manager');
        expect(await told(shop, ref)).not.toContain('undo.exhausted');
        const asked = await shop.press(undo);
        expect([asked.status, asked.html]).toEqual([
          409,
          expect.stringContaining('Your account manager knows'),
        ]);
        expect((await shop.reply(accepted, 'undo')).body.state).toBe('proposed');
        expect((await readLead(shop, ref)).claim).toMatchObject({ partner: 'a' });
        expect(await told(shop, ref)).toContain('undo.exhausted');
        const mails = (await shop.kinds(cam, ref)).filter((kind) => kind === 'standing');
        expect(mails).toHaveLength(1);
        const mail = await shop.newest(cam, 'standing', ref);
        expect(mail.subject).toContain('takes claims back');
        expect(mail.text + mail.html).not.toContain(prospect.name);
      }
    } finally {
      await shop.stop();
    }
  });

  test('four at the same instant: two are undone, two stand', async () => {
    const shop = await startHouse();
    try {
      await setStage(shop);
      await toMonday(shop);
      const mails: { reference: string; undo: string }[] = [];
      for (let i = 0; i < 4; i++) {
        const { reference: ref } = await postLead(shop, { external_id: `at-once-${i}` });
        await shop.press(await shop.link(alice, 'accept', 'offer', ref));
        mails.push({
          reference: ref,
          undo: await shop.link(alice, 'undo', 'accepted', ref),
        });
      }
      await Promise.all(mails.map(({ undo }) => shop.press(undo)));
      const held = await Promise.all(
        mails.map(async (m) => (await readLead(shop, m.reference)).claim !== null),
      );
      expect(held.filter(Boolean)).toHaveLength(2);
    } finally {
      await shop.stop();
    }
  });

  test('ten minutes later the undo explains itself and changes nothing', async () => {
    await press(bob, 'offer', 'accept');
    const mail = await house.newest(bob, 'accepted', reference);
    await house.advance('PT11M');
    const before = await told(house, reference);
    const page = await house.press(linkTo(mail.links, 'undo'));
    expect(page.status).toBe(200);
    expect(page.html).not.toContain('name="nonce"');
    expect(page.html).toMatch(/<h1[^>]*>[^<]+<\/h1>/);
    const bare = await house.post(linkTo(mail.links, 'undo'), {});
    expect([bare.status, bare.html]).toEqual([200, page.html]);
    expect((await house.reply(mail, 'undo')).body.state).toBe('proposed');
    expect(await house.kinds(bob, reference)).toEqual(['offer', 'accepted', 'ask']);
    expect(await told(house, reference)).toEqual(before);
    expect((await readLead(house, reference)).state).toBe('claimed');
  });

  test('nobody can take back what somebody else did', async () => {
    const bobs = await house.newest(bob, 'offer', reference);
    await press(alice, 'offer', 'accept');
    const answer = await house.reply(bobs, 'undo');
    expect(answer.body.state).toBe('proposed');
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: 'a' });
  });
});

describe('taking a report back', () => {
  test('on the page: stage and deadline are as they were', async () => {
    await press(alice, 'offer', 'accept');
    const before = await readLead(house, reference);
    const done = await press(alice, 'accepted', 'contacted');
    expect(done.status).toBe(200);
    expect(await readLead(house, reference)).toMatchObject({ stage: 'contacted', phase: 'contacted' });
    expect((await house.pressOn(done.html, 'undo')).status).toBe(200);
    expect(await told(house, reference)).toContain('status.reverted');
    const after = await readLead(house, reference);
    expect({ ...after }).toEqual(before);
  });

  test('by the receipt of a reply: a lost lead is open again', async () => {
    await press(alice, 'offer', 'accept');
    const mail = await house.newest(alice, 'accepted', reference);
    expect((await house.reply(mail, 'lost, too expensive')).body.state).toBe('applied');
    expect(await readLead(house, reference)).toMatchObject({ state: 'lost', outcome: { reason: 'price' } });
    await press(alice, 'receipt', 'undo');
    expect(await readLead(house, reference)).toMatchObject({
      state: 'claimed',
      stage: 'claimed',
      outcome: null,
    });
    expect(await told(house, reference)).toEqual(
      expect.arrayContaining(['status.reverted', 'lead.reopened']),
    );
  });

  test('by reply: "undo" after "won 12k" takes the order back', async () => {
    await press(alice, 'offer', 'accept');
    const mail = await house.newest(alice, 'accepted', reference);
    await house.reply(mail, 'won 12k');
    expect((await readLead(house, reference)).state).toBe('won');
    expect((await house.reply(mail, 'undo')).body.state).toBe('applied');
    expect(await readLead(house, reference)).toMatchObject({ state: 'claimed', outcome: null });
  });
});

describe('taking a decline back', () => {
  test('one press declines, the reason may follow on the page, and the undo opens the offer again', async () => {
    const done = await press(bob, 'offer', 'decline');
    expect(done.status).toBe(200);
    expect(await stateOf('b')).toBe('declined');
    const thanked = await house.pressOn(done.html, 'decline', { reason: 'too-far' });
    expect(thanked.status).toBe(200);
    expect(await told(house, reference)).toEqual(
      expect.arrayContaining(['offer.declined', 'offer.reasoned']),
    );
    expect((await house.pressOn(thanked.html, 'undo')).status).toBe(200);
    expect(await stateOf('b')).toBe('sent');
    expect(await told(house, reference)).toContain('decline.undone');
    expect((await press(bob, 'offer', 'accept')).status).toBe(303);
  });

  test('by reply: "no, too far" declines with its reason, and the receipt takes it back', async () => {
    const mail = await house.newest(dora, 'offer', reference);
    expect((await house.reply(mail, 'No, too far away for us')).body.state).toBe('applied');
    const fact = (await timeline(house, reference)).find((item) => item.what === 'offer.declined');
    expect(fact).toMatchObject({ channel: 'reply', data: { reason: 'too-far' } });
    await press(dora, 'receipt', 'undo');
    expect(await stateOf('d')).toBe('sent');
  });

  test('when everybody has declined the next wave begins at once', async () => {
    for (const who of firstWave) await press(who, 'offer', 'decline');
    expect(await house.kinds(emil, reference)).toEqual(['offer']);
  });
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
