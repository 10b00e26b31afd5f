import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { environment, readSettings, SettingsError, settingNames } from '../../src/settings.ts';

const real = {
  NODE_ENV: 'production',
  BASE_URL: 'https://leads.acme.example/',
  DATABASE_URL: 'postgres://u:p@localhost/leadpost',
  SECRET_KEYS: `k1:${'x'.repeat(32)}`,
  SMTP_URL: 'smtp://user:p%40ss@mail.acme.example:587',
  MAIL_FROM: 'Acme Lead Desk <leads@acme.example>',
};

const faultsOf = (env: Record<string, string>): readonly string[] => {
  try {
    readSettings(env);
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
};

it('.env.example names every setting, in the order of the schema, and no other', () => {
  const named = readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm);
  expect([...named].map((m) => m[1])).toEqual([...settingNames]);
});

it('.env.example itself is a set of settings that starts for real', () => {
  expect(faultsOf(environment({}, '.env.example') as Record<string, string>)).toEqual([]);
});

it('nothing set starts the sandbox', () => {
  const settings = readSettings({});
  expect(settings.sandbox).toBe(true);
  expect(settings.host).toBe('127.0.0.1');
  expect(settings.replyAddress).toBe('reply+{key}@leads.example');
});

it('a database, SMTP or NODE_ENV=production each keep the sandbox away unless it is asked for', () => {
  expect(readSettings({ ...real }).sandbox).toBe(false);
  for (const one of ['DATABASE_URL', 'SMTP_URL', 'NODE_ENV'] as const) {
    expect(faultsOf({ [one]: real[one] }).length).toBeGreaterThan(0);
    expect(readSettings({ [one]: real[one], SANDBOX: 'true' }).sandbox).toBe(true);
  }
});

it('everything that is missing or wrong is named at once, each with an example', () => {
  const faults = faultsOf({ NODE_ENV: 'production', PORT: 'http', BASE_URL: 'leads.acme.example' });
  expect(faults.join('\n')).toMatchInlineSnapshot(`
    "PORT: must be a port number, for example 3000
    BASE_URL: must be an http or https address, for example https://leads.acme.example
    SECRET_KEYS is required outside the sandbox, for example SECRET_KEYS=k1:<32 or more random characters>
    DATABASE_URL is required outside the sandbox, for example DATABASE_URL=postgres://leadpost:secret@db.internal/leadpost
    SMTP_URL is required outside the sandbox, for example SMTP_URL=smtp://user:password@mail.acme.example:587
    MAIL_FROM is required outside the sandbox, for example MAIL_FROM=Acme Lead Desk <leads@acme.example>"
  `);
});

it('a secret may come from a file, and an unreadable file is named without its content', () => {
  const file = path.join(tmpdir(), `leadpost-keys-${process.pid}`);
  writeFileSync(file, `k2:${'y'.repeat(40)}\n`);
  const { SECRET_KEYS: _, ...rest } = real;
  expect(readSettings({ ...rest, SECRET_KEYS_FILE: file }).secretKeys).toEqual([
    { kid: 'k2', secret: 'y'.repeat(40) },
  ]);
  expect(faultsOf({ ...rest, SECRET_KEYS_FILE: '/nowhere/keys' }).join()).toContain(
    'SECRET_KEYS_FILE: cannot read /nowhere/keys',
  );
});

it('SMTP words decide how the connection is secured', () => {
  const smtp = (extra: Record<string, string>) => readSettings({ ...real, ...extra }).smtp;
  expect(smtp({})).toEqual({
    host: 'mail.acme.example',
    port: 587,
    user: 'user',
    pass: 'p@ss',
    security: 'auto',
  });
  expect(smtp({ SMTP_URL: 'smtps://mail.acme.example' })).toMatchObject({ port: 465, security: 'tls' });
  expect(smtp({ SMTP_SECURITY: 'starttls' })?.security).toBe('starttls');
});

it('parts of a database address are put together with their special characters', () => {
  const { DATABASE_URL: _, ...rest } = real;
  const settings = readSettings({ ...rest, PGHOST: 'db', PGPASSWORD: 'a@b/c#d' });
  expect(settings.databaseUrl).toBe('postgres://leadpost:a%40b%2Fc%23d@db:5432/leadpost');
});

it('a sender that could smuggle a second address is refused', () => {
  for (const from of ['a@b.example, c@d.example', '"x" <a@b.example>\r\nBcc: e@f.example', 'nobody']) {
    expect(faultsOf({ ...real, MAIL_FROM: from }).join()).toContain('MAIL_FROM');
  }
});

it('the rate of the relay is letters within seconds, in any usual spelling', () => {
  const rate = (SMTP_RATE: string) => readSettings({ ...real, SMTP_RATE }).smtpRate;
  expect(readSettings(real).smtpRate).toBeNull();
  expect(rate('14')).toEqual({ letters: 14, seconds: 1 });
  expect(rate('600/min')).toEqual({ letters: 600, seconds: 60 });
  expect(rate('0.5')).toEqual({ letters: 1, seconds: 2 });
  for (const odd of ['fast', '0', '-3', '14/fortnight', '20000'])
    expect(faultsOf({ ...real, SMTP_RATE: odd }).join()).toContain('14/s');
});

it('a bounce address has room for its key, with or without saying where it goes', () => {
  const bounce = (BOUNCE_ADDRESS: string) => readSettings({ ...real, BOUNCE_ADDRESS }).bounceAddress;
  expect(readSettings(real).bounceAddress).toBeNull();
  expect(bounce('b+{key}@leads.acme.example')).toBe('b+{key}@leads.acme.example');
  expect(bounce('bounce@leads.acme.example')).toBe('bounce+{key}@leads.acme.example');
  for (const odd of [
    '{key}',
    'a'.repeat(22).concat('+{key}@x.example'),
    '{key}{key}@x.example',
    'a b{key}@x.example',
  ])
    expect(faultsOf({ ...real, BOUNCE_ADDRESS: odd }).join()).toContain('bounce+{key}@');
});
