import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browser } from '../harness/browser.ts';
import {
  alice,
  bob,
  dora,
  emil,
  postLead,
  prospect,
  readLead,
  setStage,
  told,
  toMonday,
} from '../harness/cast.ts';
import { type House, type Json, type PageAnswer, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
let reference: string;
beforeAll(async () => {
  house = await startHouse({ env: { TRUST_PROXY: '1' } });
  await setStage(house);
});
beforeEach(async () => {
  await toMonday(house);
  reference = (await postLead(house)).reference;
});
afterAll(() => house.stop());

const link = async (who: string, act: string, kind = 'offer'): Promise<string> =>
  house.link(who, act, kind, reference);

const stateOf = async (partner: string): Promise<string> =>
  (await readLead(house, reference)).offers.find((o: Json) => o.partner === partner).state;

/** Opens both pages of an offer mail, then presses both buttons, the way a program does that presses everything. */
async function pressBoth(
  who: string,
  order: readonly string[],
  how: { readonly pause?: string; readonly from?: readonly string[]; readonly kind?: string } = {},
): Promise<PageAnswer[]> {
  const answers: PageAnswer[] = [];
  const places = (how.from ?? ['192.0.2.10']).map((from) => browser(house, from));
  const pages = await Promise.all(
    order.map(async (act) => (places[0] as (typeof places)[0]).get(await link(who, act, how.kind))),
  );
  await house.advance('PT2S');
  for (const [i, act] of order.entries()) {
    if (i > 0 && how.pause) await house.advance(how.pause);
    const place = places[i % places.length] as (typeof places)[0];
    answers.push(await place.send((pages[i] as PageAnswer).html, act));
  }
  return answers;
}

describe('yes and no within a minute from one network are no answer', () => {
  test('accept, then decline: the claim is void, every offer is open again, and the person is asked by mail', async () => {
    await house.messages();
    const [yes, no] = (await pressBoth(alice, ['accept', 'decline'])) as [PageAnswer, PageAnswer];
    expect([yes.status, no.status]).toEqual([303, 409]);
    expect(no.html).toContain('neither counts');
    expect(no.headers.get('set-cookie')).toBeNull();
    const lead = await readLead(house, reference);
    expect(lead).toMatchObject({ state: 'distributing', claim: null });
    expect(lead.offers.map((o: Json) => `${o.partner} ${o.state}`).sort()).toEqual([
      'a sent',
      'b sent',
      'd sent',
    ]);
    expect(await told(house, reference)).toContain('automation.suspected');
    const closed = await house.get(yes.location as string);
    expect([closed.status, closed.html.includes(prospect.name)]).toEqual([403, false]);
  });

  test('decline, then accept: the same', async () => {
    const [no, yes] = (await pressBoth(bob, ['decline', 'accept'])) as [PageAnswer, PageAnswer];
    expect([no.status, yes.status, yes.location]).toEqual([200, 409, null]);
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing', claim: null });
    expect(await stateOf('b')).toBe('sent');
    expect(await told(house, reference)).not.toContain('lead.claimed');
  });

  test('the world hears nothing: only whoever was pressed for gets a mail, one for each offer', async () => {
    const kinds = async () =>
      Promise.all([bob, dora, emil].map(async (who) => (await house.kinds(who, reference)).join()));
    const before = await kinds();
    await pressBoth(alice, ['accept', 'decline']);
    await pressBoth(alice, ['decline', 'accept']);
    expect((await told(house, reference)).filter((what) => what === 'automation.suspected')).toHaveLength(2);
    expect(await kinds()).toEqual(before);
    expect((await house.kinds(alice, reference)).filter((kind) => kind === 'ask')).toHaveLength(1);
  });

  test('the mail has the same two buttons, and what is pressed there counts', async () => {
    await pressBoth(alice, ['accept', 'decline']);
    const ask = await house.newest(alice, 'ask', reference);
    expect(ask.text).toContain('probably from a mail scanner');
    expect(ask.html + ask.text).not.toContain(prospect.name);
    const visit = browser(house, '192.0.2.10');
    const page = await visit.get(linkTo(ask.links, 'accept'));
    await house.advance('PT2S');
    const won = await visit.send(page.html, 'accept');
    expect(won.status).toBe(303);
    expect((await house.get(won.location as string)).html).toContain(prospect.name);
    expect(await readLead(house, reference)).toMatchObject({ state: 'claimed', claim: { partner: 'a' } });
  });

  test('a reply to that mail settles it, where no program can answer', async () => {
    await pressBoth(bob, ['accept', 'decline']);
    const answer = await house.reply(await house.newest(bob, 'ask', reference), 'yes');
    expect(answer.body.state).toBe('applied');
    expect(await readLead(house, reference)).toMatchObject({ state: 'claimed', claim: { partner: 'b' } });
  });

  test('the browser that pressed both is a stranger again', async () => {
    const visit = browser(house, '192.0.2.10');
    const [yes, no] = [
      await visit.get(await link(dora, 'accept')),
      await visit.get(await link(dora, 'decline')),
    ];
    await house.advance('PT2S');
    await visit.send(yes.html, 'accept');
    expect(visit.cookie()).not.toBe('');
    await visit.send(no.html, 'decline');
    expect((await visit.get(await link(dora, 'accept', 'ask'))).html).not.toContain('press.js');
  });

  test('one link after the other: the page of the second one offers to change the answer, and that trips too', async () => {
    for (const [first, second] of [
      ['accept', 'decline'],
      ['decline', 'accept'],
    ] as const) {
      reference = (await postLead(house)).reference;
      const visit = browser(house, '192.0.2.10');
      const page = await visit.get(await link(alice, first));
      await house.advance('PT2S');
      await visit.send(page.html, first);
      const other = await visit.get(await link(alice, second));
      await house.advance('PT2S');
      expect((await visit.send(other.html, second, { [second]: '1' })).status).toBe(409);
      expect(await readLead(house, reference)).toMatchObject({ state: 'distributing', claim: null });
      expect(await house.kinds(alice, reference)).toContain('ask');
    }
  });

  test('taking it back this way uses up no undo, and costs no further offer', async () => {
    for (const round of [1, 2, 3]) {
      reference = (await postLead(house)).reference;
      await pressBoth(bob, ['accept', 'decline']);
      const won = await house.press(await link(bob, 'accept', 'ask'));
      expect(won.status, `round ${round}`).toBe(303);
    }
    expect((await house.press(await link(bob, 'undo', 'accepted'))).status).toBe(200);
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing' });
  });
});

describe('what is no machine', () => {
  test('from another network, or after a minute: the first press stands and the second is told so', async () => {
    for (const how of [{ from: ['192.0.2.10', '198.51.100.4'] }, { pause: 'PT61S' }]) {
      reference = (await postLead(house)).reference;
      const [yes, no] = (await pressBoth(alice, ['accept', 'decline'], how)) as [PageAnswer, PageAnswer];
      expect([yes.status, no.status]).toEqual([303, 200]);
      expect(await readLead(house, reference)).toMatchObject({ state: 'claimed', claim: { partner: 'a' } });
      expect(await told(house, reference)).not.toContain('automation.suspected');
    }
  });

  test('neighbours share a network: the last part of an address makes no difference', async () => {
    const answers = await pressBoth(alice, ['accept', 'decline'], { from: ['192.0.2.10', '192.0.2.99'] });
    expect(answers.map((a) => a.status)).toEqual([303, 409]);
  });

  test('an office with IPv6 is one network, however its addresses are written; the next office is another', async () => {
    const pairs = [
      ['2001:db8::5', '2001:db8:0:1:2:3:4:5', 409],
      ['2001:db8:7:1::5', '2001:0db8:0007::9', 409],
      ['2001:db8:7::5', '2001:db8:8::5', 200],
    ] as const;
    for (const [one, other, second] of pairs) {
      reference = (await postLead(house)).reference;
      const answers = await pressBoth(alice, ['accept', 'decline'], { from: [one, other] });
      expect(answers.map((a) => a.status)).toEqual([303, second]);
    }
  });

  test('two people of one office answer one after the other, each for themselves', async () => {
    const visit = browser(house, '192.0.2.10');
    const [no, yes] = [
      await visit.get(await link(bob, 'decline')),
      await visit.get(await link(alice, 'accept')),
    ];
    await house.advance('PT2S');
    expect((await visit.send(no.html, 'decline')).status).toBe(200);
    expect((await visit.send(yes.html, 'accept')).status).toBe(303);
    expect(await stateOf('b')).toBe('declined');
  });

  test('a person who thinks again changes the answer with the other button, while it can be taken back', async () => {
    await house.press(await link(alice, 'decline'));
    await house.advance('PT2M');
    const page = await house.get(await link(alice, 'accept'));
    expect((await house.pressOn(page.html, 'accept', { accept: '1', promise: 'today' })).status).toBe(303);
    expect(await readLead(house, reference)).toMatchObject({ state: 'claimed', claim: { partner: 'a' } });
    await house.advance('PT2M');
    const back = await house.get(await link(alice, 'decline'));
    expect((await house.pressOn(back.html, 'decline', { decline: '1' })).status).toBe(200);
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing', claim: null });
    expect(await told(house, reference)).toEqual(expect.arrayContaining(['decline.undone', 'claim.undone']));
  });

  test('after ten minutes the other button changes nothing', async () => {
    await house.press(await link(alice, 'accept'));
    await house.advance('PT11M');
    const page = await house.get(await link(alice, 'decline'));
    expect(page.html).toContain('name="remail"');
    expect(page.html).not.toContain('name="decline"');
  });
});
