import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postLead, programme, setStage } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
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
  const name = path.join(dir, 'programme.json');
  writeFileSync(name, JSON.stringify(content));
  return name;
};
const solar = { ...programme({ default: false }), key: 'solar', name: 'Solar' };

test('a programme applied from a file is a version with author and note; a dry run is none', async () => {
  const dry = await run('program', 'apply', file(solar), '--dry-run');
  expect([dry.code, dry.out]).toEqual([0, 'would apply solar version 1: new\n']);
  expect((await house.api('GET', '/programs/solar')).status).toBe(404);
  expect((await run('program', 'apply', file(solar), '--note', 'spring')).out).toContain(
    'applied solar version 1',
  );
  const wider = file({ ...solar, distribution: { size: 5 }, note: 'wider' });
  expect((await run('program', 'apply', wider, '--json')).json).toEqual({
    key: 'solar',
    version: 2,
    applied: true,
    new: false,
    changed: ['distribution.size'],
  });
  const { items } = (await house.api('GET', '/programs/solar/versions')).body;
  expect(items).toMatchObject([
    { version: 2, author: 'command line', note: 'wider' },
    { version: 1, author: 'command line', note: 'spring' },
  ]);
});

test('what is shown can be applied again, and says who made which version', async () => {
  const shown = await run('program', 'show', 'solar', '--json');
  expect(shown.json).toEqual((await house.api('GET', '/programs/solar')).body);
  expect((await run('program', 'apply', file(shown.json), '--dry-run')).out).toContain('no change');
  const words = (await run('program', 'show', 'solar')).out;
  expect(words).toMatch(/version 2 .*command line {2}wider/);
  const none = await run('program', 'show', 'moon');
  expect([none.code, none.err]).toEqual([1, expect.stringContaining('no programme "moon"')]);
});

test('a file with faults is refused with all of them, and nothing is applied', async () => {
  const wrong = { ...solar, key: undefined, distribuion: {}, follow_up: { ladder: [] } };
  const { code, err } = await run('program', 'apply', file(wrong));
  expect(code).toBe(1);
  expect(err).toContain('✖ key is required in a file');
  expect(err).toContain('✖ distribuion there is no field "distribuion"; did you mean "distribution"?');
  expect(err).toContain('✖ follow_up/ladder the ladder never ends');
});

test('the schema needs no database', async () => {
  const { code, json } = await leadpost(['program', 'show', '--schema']);
  expect([code, json.title, json.required]).toEqual([0, 'Programme', ['name']]);
});

test('a draft is replayed on past leads', async () => {
  const { reference } = await postLead(house, { program: 'solar' });
  const draft = file({ ...solar, distribution: { size: 1 } });
  const { out } = await run('program', 'replay', draft, '--last', '5');
  expect(out).toContain('1 of 1 leads would have gone to others');
  expect(out).toContain(reference);
  expect((await leadpost(['program', 'replay', draft, '--last', '0'])).code).toBe(2);
});
