import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { leadpost, production, workingDir } from './leadpost.ts';

const mails = path.resolve(import.meta.dirname, '../replies/mails');
const dir = workingDir();
const text = (name: string, words: string): string => {
  const file = path.join(dir, name);
  writeFileSync(file, words);
  return file;
};

test('one line of JSON per file in the order given, unreadable ones too, and then 1', async () => {
  const files = [
    path.join(mails, 'postfix-unknown-user.eml'),
    path.join(dir, 'nowhere.eml'),
    text('won.txt', 'won 12.000 €\n'),
  ];
  const { code, out } = await leadpost(['reply', 'parse', '--json', '--context', 'lead', ...files]);
  const lines = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(1);
  expect(lines.map((l) => l.file)).toEqual(files);
  expect(lines[0]).toMatchObject({ class: 'bounce', decision: 'ignore', bounce: { kind: 'hard' } });
  expect(Object.keys(lines[1])).toEqual(['file', 'error']);
  expect(lines[2]).toMatchObject({
    class: 'human',
    decision: 'apply',
    intents: [{ verb: 'won', amount: '12000.00', currency: 'EUR' }],
  });
});

test('all readable is 0, and the context decides what a yes means', async () => {
  const yes = text('yes.txt', 'Yes\n');
  const { code, json } = await leadpost(['reply', 'parse', '--json', '--context', 'offer', yes]);
  expect(code).toBe(0);
  expect(json.intents[0].verb).toBe('accept');
});

test('it needs no database and no working settings', async () => {
  const { code, out } = await leadpost(
    ['reply', 'parse', text('no.txt', 'lost price\n')],
    production({ BASE_URL: 'nonsense' }),
  );
  expect(code).toBe(0);
  expect(out).toContain('no.txt: human, apply: lost price');
});
