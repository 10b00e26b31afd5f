import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { leadpost, production } from './leadpost.ts';

const commands = [
  'start', 'demo seed', 'demo wipe', 'doctor', 'mail test', 'mail preview', 'reply parse', 'token inspect', 'lead add',
  'lead show', 'lead explain', 'lead recall', 'report send', 'key create', 'key revoke', 'key list', 'user add', 'migrate',
  'backup', 'restore',
];

describe('the command line explains itself', () => {
  test('with an overview that names every command', async () => {
    const { code, out, err } = await leadpost(['--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const command of commands) expect(out).toContain(`  ${command}`);
  });

  test.each(commands)('%s --help tells its usage and does nothing', async (command) => {
    const { code, out, err } = await leadpost([...command.split(' '), '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`usage: leadpost ${command}`);
  });
});

describe('what it does not know ends with 2 and the nearest name', () => {
  test.each([
    [['doctr'], 'did you mean "doctor"?'],
    [['mial', 'test', 'a@b.example'], 'did you mean "mail test"?'],
    [['mail', 'tset', 'a@b.example'], 'did you mean "mail test"?'],
    [['mail'], 'mail test, mail preview'],
    [['key', 'create', '--nam', 'x'], 'did you mean "--name"?'],
    [['key', 'create', '--name', 'x', '--scopes', 'leads:raed'], 'did you mean "leads:read"?'],
    [['mail', 'preview', 'ofer'], 'did you mean "offer"?'],
    [['reply', 'parse', '--context', 'leed', 'a.eml'], 'did you mean "lead"?'],
    [['lead', 'recall', 'L-4F7K2Q', '--next', 'soon'], '--next is reoffer or hold'],
    [['lead', 'show'], 'REF is missing'],
    [['lead', 'show', 'L-4F7K2Q', 'L-4F7K2R'], 'one argument too many'],
    [['key', 'create', '--name'], '--name needs a value'],
    [['key', 'list', '--json=yes'], '--json takes no value'],
    [['start', '--port', '3'], 'there is no option "--port"'],
    [['user', 'add', '--email', 'a@b.example'], '--role are needed'],
    [['report', 'send', '--to', 'somebody'], '--to names who gets the report'],
  ])('%j', async (words, sentence) => {
    const { code, out, err } = await leadpost(words as string[]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(sentence);
  });
});

describe('what cannot be done', () => {
  test('for want of settings ends with 78 and every fault', async () => {
    const { code, err } = await leadpost(['key', 'list'], { NODE_ENV: 'production' });
    expect(code).toBe(78);
    for (const name of ['BASE_URL', 'SECRET_KEYS', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM']) expect(err).toContain(name);
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
