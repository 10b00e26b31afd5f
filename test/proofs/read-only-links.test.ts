import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  manager,
  postLead,
  prospect,
  qualifier,
  readLead,
  setStage,
} from '../harness/cast.ts';
import { formsOn, type House, linksOnPage, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';
import { fingerprint } from '../harness/tables.ts';

let house: House;
let links: string[];

beforeAll(async () => {
  // Nothing runs by itself: what changes has been changed by a visit.
  house = await startHouse({ timetable: false });
  await setStage(house);
  await everyKindOfMail();
  const mails = await Promise.all((await house.messages()).map((m) => house.mailOf(m)));
  links = [...new Set(mails.flatMap((mail) => mail.links))].filter((link) => tokenOf(link));
});
afterAll(() => house.stop());

/** Open offers, a claim with a receipt, an escalated one, a lead to be judged, one that found nobody. */
async function everyKindOfMail(): Promise<void> {
  const held = (await postLead(house)).reference;
  await house.press(await house.link(bob, 'accept', 'offer', held), { promise: 'today' });
  await house.advance('P3D');
  expect(await house.kinds(cam, held)).toEqual(['escalation']);
  const told = (await postLead(house)).reference;
  await house.press(await house.link(alice, 'accept', 'offer', told));
  await house.reply(await house.newest(alice, 'accepted', told), 'called them');
  await house.reply(await house.newest(bob, 'offer', told), 'yes');
  await house.reply(await house.newest(alice, 'accepted', told), 'hm? perhaps won?');
  await postLead(house, { prospect: { ...prospect, phone: null, email: null } });
  await postLead(house, { products: ['submarine'] });
  await postLead(house);
  expect(await house.messages(qualifier)).not.toEqual([]);
  expect(await house.messages(manager)).not.toEqual([]);
}

const kinds = async (): Promise<string[]> => [...new Set((await house.messages()).map((m) => m.kind))].sort();

describe('a link shows, and nothing else', () => {
  test('the mails at hand are of every kind there is so far', async () => {
    expect(await kinds()).toEqual([
      'accepted',
      'ask',
      'escalation',
      'offer',
      'qualify',
      'receipt',
      'reminder',
      'taken',
      'unplaced',
      'warning',
      'welcome',
    ]);
    expect(links.length).toBeGreaterThan(30);
  });

  test('GET and HEAD on every link of every mail, and on every link behind it, three times: no row changes', async () => {
    const db = house.running.deps.db;
    const before = await fingerprint(db);
    const behind = new Set<string>();
    for (const round of [1, 2, 3]) {
      for (const link of [...links, ...behind]) {
        const page = await house.get(link);
        expect(page.status, `${tokenOf(link)?.act} in round ${round}`).toBeLessThan(500);
        expect((await house.get(link, 'HEAD')).html).toBe('');
        if (round === 1) for (const next of linksOnPage(page.html)) if (tokenOf(next)) behind.add(next);
      }
    }
    expect(await fingerprint(db)).toEqual(before);
  }, 120_000);

  test('no page sets a cookie, is kept by anybody or told to search engines', async () => {
    for (const link of links) {
      const { headers } = await house.get(link);
      expect(headers.get('set-cookie')).toBeNull();
      expect(headers.get('cache-control')).toContain('no-store');
      expect(headers.get('x-robots-tag')).toContain('noindex');
      expect(headers.get('referrer-policy')).toBe('same-origin');
    }
  });

  test('other methods, and tokens that were touched, change nothing either', async () => {
    const db = house.running.deps.db;
    const before = await fingerprint(db);
    for (const link of links) {
      for (const method of ['OPTIONS', 'PUT', 'DELETE', 'PATCH']) {
        expect((await house.get(link, method)).status, method).not.toBe(500);
      }
      const touched = link.slice(0, -2) + (link.endsWith('AA') ? 'BB' : 'AA');
      expect([404, 410]).toContain((await house.get(touched)).status);
    }
    expect(await fingerprint(db)).toEqual(before);
  });
});

describe('a press counts only as a person makes it', () => {
  test("without a nonce, with another link's nonce, with the decoy filled or within a second: no row changes", async () => {
    const db = house.running.deps.db;
    const forms = (await Promise.all(links.map((link) => house.get(link)))).flatMap((page) =>
      formsOn(page.html),
    );
    expect(forms.length).toBeGreaterThan(20);
    await house.advance('PT2S');
    const young = await Promise.all(forms.map((form) => house.get(form.action)));
    const before = await fingerprint(db);
    for (const [i, form] of forms.entries()) {
      const other = forms.find((f) => f.action !== form.action) as typeof form;
      const just = formsOn(young[i]?.html ?? '').find((f) => f.action === form.action);
      const presses = [
        {},
        { nonce: '' },
        { nonce: 'abc.def' },
        { nonce: other.nonce },
        { nonce: form.nonce, website: 'http://spam.example' },
      ];
      for (const fields of presses)
        expect((await house.post(form.action, fields as Record<string, string>)).status).toBe(200);
      if (just) await atOnce(form.action);
    }
    expect(await fingerprint(db)).toEqual(before);
  });

  /** What a machine does: open the page and press in the same breath. */
  async function atOnce(link: string): Promise<void> {
    const form = formsOn((await house.get(link)).html).find((f) => f.action.endsWith(new URL(link).pathname));
    if (form) expect((await house.post(link, { nonce: form.nonce })).status).toBe(200);
  }

  test('and then it does count', async () => {
    const { reference } = await postLead(house);
    const offer = await house.newest(alice, 'offer', reference);
    const page = await house.get(linkTo(offer.links, 'accept'));
    expect((await house.pressOn(page.html, 'accept')).status).toBe(303);
    expect((await readLead(house, reference)).state).toBe('claimed');
  });
});
