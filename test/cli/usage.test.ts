import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands.ts';
import { printerTo } from '../../src/cli/print.ts';
import type { Room } from '../../src/cli/room.ts';
import { runCli } from '../../src/cli/run.ts';
import { hint } from '../../src/lead/nearest.ts';
import { type Ended, leadpost, production } from './leadpost.ts';

const names = commands.map((command) => command.name);

/** The same words without a process of their own; nothing of the house may be asked for. */
async function inside(words: readonly string[]): Promise<Pick<Ended, 'code' | 'out' | 'err'>> {
  const heard = { out: '', err: '' };
  const print = printerTo(
    (text) => (heard.out += text),
    (text) => (heard.err += text),
  );
  const code = await runCli(commands, words, { hint, debug: false } as Room, print);
  return { code, ...heard };
}

describe('the command line explains itself', () => {
  test('with an overview that names every command', async () => {
    const { code, out, err } = await leadpost(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of names) expect(out).toContain(`  ${name}`);
  });

  test('and the commands of the contract are there', () => {
    expect([...names].sort()).toEqual([
      'backup',
      'demo seed',
      'demo wipe',
      'doctor',
      'key create',
      'key list',
      'key revoke',
      'lead add',
      'lead assign',
      'lead explain',
      'lead export',
      'lead extend',
      'lead gaps',
      'lead import',
      'lead recall',
      'lead show',
      'mail preview',
      'mail test',
      'migrate',
      'partner export',
      'partner import',
      'partner lift',
      'postal import',
      'program apply',
      'program replay',
      'program show',
      'reply parse',
      'report send',
      'restore',
      'start',
      'token inspect',
      'user add',
      'user link',
      'user revoke',
    ]);
  });

  test.each(names)('%s --help tells its usage and does nothing', async (name) => {
    const { code, out, err } = await inside([...name.split(' '), '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`usage: leadpost ${name}`);
  });

  test('start --help does not start', async () => {
    const { code, out } = await leadpost(['start', '--help']);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('usage: leadpost start') });
  });
});

describe('what it does not know ends with 2 and the nearest name', () => {
  test.each([['doctr'], ['key create --nam x'], ['start --port 3']])(
    '%s, in a process of its own',
    async (words) => {
      const { code, out, err } = await leadpost(words.split(' '));
      expect({ code, out }).toEqual({ code: 2, out: '' });
      expect(err).toMatch(/^leadpost.*there is no (command|option)/);
    },
  );

  test.each([
    ['doctr', 'did you mean "doctor"?'],
    ['mial test a@b.example', 'did you mean "mail test"?'],
    ['mail tset a@b.example', 'did you mean "mail test"?'],
    ['mail', 'mail test, mail preview'],
    ['key create --nam x', 'did you mean "--name"?'],
    ['key create --name x --scopes leads:raed', 'did you mean "leads:read"?'],
    ['mail preview ofer', 'did you mean "offer"?'],
    ['lead recall L-4F7K2Q --next soon', '--next is reoffer or hold'],
    ['lead show', 'REF is missing'],
    ['lead show L-4F7K2Q L-4F7K2R', 'one argument too many'],
    ['key create --name', '--name needs a value'],
    ['key list --json=yes', '--json takes no value'],
    ['start --port 3', 'there is no option "--port"'],
    ['user add --email a@b.example', '--role are needed'],
    ['report send --to somebody', '--to names who gets the report'],
  ])('%s', async (words, sentence) => {
    const { code, out, err } = await inside(words.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
  });
});

describe('what cannot be done', () => {
  test('for want of settings ends with 78 and every fault', async () => {
    const { code, err } = await leadpost(['key', 'list'], { NODE_ENV: 'production' });
    expect(code).toBe(78);
    for (const name of ['BASE_URL', 'SECRET_KEYS', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM'])
      expect(err).toContain(name);
  });

  test('for want of a database ends with 1 and a line, no stack', async () => {
    const { code, out, err } = await leadpost(['key', 'list'], production());
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain('ECONNREFUSED');
    expect(err).not.toMatch(/^\s+at /m);
  });

  test('in a real installation: a demo', async () => {
    for (const verb of ['seed', 'wipe']) {
      const { code, err } = await leadpost(['demo', verb], production());
      expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining('demo is for sandboxes only') });
    }
  });
});

test('an older Node on the PATH passes on to the one that came with the packages', () => {
  const bin = path.resolve(import.meta.dirname, '../../scripts/leadpost');
  const older = '/usr/bin/node';
  // Where there is no other Node the launcher still runs under our own.
  const done = spawnSync(existsSync(older) ? older : process.execPath, [bin, '--help'], { encoding: 'utf8' });
  expect(done.status).toBe(0);
  expect(done.stdout).toContain('usage: leadpost');
});
