import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { revokeLinks } from '../../src/dispatch/revoke-links.ts';
import { packUuid, unpackUuid } from '../../src/letters/compact-uuid.ts';
import { alice, bob, charlie, postLead, prospect, setStage, told, toMonday } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';

const keys = (...kids: string[]): string =>
  kids.map((kid) => `${kid}:${kid.repeat(16)}-and-some-more-characters`).join(',');

let house: House;
let reference: string;
beforeAll(async () => {
  house = await startHouse({ env: { SECRET_KEYS: keys('k1') } });
  await setStage(house);
});
beforeEach(async () => {
  await toMonday(house);
  reference = (await postLead(house)).reference;
});
afterAll(() => house.stop());

const link = async (who: string, act: string, kind = 'offer'): Promise<string> =>
  house.link(who, act, kind, reference);

const revoke = async (email: string) => expect((await revokeLinks(house.running.deps, email)).ok).toBe(true);

/** Presses the one button of the page of a link that has ended. */
async function askForNew(old: string) {
  const page = await house.get(old);
  expect([page.status, page.html.includes('name="new-link"')]).toEqual([410, true]);
  return house.pressOn(page.html, tokenOf(old)?.act as string, { 'new-link': '1' });
}

const asks = async (who: string): Promise<number> =>
  (await house.kinds(who)).filter((kind) => kind === 'ask').length;

describe('a link whose time is over explains itself', () => {
  test('revoked: no effect any more, and a fresh link for the same act goes to the address on file', async () => {
    const old = await link(alice, 'accept');
    await revoke(alice);
    const before = await told(house, reference);
    expect((await house.press(old)).status).toBe(410);
    expect(await told(house, reference)).toEqual(before);
    const answer = await askForNew(old);
    expect(answer.status).toBe(200);
    const mail = await house.newest(alice, 'ask', reference);
    expect(mail.html + mail.text + answer.html).not.toContain(prospect.name);
    expect(mail.links.filter((l) => tokenOf(l)).map((l) => tokenOf(l)?.act)).toContain('accept');
    expect((await house.press(linkTo(mail.links, 'accept'), { promise: 'today' })).status).toBe(303);
    // Mails from now on carry links that work.
    expect((await house.get(await link(alice, 'lead', 'accepted'))).status).toBe(200);
  });

  test('a lead page too', async () => {
    await house.press(await link(bob, 'accept'));
    const old = await link(bob, 'lead', 'accepted');
    await revoke(bob);
    const page = await house.get(old);
    expect(page.html).not.toContain(prospect.name);
    await askForNew(old);
    const fresh = await house.link(bob, 'lead', 'ask', reference);
    expect(new URL(fresh).pathname).toMatch(/^\/l\//);
    expect((await house.get(fresh)).html).toContain(prospect.name);
  });

  test('revoked, whatever it is about: an absence, a reward, somebody’s own pages', async () => {
    const { db, links } = house.running.deps;
    const until = new Date((await house.now()).getTime() + 3 * 24 * 3_600_000).toISOString().slice(0, 10);
    await house.api('PUT', '/partners/c/contacts/c-1/absence', { until });
    const [about] = await db.query<{ id: string; epoch: number; partner: string; absence: string }>(
      `select p.id, p.epoch, p.partner_id as partner, a.id as absence
       from people p join absences a on a.person_id = p.id where p.email = $1`,
      [charlie],
    );
    const { id, epoch, partner, absence } = about as NonNullable<typeof about>;
    const now = await house.now();
    const old = (
      [
        ['a', 'absence', absence],
        ['a', 'redeem', partner],
        ['my', 'my', id],
        ['prefs', 'prefs', id],
        ['stop', 'stop', id],
      ] as const
    ).map(([path, act, obj]) => links.url(path, { sub: id, act, obj, ver: epoch }, now));
    const open = async () => Promise.all(old.map(async (one) => (await house.get(one)).status));
    expect(await open()).not.toContain(410);
    await revoke(charlie);
    expect(await open()).toEqual(old.map(() => 410));
  });

  test('somebody’s own pages too: the fresh link opens the same page', async () => {
    const [person] = await house.running.deps.db.query<{ id: string; epoch: number }>(
      'select p.id, p.epoch from people p where p.email = $1',
      [bob],
    );
    const { id, epoch } = person as { id: string; epoch: number };
    const { links } = house.running.deps;
    for (const act of ['my', 'prefs', 'stop'] as const) {
      const claim = { sub: id, act, obj: id, ver: epoch };
      const then = new Date((await house.now()).getTime() - 181 * 24 * 3_600_000);
      expect((await askForNew(links.url(act, claim, then))).status).toBe(200);
      const fresh = await house.link(bob, act, 'ask');
      expect(new URL(fresh).pathname).toMatch(new RegExp(`^/${act}/`));
      expect((await house.get(fresh)).status).toBe(200);
      await house.advance('PT11M');
    }
  });

  test('expired after 180 days', async () => {
    const { sub, obj } = tokenOf(await link(alice, 'decline')) as { sub: string; obj: string };
    const signer = house.running.deps.links;
    const claim = {
      sub: unpackUuid(sub) as string,
      act: 'decline',
      obj: unpackUuid(obj) as string,
      ver: 2,
    } as const;
    const old = signer.url('a', claim, new Date((await house.now()).getTime() - 181 * 24 * 3_600_000));
    await askForNew(old);
    const fresh = await house.link(alice, 'decline', 'ask', reference);
    expect((await house.get(fresh)).status).toBeLessThan(300);
  });

  test('nobody learns whether there is such a person: a leaver, an invented person and a known one get one answer', async () => {
    const old = await link(alice, 'accept');
    const forged = retired({ sub: packUuid('0193a1b2-c3d4-7e5f-8a9b-0000000000ff') });
    await revoke(alice);
    const known = await askForNew(old);
    const invented = await askForNew(forged);
    expect([invented.status, invented.html]).toEqual([known.status, known.html]);
  });

  test('at most one such mail in ten minutes, and five in a day', async () => {
    const old = await link(bob, 'accept');
    await revoke(bob);
    const before = await asks(bob);
    await askForNew(old);
    await askForNew(old);
    expect(await asks(bob)).toBe(before + 1);
    for (let i = 0; i < 8; i++) {
      await house.advance('PT11M');
      await askForNew(old);
    }
    expect(await asks(bob)).toBe(before + 5);
  });

  test('without a press by a person there is no mail', async () => {
    const old = await link(alice, 'accept');
    await revoke(alice);
    await house.advance('P2D');
    const before = await asks(alice);
    const page = await house.get(old);
    for (const fields of [{}, { nonce: 'a.b' }])
      expect((await house.post(old, { ...fields, 'new-link': '1' })).status).toBe(410);
    const nonce = /name="nonce" value="([^"]+)"/.exec(page.html)?.[1] as string;
    expect((await house.post(old, { nonce, 'new-link': '1' })).status).toBe(410);
    await house.advance('PT2S');
    expect((await house.post(old, { nonce, 'new-link': '1', website: 'x' })).status).toBe(410);
    expect(await asks(alice)).toBe(before);
  });

  test('a link that works is not renewed, it is shown', async () => {
    const works = await link(alice, 'accept');
    const page = await house.get(works);
    const answer = await house.pressOn(page.html, 'accept', { 'new-link': '1' });
    expect([answer.status, answer.html.includes('id="act"')]).toEqual([200, true]);
    expect(await told(house, reference)).not.toContain('offer.accepted');
  });
});

