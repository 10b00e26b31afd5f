import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  manager,
  postLead,
  prospect,
  readLead,
  setStage,
  toMondayAt,
} from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo, type Mail, tokenOf } from '../harness/mail.ts';

const anton = 'anton@a.example';
const maria = 'maria@a.example';
const dieter = 'dieter@d.example';
const secrets = [prospect.name, prospect.company, prospect.email, '5557788', 'Silberkron'];

const contact = (external_id: string, name: string, email: string, role: string) => ({
  external_id,
  name,
  email,
  role,
  language: 'en',
  timezone: 'Europe/Berlin',
});
const partner = (name: string, more: object) => ({
  name,
  kind: 'reseller',
  level: 'gold',
  territories: [],
  products: ['solar'],
  timezone: 'Europe/Berlin',
  cam,
  ...more,
});

const whole = ({ subject, html, text }: Mail): string => subject + html + text;
const acts = (mail: Mail): string[] => mail.links.flatMap((link) => tokenOf(link)?.act ?? []);

/** Alice of A and Bob of B each hold a lead that is late on Monday; A has a manager, and both stand below D. */
describe('the week of a team', () => {
  let house: House;
  let reference: string;
  let other: string;
  beforeAll(async () => {
    house = await startHouse();
    await setStage(house, { programme: { disclosure: { partner_to_vendor: ['state'] } } });
    await house.api(
      'PUT',
      '/partners/dist',
      partner('Distri D', {
        kind: 'distributor',
        level: 'registered',
        products: ['nothing'],
        contacts: [contact('d-1', 'Dieter Dorn', dieter, 'manager')],
      }),
    );
    await house.api(
      'PUT',
      '/partners/a',
      partner('Partner A', {
        parent: 'dist',
        contacts: [
          contact('a-1', 'Alice Adams', alice, 'owner'),
          contact('a-2', 'Anton Adams', anton, 'rep'),
          contact('a-3', 'Maria Moser', maria, 'manager'),
        ],
      }),
    );
    await house.api(
      'PUT',
      '/partners/b',
      partner('Partner B', { parent: 'dist', contacts: [contact('b-1', 'Bob Brown', bob, 'owner')] }),
    );
    await house.advance('P3D');
    ({ reference } = await postLead(house));
    await house.press(await house.link(alice, 'accept'));
    ({ reference: other } = await postLead(house, { summary: 'Another roof' }));
    await house.press(await house.link(bob, 'accept', 'offer', other));
    await toMondayAt(house, '07:46');
  });
  afterAll(() => house.stop());

  test('reaches managers once, each kind of company its own', async () => {
    const digests = async (to: string) => (await house.kinds(to)).filter((kind) => kind.endsWith('digest'));
    expect(await digests(maria)).toEqual(['manager-digest']);
    expect(await digests(dieter)).toEqual(['distributor-digest']);
    expect(await digests(alice)).toEqual(['partner-digest']);
  });

  test('tells a manager how each colleague does, and tells nobody outside the company', async () => {
    const mail = await house.newest(maria, 'manager-digest');
    expect(mail.text).toContain('YOUR COLLEAGUES, THOSE WHO NEED HELP FIRST\nAlice Adams');
    expect(mail.text).toMatch(/Alice Adams\nOffers 2 ·/);
    expect(whole(mail)).not.toContain('Bob Brown');
    expect(whole(mail)).not.toContain('Partner B');
    const outside = [
      await house.newest(dieter, 'distributor-digest'),
      await house.newest(cam, 'vendor-digest'),
      await house.newest(manager, 'vendor-digest'),
      await house.newest(bob, 'partner-digest'),
    ];
    for (const theirs of outside)
      for (const name of ['Alice Adams', 'Anton', 'Maria'])
        expect(whole(theirs), theirs.to).not.toContain(name);
  });

  test('names no customer of a colleague, and lets the manager take over', async () => {
    const mail = await house.newest(maria, 'manager-digest');
    for (const secret of secrets) expect(whole(mail)).not.toContain(secret);
    expect(mail.text).toContain('Alice Adams · ');
    expect(acts(mail).filter((act) => act !== 'prefs' && act !== 'my' && act !== 'stop')).toEqual([
      'take-over',
    ]);
    const taken = await house.press(linkTo(mail.links, 'take-over'));
    expect(taken.status).toBeLessThan(400);
    const lead = await readLead(house, reference);
    expect(lead.claim.contact).toBe('a-3');
  });

  test('sets a distributor’s partners side by side, without buttons on what is theirs and without amounts they keep', async () => {
    const mail = await house.newest(dieter, 'distributor-digest');
    expect(mail.text).toMatch(/PARTNERS, THOSE WHO NEED HELP FIRST\nPartner [AB]/);
    for (const name of ['Partner A', 'Partner B']) expect(mail.html).toContain(name);
    for (const secret of secrets) expect(whole(mail)).not.toContain(secret);
    expect(acts(mail).filter((act) => act !== 'prefs' && act !== 'my' && act !== 'stop')).toEqual([]);
    const won = { result: 'won', amount: '14000.00', currency: 'EUR' };
    expect((await house.api('POST', `/leads/${other}/close`, won)).status).toBe(200);
    await toMondayAt(house, '07:46');
    const next = await house.newest(dieter, 'distributor-digest');
    expect(next.text).toMatch(/1 lead was won/);
    expect(whole(next)).not.toMatch(/14[.,]?000|14k/i);
    expect(whole(await house.newest(cam, 'vendor-digest'))).toMatch(/14[.,]?000/);
  });
});
