import { afterAll, beforeAll, expect, test } from 'vitest';
import { postLead, qualifier, readLead, setStage, told } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

test('somebody who only reads now decides nothing by the mails of before, by button or reply; back in office they do', async () => {
  const { reference } = await postLead(house, { prospect: { phone: null, email: null } });
  const mail = await house.newest(qualifier, 'qualify', reference);
  const be = (role: string) =>
    house.api('PUT', `/users/${qualifier}`, { name: 'Quinn Qualifier', role, timezone: 'Europe/Berlin' });
  const link = linkTo(mail.links, 'disqualify');
  const open = await house.get(link);
  expect(open.status).toBe(200);
  await be('viewer');
  expect((await house.get(link)).status).toBe(403);
  // The page that was open already presses nothing either.
  const late = await house.pressOn(open.html, 'disqualify');
  expect([late.status, late.html.includes('name="nonce"')]).toEqual([403, false]);
  expect((await house.reply(mail, 'disqualified, a student project')).body.state).toBe('noted');
  expect((await readLead(house, reference)).state).toBe('qualifying');
  expect(await told(house, reference)).toContain('note.added');
  await be('qualifier');
  expect((await house.press(link)).status).toBe(200);
  expect((await readLead(house, reference)).state).toBe('disqualified');
});