/** A token as it was signed by a key we do not have. */
function retired(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const obj = packUuid('0193a1b2-c3d4-7e5f-8a9b-0000000000aa');
  const exp = Math.floor(Date.now() / 1000) + 9_999_999;
  const body = { sub: obj, act: 'accept', obj, ver: 1, aud: 'a', iss: 'lp', exp, ...claims };
  const head = `${part({ alg: 'HS256', kid: 'old' })}.${part(body)}`;
  return `${house.url}/a/${head}.${createHmac('sha256', 'x'.repeat(40)).update(head).digest('base64url')}`;
}

describe('a token signed with a key that was taken away', () => {
  test('proves nothing: what it claims is mailed to nobody who has not to do with it', async () => {
    const { obj } = tokenOf(await link(alice, 'accept')) as { obj: string };
    const [someone] = await house.running.deps.db.query<{ id: string }>(
      'select p.id from people p where p.email = $1',
      [charlie],
    );
    const sub = packUuid(someone?.id as string);
    await askForNew(retired({ sub, obj }));
    expect(await asks(charlie)).toBe(0);
    await askForNew(retired({ sub, obj: sub }));
    expect(await asks(charlie)).toBe(1);
  });
});

test('keys rotate: the first signs, all of them verify, and the links of one that is gone are renewed', async () => {
  const first = await link(alice, 'accept');
  await house.restart({ SECRET_KEYS: keys('k2', 'k1') });
  expect((await house.get(first)).status).toBe(200);
  reference = (await postLead(house)).reference;
  const second = await link(alice, 'accept');
  expect([kidOf(first), kidOf(second)]).toEqual(['k1', 'k2']);
  await house.restart({ SECRET_KEYS: keys('k2') });
  expect((await house.get(second)).status).toBe(200);
  await house.advance('P2D');
  expect((await house.get(first.replace('/a/', '/my/'))).status).toBe(404);
  await askForNew(first);
  const fresh = await house.link(alice, 'accept', 'ask');
  expect([kidOf(fresh), tokenOf(fresh)?.obj]).toEqual(['k2', tokenOf(first)?.obj]);
  expect((await house.get(fresh)).status).toBe(200);
});

const kidOf = (url: string): string =>
  JSON.parse(Buffer.from(new URL(url).pathname.split('/')[2]?.split('.')[0] ?? '', 'base64url').toString())
    .kid;

test('a contact gets another address: links that went to the old one end, a change of name ends none', async () => {
  const old = await link(alice, 'accept');
  const contact = { external_id: 'a-1', name: 'Alice Archer', email: 'ALICE@a.example', role: 'owner' };
  const partner = { name: 'Partner A', kind: 'reseller', products: ['solar'], territories: [] };
  const put = async (more: object) =>
    expect(
      (await house.api('PUT', '/partners/a', { ...partner, contacts: [{ ...contact, ...more }] })).status,
    ).toBe(200);
  await put({});
  expect((await house.get(old)).status).toBe(200);
  await put({ email: 'alice@elsewhere.example' });
  expect((await house.get(old)).status).toBe(410);
});
