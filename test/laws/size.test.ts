import { describe, expect, test } from 'vitest';
import { openEndFaults, sizeFaults } from './size-law.ts';
import { sourcesIn } from './source.ts';

test('files and functions are short, or say why not', () => {
  expect(sizeFaults(sourcesIn('src'))).toEqual([]);
});

test('everything left open has an owner', () => {
  expect(openEndFaults(sourcesIn('src', 'migrations', 'scripts'))).toEqual([]);
});

describe('the law of size fires', () => {
  const longFile = 'export const a = 1;\n'.repeat(301);
  const longFunction = `export function long() {\n${'  work();\n'.repeat(60)}}\n`;

  test('on a long file and on a long function', () => {
    expect(sizeFaults([{ path: 'src/a.ts', text: longFile }])[0]).toMatch(/^src\/a\.ts has 301 lines/);
    expect(sizeFaults([{ path: 'src/a.ts', text: longFunction }])[0]).toMatch(
      /^src\/a\.ts:1 is a function of 62 lines/,
    );
  });

  test('but not when the first comment gives the reason', () => {
    const reason = '// The schedule on one screen.\n// Long because it is a table.\n';
    expect(sizeFaults([{ path: 'src/a.ts', text: reason + longFile + longFunction }])).toEqual([]);
    expect(sizeFaults([{ path: 'src/a.ts', text: longFile + reason }])).toHaveLength(1);
  });

  test('on an open end without an owner', () => {
    const text = '// TODO later\n// TODO(alice) soon\nconst TODO = 1;\n';
    expect(openEndFaults([{ path: 'src/a.ts', text }])).toEqual([
      'src/a.ts:1 leaves something open without an owner: write TODO(name)',
    ]);
  });
});
