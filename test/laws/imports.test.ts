import { describe, expect, test } from 'vitest';
import {
  asyncFaults,
  clockAndChanceFaults,
  nameFaults,
  sleepingTestFaults,
  sqlClockFaults,
} from './house-law.ts';
import { importFaults } from './import-law.ts';
import { type Source, sourcesIn } from './source.ts';

describe('the house keeps its laws', () => {
  test('imports point inwards, and each room uses its own packages only', () => {
    expect(importFaults(sourcesIn('src'))).toEqual([]);
  });

  test('one clock and one source of ids and chance', () => {
    expect(clockAndChanceFaults(sourcesIn('src'))).toEqual([]);
    expect(sqlClockFaults(sourcesIn('src', 'migrations'))).toEqual([]);
  });

  test('the business does not wait', () => {
    expect(asyncFaults(sourcesIn('src'))).toEqual([]);
  });

  test('names say what lies inside', () => {
    expect(nameFaults(sourcesIn('src', 'test', 'migrations', 'scripts'))).toEqual([]);
  });

  test('every test runs', () => {
    expect(sleepingTestFaults(sourcesIn('test'))).toEqual([]);
  });
});

describe('the import law fires', () => {
  test.each([
    ['src/lead/bad.ts', "import knex from 'knex'", 'lead is pure but src/lead/bad.ts imports knex'],
    ['src/lead/bad.ts', "import fs from 'node:fs'", 'lead is pure but src/lead/bad.ts imports node:fs'],
    ['src/replies/bad.ts', "export * from 'zod'", 'replies is pure but src/replies/bad.ts imports zod'],
    [
      'src/lead/bad.ts',
      "import type { Tx } from '../postgres/database.ts'",
      'lead may not know postgres, but src/lead/bad.ts imports ../postgres/database.ts',
    ],
    [
      'src/web/bad.ts',
      "import { claims } from '../postgres/leads.ts'",
      'web may not know postgres, but src/web/bad.ts imports ../postgres/leads.ts',
    ],
    [
      'src/web/pages/bad.ts',
      "const api = await import('../../api/server.ts')",
      'web may not know api, but src/web/pages/bad.ts imports ../../api/server.ts',
    ],
    [
      'src/web/bad.ts',
      "import { render } from '../letters/render.ts'",
      'web may not know more than types of letters, but src/web/bad.ts imports ../letters/render.ts',
    ],
    [
      'src/dispatch/bad.ts',
      "import express from 'express'",
      'dispatch may not use the package express, but src/dispatch/bad.ts imports it',
    ],
    [
      'src/mail/bad.ts',
      "import { settings } from '../settings.ts'",
      'mail may not know settings, but src/mail/bad.ts imports ../settings.ts',
    ],
    [
      'src/main.ts',
      "import { a } from './postgres/a.ts'",
      'main may not know postgres, but src/main.ts imports ./postgres/a.ts',
    ],
    [
      'src/compose.ts',
      "import './main.ts'",
      'compose may not know main, but src/compose.ts imports ./main.ts',
    ],
    ['src/billing/bad.ts', '', 'there is no room "billing", but src/billing/bad.ts lies in it'],
    [
      'src/lead/bad.ts',
      "import { x } from '../../test/x.ts'",
      'lead may not know test/x.ts (outside src), but src/lead/bad.ts imports ../../test/x.ts',
    ],
  ])('%s: %s', (path, text, sentence) => {
    expect(importFaults([{ path, text }])).toEqual([sentence]);
  });

  test('and lets pass what the table allows', () => {
    const good: Source[] = [
      { path: 'src/lead/claim.ts', text: "import type { Lead } from './lead.ts'" },
      { path: 'src/web/pages.ts', text: "import type { View } from '../letters/letter.ts'" },
      { path: 'src/dispatch/claim.ts', text: "import { leads } from '../postgres/leads.ts'" },
      { path: 'src/cli/run.ts', text: "import { settings } from '../settings.ts'" },
      {
        path: 'src/compose.ts',
        text: "import { leads } from './postgres/leads.ts'; import pino from 'pino'",
      },
    ];
    expect(importFaults(good)).toEqual([]);
  });
});

describe('the law of one clock fires', () => {
  test.each([
    ['const now = new Date()', 'the current date'],
    ['const now = Date()', 'the current date'],
    ['const now = Date.now()', 'Date.now'],
    ['const tick = performance.now', 'performance.now'],
    ['const dice = Math.random()', 'Math.random'],
    ["import { randomUUID } from 'node:crypto'", 'randomUUID'],
    ['const key = crypto.randomBytes(8)', 'randomBytes'],
  ])('%s', (text, asked) => {
    const faults = clockAndChanceFaults([{ path: 'src/dispatch/bad.ts', text: `\n${text}` }]);
    expect(faults[0]).toBe(`src/dispatch/bad.ts:2 uses ${asked}: take now or ids from deps`);
  });

  test.each([
    ['await tx.raw(`update leads set wake_at = now()`)', 'now()'],
    ["const sql = 'select CURRENT_TIMESTAMP'", 'CURRENT_TIMESTAMP'],
    ['const insert = { at: database.fn.now() }', 'fn.now'],
  ])('%s', (text, asked) => {
    const faults = sqlClockFaults([{ path: 'migrations/001-bad.ts', text }]);
    expect(faults[0]).toBe(`migrations/001-bad.ts:1 says ${asked} in SQL: pass tx.now`);
  });

  test('and lets pass a given date, an allowed file, and a comment that explains', () => {
    const good: Source[] = [
      { path: 'src/lead/claim.ts', text: 'const due = new Date(at.getTime() + 1); // never Date.now()' },
      { path: 'src/postgres/clock.ts', text: "const sql = 'select now()'; const local = Date.now()" },
      { path: 'src/dispatch/claim.ts', text: 'const at = deps.clock.now() // SQL never says now()' },
    ];
    expect(clockAndChanceFaults(good)).toEqual([]);
    expect(sqlClockFaults(good)).toEqual([]);
  });
});

describe('the smaller laws fire', () => {
  test('on waiting in the business', () => {
    const bad = { path: 'src/lead/bad.ts', text: 'export async function decide() {}' };
    expect(asyncFaults([bad])).toEqual(['lead is pure but src/lead/bad.ts:1 is async']);
  });

  test.each(['src/utils/a.ts', 'src/lead/types.ts', 'src/web/date-helpers.ts', 'src/core/a.ts'])(
    'on %s',
    (path) => {
      expect(nameFaults([{ path, text: '' }])).toHaveLength(1);
    },
  );

  test('but not on names that only contain such a word', () => {
    expect(nameFaults([{ path: 'src/lead/score.ts', text: '' }])).toEqual([]);
  });

  test.each(['test.skip("a")', 'describe.only("a")', 'it.todo("a")', 'test.each([1]).skip("a")'])(
    'on %s',
    (text) => {
      expect(sleepingTestFaults([{ path: 'test/bad.test.ts', text }])).toHaveLength(1);
    },
  );
});
