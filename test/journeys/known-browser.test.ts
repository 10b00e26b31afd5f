import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { browser, type Visiting } from '../harness/browser.ts';
import { alice, bob, postLead, readLead, setStage, told, toMonday } from '../harness/cast.ts';
import { formTo, type House, linkOnPage, startHouse } from '../harness/house.ts';

let house: House;
let reference: string;
beforeAll(async () => {
  house = await startHouse({ env: { BASE_URL: 'https://leads.acme.example', TRUST_PROXY: '1' } });
  await setStage(house);
});
beforeEach(async () => {
  await toMonday(house);
  reference = (await postLead(house)).reference;
});
afterAll(() => house.stop());

const link = async (who: string, act: string, kind = 'offer'): Promise<string> =>
  house.link(who, act, kind, reference);

const pressesItself = (html: string): boolean => html.includes('<script src="/assets/press.js"');

/** A browser in which somebody has accepted the lead, a moment ago. */
async function knownTo(who: string): Promise<Visiting> {
  const visit = browser(house);
  const page = await visit.get(await link(who, 'accept'));
  await house.advance('PT2S');
  expect((await visit.send(page.html, 'accept')).status).toBe(303);
  return visit;
}

describe('a browser in which a person has pressed a button', () => {
  test('keeps a cookie that no script, no other site and no plain connection gets to see', async () => {
    const visit = browser(house);
    const page = await visit.get(await link(alice, 'accept'));
    expect(page.headers.get('set-cookie')).toBeNull();
    expect((await visit.send(page.html, 'accept')).headers.get('set-cookie')).toBeNull();
    await house.advance('PT2S');
    const set = (await visit.send(page.html, 'accept')).headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^leadpost=[\w.-]+; Path=\/a; Max-Age=15552000; HttpOnly; SameSite=Lax; Secure$/);
  });

  test('presses the next button by itself, at once, with a script of ours and no other', async () => {
    const visit = await knownTo(alice);
    const page = await visit.get(await link(alice, 'contacted', 'accepted'));
    expect(pressesItself(page.html)).toBe(true);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none';.*;script-src 'self'$/);
    expect(await told(house, reference)).not.toContain('status.reported');
    // No second has passed, and it counts all the same.
    expect((await visit.send(page.html, 'contacted')).status).toBe(200);
    expect(await told(house, reference)).toContain('status.reported');
  });

  test('presses nothing without our page: no nonce, none of ours, that of another page', async () => {
    const visit = await knownTo(alice);
    const { html } = await visit.get(await link(alice, 'contacted', 'accepted'));
    const other = await visit.get(await link(alice, 'not-reached', 'accepted'));
    for (const nonce of ['', 'a.b', formTo(other.html, 'not-reached').nonce]) {
      await visit.send(html, 'contacted', { nonce });
      expect(await told(house, reference)).not.toContain('status.reported');
    }
    await visit.send(html, 'contacted');
    expect(await told(house, reference)).toContain('status.reported');
  });

  test('is a stranger to everybody else, and every other browser to this person', async () => {
    const visit = await knownTo(alice);
    reference = (await postLead(house)).reference;
    const [own, others] = [await link(alice, 'accept'), await link(bob, 'accept')];
    expect(pressesItself((await visit.get(own)).html)).toBe(true);
    for (const page of [await visit.get(others), await browser(house).get(own)]) {
      expect(pressesItself(page.html)).toBe(false);
      expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    }
    const page = await visit.get(others);
    expect((await visit.send(page.html, 'accept')).status).toBe(200);
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing' });
  });

  test('remembers several people, each once', async () => {
    const visit = await knownTo(alice);
    for (const who of [bob, alice]) {
      reference = (await postLead(house)).reference;
      const page = await visit.get(await link(who, 'accept'));
      await house.advance('PT2S');
      expect((await visit.send(page.html, 'accept')).status).toBe(303);
    }
    expect(visit.cookie().split('~')).toHaveLength(2);
    reference = (await postLead(house)).reference;
    for (const who of [alice, bob])
      expect(pressesItself((await visit.get(await link(who, 'decline'))).html)).toBe(true);
  });

  test('does not press what cannot be taken back, what wants an amount or a day, or a page fetched ahead', async () => {
    const visit = await knownTo(alice);
    const page = (await visit.get(await link(alice, 'lead', 'accepted'))).html;
    for (const act of ['won', 'meeting', 'lost', 'undo'])
      expect(`${act}: ${pressesItself((await visit.get(linkOnPage(page, act))).html)}`).toBe(`${act}: false`);
    const contacted = await link(alice, 'contacted', 'accepted');
    for (const header of ['sec-purpose', 'purpose', 'x-moz'])
      for (const value of ['prefetch', 'prefetch;prerender'])
        expect(pressesItself((await visit.get(contacted, { [header]: value })).html)).toBe(false);
    expect(pressesItself((await visit.get(contacted)).html)).toBe(true);
  });

  test('does not report again what was reported a moment ago, when its link is opened once more', async () => {
    const visit = await knownTo(alice);
    const contacted = await link(alice, 'contacted', 'accepted');
    await visit.send((await visit.get(contacted)).html, 'contacted');
    expect(pressesItself((await visit.get(contacted)).html)).toBe(false);
    await house.advance('PT11M');
    expect(pressesItself((await visit.get(contacted)).html)).toBe(true);
  });

  test('presses no accept that could not be taken back any more', async () => {
    const visit = browser(house);
    for (const turn of [1, 2]) {
      const page = await visit.get(await link(bob, 'accept'));
      await house.advance('PT2S');
      const won = await visit.send(page.html, 'accept');
      const lead = await visit.get(won.location as string);
      await house.advance('PT2S');
      expect((await visit.send(lead.html, 'undo')).status, `undo ${turn}`).toBe(200);
      reference = (await postLead(house)).reference;
    }
    expect(pressesItself((await visit.get(await link(bob, 'accept'))).html)).toBe(false);
    expect(pressesItself((await visit.get(await link(bob, 'decline'))).html)).toBe(true);
  });
});

test('a cookie that was touched, or is no cookie of ours, is no cookie', async () => {
  const visit = await knownTo(alice);
  const contacted = await link(alice, 'contacted', 'accepted');
  const path = `${house.url}${new URL(contacted).pathname}`;
  const value = visit.cookie();
  const touched = value.slice(0, -1) + (value.endsWith('A') ? 'B' : 'A');
  for (const cookie of [
    touched,
    'leadpost=',
    'leadpost=a.b~c',
    `other${value}`,
    `leadpost=${'x'.repeat(5000)}`,
  ])
    expect(pressesItself(await (await fetch(path, { headers: { cookie } })).text())).toBe(false);
  expect(pressesItself(await (await fetch(path, { headers: { cookie: `a=b; ${value}` } })).text())).toBe(
    true,
  );
});
