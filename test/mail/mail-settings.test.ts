import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSettings, SettingsError } from '../../src/settings.ts';

const faultsOf = (env: Record<string, string>): string => {
  try {
    readSettings({ SANDBOX: 'true', ...env });
    return '';
  } catch (error) {
    if (error instanceof SettingsError) return error.faults.join('\n');
    throw error;
  }
};

describe('settings of the mailbox', () => {
  it('an IMAP address says who reads the mailbox, and INBOUND=imap asks for one', () => {
    expect(faultsOf({ IMAP_URL: 'imaps://imap.acme.example' })).toContain(
      'imaps://user:password@imap.acme.example',
    );
    expect(faultsOf({ IMAP_URL: 'https://user:x@imap.acme.example' })).toContain('IMAP_URL: must look like');
    expect(faultsOf({ INBOUND: 'imap' })).toContain('IMAP_URL is required with INBOUND=imap');
    expect(faultsOf({ INBOUND: 'off' })).toBe('');
  });

  it('an IMAP address is reason enough to read it', () => {
    const url = 'imaps://leads:x@imap.acme.example';
    expect(readSettings({ SANDBOX: 'true', IMAP_URL: url }).inbound).toBe('imap');
    expect(readSettings({ SANDBOX: 'true', IMAP_URL: url, INBOUND: 'off' }).inbound).toBe('off');
    expect(readSettings({ SANDBOX: 'true' }).inbound).toBe('off');
  });
});

describe('settings of the signature', () => {
  const all = {
    DKIM_DOMAIN: 'leads.example',
    DKIM_SELECTOR: 'lp1',
    DKIM_PRIVATE_KEY: String(
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }),
    ),
  };
  const names = Object.keys(all) as (keyof typeof all)[];

  it.each(names)('without %s no letter would be signed, and nobody would notice', (name) => {
    const { [name]: _, ...rest } = all;
    expect(faultsOf(rest)).toContain(`${name} is required as well`);
    expect(faultsOf({ [name]: all[name] })).not.toContain(`${name} is required as well`);
  });

  it('are taken together', () => {
    expect(readSettings({ SANDBOX: 'true', ...all }).dkim).toMatchObject({
      domain: 'leads.example',
      selector: 'lp1',
    });
  });
});

describe('settings of the guard', () => {
  it('an allow-list of addresses and @domains, in any case', () => {
    const { allowlist } = readSettings({
      SANDBOX: 'true',
      MAIL_ALLOWLIST: ' @Acme.example, Alice@a.example ,',
    });
    expect(allowlist).toEqual(['@acme.example', 'alice@a.example']);
  });

  it.each([
    'acme.example',
    '@',
    'Alice <alice@a.example>',
    'alice@a.example bob@b.example',
    '*@acme.example, @',
  ])('"%s" is no allow-list: a slip must not let mail out to everybody', (list) => {
    expect(faultsOf({ MAIL_ALLOWLIST: list })).toContain('MAIL_ALLOWLIST: must list addresses and @domains');
  });

  it('an allow-list of nothing but commas lets nobody slip through unnoticed', () => {
    expect(faultsOf({ MAIL_ALLOWLIST: ' , ' })).toContain('MAIL_ALLOWLIST');
  });

  it('a redirect is one address', () => {
    expect(
      readSettings({ SANDBOX: 'true', MAIL_REDIRECT_ALL_TO: 'Staging <s@acme.example>' }).redirectAllTo,
    ).toBe('s@acme.example');
    expect(faultsOf({ MAIL_REDIRECT_ALL_TO: 'a@b.example, c@d.example' })).toContain('MAIL_REDIRECT_ALL_TO');
  });
});
