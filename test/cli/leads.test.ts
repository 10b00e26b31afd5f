import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, cam, lead, postLead, prospect, readLead, setStage, timeline } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { leadpost, sandboxOn, workingDir } from './leadpost.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

const dir = workingDir();
const run = (...args: string[]) => leadpost(args, sandboxOn(house.database.url));
const file = (content: unknown): string => {
  const name = path.join(dir, 'lead.json');
  writeFileSync(name, JSON.stringify(content));
  return name;
};

test('a lead added from a file is offered by the running service, once', async () => {
  const words = file(lead({ external_id: 'cli-1' }));
  const added = await run('lead', 'add', words, '--json');
  expect(added.code).toBe(0);
  expect(added.json).toMatchObject({
    external_id: 'cli-1',
    state: 'distributing',
    prospect: { name: prospect.name },
  });
  expect(await house.kinds(alice, added.json.reference)).toEqual(['offer']);
  expect((await timeline(house, added.json.reference))[0]).toMatchObject({
    what: 'lead.captured',
    channel: 'cli',
  });
  const again = await run('lead', 'add', words, '--json');
  expect(again.json.reference).toBe(added.json.reference);
  expect(again.err).toContain('was there already');
});

test('a lead with faults is refused with all of them', async () => {
  const { code, out, err } = await run('lead', 'add', file({ sumary: 'x', temperature: 'hottest' }));
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toContain('✖ sumary there is no field "sumary"; did you mean "summary"?');
  expect(err).toContain('✖ temperature must be one of hot, warm, cold');
});

test('show and explain tell a lead to people and as JSON', async () => {
  const { reference } = await postLead(house);
  const shown = await run('lead', 'show', reference.toLowerCase());
  expect(shown.out).toContain(`${reference}  Solar roof`);
  expect(shown.out).toContain(prospect.email);
  expect((await run('lead', 'show', reference, '--json')).json).toEqual(await readLead(house, reference));
  const explained = await run('lead', 'explain', reference, '--json');
  expect(explained.json.partners[0]).toMatchObject({ offered: true, score: 1 });
  expect(explained.json.next_step.what).toBe('answer_offer');
  const inWords = await run('lead', 'explain', reference);
  expect(inWords.out).toMatch(/✖ +c +0\.00 +excluded/);
});

test('a lead nobody knows is 1', async () => {
  for (const verb of ['show', 'explain', 'recall']) {
    const { code, out, err } = await run('lead', verb, 'L-ZZZZZZ');
    expect({ code, out, err }).toEqual({ code: 1, out: '', err: 'There is no lead "L-ZZZZZZ".\n' });
  }
});

test('a recall takes the lead back, and a second one is refused in words', async () => {
  const { reference } = await postLead(house);
  const offer = await house.newest(alice, 'offer', reference);
  await house.press(linkTo(offer.links, 'accept'), { promise: 'tomorrow' });
  const done = await run(
    'lead',
    'recall',
    reference,
    '--next',
    'hold',
    '--reason',
    'wrong partner',
    '--json',
  );
  expect(done.json).toMatchObject({ reference, state: 'qualified', claim: null });
  expect(await house.kinds(alice, reference)).toContain('recalled');
  const again = await run('lead', 'recall', reference, '--next', 'hold');
  expect(again.code).toBe(1);
  expect(again.err).toBe('The lead is qualified; possible from there: dispatch, erase.\n');
});

test('a lead is assigned and extended by hand; what is wrong is named', async () => {
  const { reference } = await postLead(house);
  const given = await run('lead', 'assign', reference, '--partner', 'e', '--json');
  expect(given.json).toMatchObject({ state: 'claimed', claim: { partner: 'e', contact: 'e-1' } });
  const until = new Date((await house.now()).getTime() + 5 * 86_400_000).toISOString();
  const more = await run('lead', 'extend', reference, '--until', until, '--json');
  expect(more.json.next_step.due_at).toBe(until);
  const unknown = await run('lead', 'assign', reference, '--partner', 'nobody');
  expect([unknown.code, unknown.err]).toEqual([1, '✖ partner there is no partner "nobody"\n']);
  expect((await run('lead', 'assign', reference)).code).toBe(2);
  expect((await run('lead', 'extend', reference, '--until', 'friday')).code).toBe(2);
  expect((await run('lead', 'extend', 'L-ZZZZZZ')).err).toBe('There is no lead "L-ZZZZZZ".\n');
});

test('a token tells what it means, and is not repeated', async () => {
  const { reference } = await postLead(house);
  const link = await house.link(alice, 'accept', 'offer', reference);
  const good = await run('token', 'inspect', link, '--json');
  expect(good.code).toBe(0);
  expect(good.json).toMatchObject({
    works: true,
    act: 'accept',
    person: { name: 'Alice Adams', partner: 'a' },
    object: { thing: 'offer', reference, state: 'sent' },
  });
  const token = link.split('/').at(-1) as string;
  expect(good.out).not.toContain(token.split('.')[2]);
  const forged = await run('token', 'inspect', `${token.slice(0, -43)}${'A'.repeat(43)}`, '--json');
  expect({ code: forged.code, why: forged.json.why, act: forged.json.act }).toEqual({
    code: 1,
    why: 'forged',
    act: 'accept',
  });
  const broken = await run('token', 'inspect', token.slice(0, 80));
  expect(broken.code).toBe(1);
  expect(broken.out).toContain('✖ it is no link of Leadpost');
});

test('a report is posted for a user and refused for a stranger', async () => {
  const sent = await run('report', 'send', '--to', cam, '--json');
  expect(sent.json).toEqual({ to: cam, as_of: null, posted: 1 });
  expect((await house.kinds(cam)).at(-1)).toBe('vendor-digest');
  const stranger = await run('report', 'send', '--to', 'stranger@x.example');
  expect(stranger.code).toBe(1);
});
