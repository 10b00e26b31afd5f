import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  charlie,
  dora,
  manager,
  postLead,
  prospect,
  qualifier,
  readLead,
  setStage,
  timeline,
} from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

const ops = 'ops@vendor.example';
const secrets = [prospect.name, prospect.company, prospect.email, '5557788', 'Silberkron'];

describe('a new contact', () => {
  let house: House;
  let reference: string;
  beforeAll(async () => {
    house = await startHouse();
    await setStage(house);
    ({ reference } = await postLead(house));
  });
  afterAll(() => house.stop());

  test('is welcomed after the first offer, never before, and nobody without an offer is', async () => {
    for (const to of [alice, bob, dora]) expect(await house.kinds(to)).toEqual(['offer', 'welcome']);
    for (const to of [charlie, cam, manager]) expect(await house.kinds(to)).not.toContain('welcome');
  });

  test('reads what this is, an example, where to change it, and no customer', async () => {
    const mail = await house.newest(alice, 'welcome');
    expect(mail.text).toMatch(/no portal, no login/);
    expect(mail.text).toContain('WHAT AN OFFER LOOKS LIKE');
    expect(mail.text).toContain('under your partner agreement with Acme');
    expect(mail.links.some((link) => new URL(link).pathname.startsWith('/prefs/'))).toBe(true);
    for (const secret of secrets) expect(mail.raw.toString()).not.toContain(secret);
    expect(mail.subject).not.toContain(reference);
  });

  test('accepts without having looked at it, and is welcomed once in a lifetime', async () => {
    const offer = await house.newest(alice, 'offer', reference);
    expect((await house.press(linkTo(offer.links, 'accept'))).status).toBe(303);
    await postLead(house, { summary: 'Another roof' });
    await house.restart();
    await postLead(house, { summary: 'A third roof' });
    for (const to of [alice, bob, dora])
      expect((await house.kinds(to)).filter((kind) => kind === 'welcome')).toHaveLength(1);
  });
});

describe('a complaint about a lead', () => {
  let house: House;
  let reference: string;
  beforeAll(async () => {
    house = await startHouse();
    await setStage(house, {
      programme: { disclosure: { distributor_to_vendor: [], partner_to_vendor: [] } },
    });
    ({ reference } = await postLead(house));
    await house.press(await house.link(alice, 'accept'));
  });
  afterAll(() => house.stop());

  test('reaches the account manager and the program managers in the partner’s words, and nobody else', async () => {
    const before = await readLead(house, reference);
    const answer = await house.reply(
      await house.newest(alice, 'accepted'),
      'WRONG\r\nNobody at this number has asked for anything.',
    );
    expect(answer.body.state).toBe('applied');
    for (const to of [cam, manager]) {
      const mail = await house.newest(to, 'quality-alert', reference);
      expect(mail.text).toContain('Nobody at this number has asked for anything.');
      expect(mail.text).toContain('Alice Adams');
      for (const secret of secrets) expect(mail.raw.toString()).not.toContain(secret);
    }
    for (const to of [alice, bob, qualifier]) expect(await house.kinds(to)).not.toContain('quality-alert');
    expect((await readLead(house, reference)).state).toBe(before.state);
  });

  test('is receipted, and stands on the timeline as a note', async () => {
    expect((await house.newest(alice, 'receipt', reference)).text).toContain(
      'something is wrong with this lead',
    );
    const [item] = (await timeline(house, reference)).filter((fact) => fact.what === 'note.added');
    expect(item.who).toMatchObject({ name: 'Alice Adams' });
  });
});

test('words that the programme keeps from the vendor stand in no alert', async () => {
  const house = await startHouse();
  try {
    await setStage(house, {
      programme: { disclosure: { distributor_to_vendor: [], partner_to_vendor: ['state'] } },
    });
    const { reference } = await postLead(house);
    await house.reply(await house.newest(bob, 'offer'), 'WRONG\r\nThis is my brother-in-law.');
    const mail = await house.newest(cam, 'quality-alert', reference);
    expect(mail.text).toContain('keeps the partner’s own words from you');
    expect(mail.raw.toString()).not.toContain('brother');
  } finally {
    await house.stop();
  }
});

describe('an address that takes no mail', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse({
      env: { ADMIN_EMAIL: `Ops <${ops}>` },
      send: async ({ to }) =>
        to === alice
          ? { kind: 'permanent', error: '550 5.1.1 <alice@a.example>: User unknown' }
          : { kind: 'sent', response: '250 taken' },
    });
    await setStage(house);
  });
  afterAll(() => house.stop());

  test('is told to the partner’s account manager with the server’s words, once a day', async () => {
    await postLead(house);
    await postLead(house, { summary: 'Another roof' });
    expect((await house.kinds(cam)).filter((kind) => kind === 'bounce-notice')).toHaveLength(1);
    const mail = await house.newest(cam, 'bounce-notice');
    expect(mail.subject).toBe('Mails no longer reach Alice Adams, Partner A');
    expect(mail.text).toContain('User unknown');
    expect(await house.kinds(manager)).not.toContain('bounce-notice');
  });

  test('welcomes nobody, for no offer has reached them', async () => {
    expect(await house.kinds(alice)).toEqual([]);
    const rows = await house.running.deps.db.query(
      `select from letters where key like 'welcome:%' and to_address = $1`,
      [alice],
    );
    expect(rows).toEqual([]);
  });

  test('is told to the operator at once, and what comes later a day later, each once', async () => {
    expect(await house.kinds(ops)).toEqual(['operator']);
    expect((await house.newest(ops, 'operator')).text).toContain('offer · alice@a.example');
    const parts = Array.from({ length: 30_000 }, () => '--b\r\nContent-Type: text/plain\r\n\r\nx\r\n');
    const head = 'From: x@y.example\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n';
    expect((await house.send(`${head}${parts.join('')}--b--\r\n`)).body.state).toBe('quarantined');
    await house.advance('PT12H');
    expect(await house.kinds(ops)).toEqual(['operator']);
    await house.advance('PT13H');
    expect(await house.kinds(ops)).toEqual(['operator', 'operator']);
    const mail = await house.newest(ops, 'operator');
    expect(mail.text).toContain('1 MAIL THAT COULD NOT BE READ');
  });
});
