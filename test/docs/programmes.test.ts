import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkProgramme } from '../../src/api/programme-document.ts';
import { programmeWords } from '../../src/api/programme-words.ts';
import { exampleProgrammes } from '../../src/sandbox/example-programmes.ts';

const root = path.resolve(import.meta.dirname, '../..');

describe('the page on programmes', () => {
  const page = readFileSync(path.join(root, 'docs/programmes.md'), 'utf8');
  const shownOnly = ['version', 'author', 'created_at'];

  test('explains every key', () => {
    const keys = Object.keys(programmeWords).filter((k) => k && !k.endsWith('[]') && !shownOnly.includes(k));
    expect(keys.filter((key) => !page.includes(`| \`${key}\` | `))).toEqual([]);
  });

  test('names every example', () => {
    for (const file of readdirSync(path.join(root, 'programmes')))
      expect(page).toContain(`programmes/${file}`);
  });
});

test('the example programmes are valid and leave nothing out', async () => {
  const examples = await exampleProgrammes();
  expect(examples.map((p) => p.key)).toEqual(['complex-product', 'volume-product']);
  for (const example of examples) {
    expect(checkProgramme(example)).toEqual({ ok: true, programme: example, note: null });
  }
});
