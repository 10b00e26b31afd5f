import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob, postLead, prospect, readLead, setStage, timeline } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo, type Mail } from '../harness/mail.ts';

let house: House;
let reference: string;
let offer: Mail;
let accepted: Mail;

beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  reference = (await postLead(house)).reference;
  offer = await house.newest(bob, 'offer', reference);
  const hers = await house.newest(alice, 'offer', reference);
  await house.press(linkTo(hers.links, 'accept'), { promise: 'today' });
  accepted = await house.newest(alice, 'accepted', reference);
});
afterAll(() => house.stop());

test('a restart on the same database keeps leads, timelines, mails and the clock', async () => {
  const before = await everything();
  const now = await house.now();
  await house.restart();
  expect(await everything()).toEqual(before);
  expect((await house.now()).getTime()).toBeGreaterThanOrEqual(now.getTime());
});

test('links of mails sent before still work, and so do their replies', async () => {
  await house.restart();
  const page = await house.get(linkTo(accepted.links, 'lead'));
  expect([page.status, page.html.includes(prospect.name)]).toEqual([200, true]);
  expect((await house.press(linkTo(offer.links, 'accept'))).html).toContain('Another partner was faster');
  expect((await house.reply(accepted, 'called, meeting on Tuesday')).body.state).toBe('applied');
  expect((await readLead(house, reference)).stage).toBe('meeting');
});

test('a form that was open during the restart can still be sent', async () => {
  const link = linkTo(accepted.links, 'contacted');
  const nonce = /name="nonce" value="([^"]+)"/.exec((await house.get(link)).html)?.[1] as string;
  await house.advance('PT2S');
  await house.restart();
  expect((await house.post(link, { nonce })).status).toBe(200);
  expect((await timeline(house, reference)).filter((item) => item.what === 'status.reported')).toHaveLength(
    2,
  );
});

test('what fell due while the house was down is done after the start, once', async () => {
  const { reference: second } = await postLead(house);
  await house.restart();
  for (const to of [alice, bob]) expect(await house.kinds(to, second)).toEqual(['offer']);
  await house.restart();
  for (const to of [alice, bob]) expect(await house.kinds(to, second)).toEqual(['offer']);
});

async function everything(): Promise<Json> {
  const lists = ['/leads', '/partners', '/users', '/programs', '/messages?limit=200', '/inbox'];
  const answers = await Promise.all(lists.map((list) => house.api('GET', list)));
  const raws = await Promise.all((await house.messages()).map((m) => house.rawOf(m.id)));
  return {
    lists: answers.map((a) => a.body),
    raws: raws.map(String),
    timeline: await timeline(house, reference),
  };
}
