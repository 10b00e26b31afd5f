import { describe, expect, test } from 'vitest';
import { commonDomain } from '../../src/cli/alignment.ts';
import type { Check } from '../../src/cli/doctor-command.ts';
import { type Lookups, nameServer } from '../../src/cli/name-server.ts';
import { checkSenderDomain, type Sender } from '../../src/cli/sender-domain.ts';

type Zone = Readonly<Record<string, string>>;

const fail = (code: string): never => {
  throw Object.assign(new Error(code), { code });
};

/** A name server that knows these TXT records; names above a known one exist without records. */
function zone(records: Zone): Lookups {
  const txt = async (name: string): Promise<string[][]> => {
    const found = records[name];
    // As it comes over the wire: in pieces of 255 characters at the most.
    if (found !== undefined) return found.split('\n').map((text) => text.match(/.{1,255}/g) ?? ['']);
    return fail(Object.keys(records).some((known) => known.endsWith(`.${name}`)) ? 'ENODATA' : 'ENOTFOUND');
  };
  return { resolveTxt: txt, resolveMx: async () => [], resolve4: async () => [] };
}
const silent: Lookups = {
  resolveTxt: async () => fail('ETIMEOUT'),
  resolveMx: async () => fail('ETIMEOUT'),
  resolve4: async () => fail('ETIMEOUT'),
};

const half = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A'.repeat(12);
const record = `v=DKIM1; k=rsa; p=${half}`;
const acme: Sender = { from: 'acme.example', envelope: 'leads.acme.example', dkim: null };
const signing: Sender = { ...acme, dkim: { domain: 'acme.example', selector: 'lp', record } };
const complete: Zone = {
  'acme.example': 'v=spf1 -all',
  'leads.acme.example': 'google-site-verification=1\nv=spf1 include:_spf.relay.example -all',
  'lp._domainkey.acme.example': record,
  '_dmarc.acme.example': 'v=DMARC1; p=reject',
};

async function looked(sender: Sender, dns: Lookups): Promise<Record<string, Check>> {
  const checks: Check[] = [];
  for await (const check of checkSenderDomain(sender, nameServer(dns))) checks.push(check);
  for (const { ok, fix } of checks) expect(ok === false).toBe(fix !== null);
  return Object.fromEntries(checks.map((check) => [check.name, check]));
}

describe('what is published about the sender', () => {
  test('has nothing to mend when all of it is there and speaks for the domain of From', async () => {
    const checks = await looked(signing, zone(complete));
    expect(Object.values(checks).map(({ name, ok }) => [name, ok])).toEqual([
      ['SPF', true],
      ['DKIM', true],
      ['DMARC', true],
      ['alignment', true],
    ]);
    expect(checks['SPF']?.says).toContain('leads.acme.example: v=spf1 include:_spf.relay.example');
    expect(checks['alignment']?.says).toBe(
      'MAIL_FROM is acme.example; the envelope leads.acme.example is aligned by SPF; DKIM by acme.example is aligned',
    );
  });

  test('lacks everything: each record is named as it has to be published', async () => {
    const checks = await looked(signing, zone({}));
    expect(checks['SPF']).toMatchObject({ ok: false, says: 'the domain leads.acme.example does not exist' });
    expect(checks['DKIM']?.fix).toBe(`Publish TXT lp._domainkey.acme.example "${record}".`);
    expect(checks['DMARC']?.fix).toContain('TXT _dmarc.acme.example "v=DMARC1; p=none');
    expect(checks['alignment']?.ok).toBeNull();
  });

  test.each<[string, Zone, string, string]>([
    [
      'two SPF records',
      { 'leads.acme.example': 'v=spf1 a -all\nv=spf1 mx -all' },
      'SPF',
      'two count as none',
    ],
    ['an SPF record for all the world', { 'leads.acme.example': 'v=spf1 +all' }, 'SPF', 'end it with -all'],
    ['the key of somebody else', { 'lp._domainkey.acme.example': 'v=DKIM1; p=abc' }, 'DKIM', 'belongs to it'],
    ['a revoked key', { 'lp._domainkey.acme.example': 'v=DKIM1; p=' }, 'DKIM', 'belongs to it'],
  ])('%s is told with its fix', async (_, other, name, fix) => {
    const checks = await looked(signing, zone({ ...complete, ...other }));
    expect(checks[name]).toMatchObject({ ok: false, fix: expect.stringContaining(fix) });
  });

  test('finds the policy of a domain above, and the keys of a relay that signs', async () => {
    const { 'lp._domainkey.acme.example': key = '', ...rest } = complete;
    const sender = { from: 'mail.acme.example', envelope: 'leads.acme.example', dkim: null };
    const checks = await looked(sender, zone({ ...rest, 's1._domainkey.mail.acme.example': key }));
    expect(checks['DMARC']?.says).toBe('v=DMARC1; p=reject');
    expect(checks['DKIM']?.says).toBe('keys: s1');
  });

  test('cannot be told without a name server, which is said', async () => {
    const checks = await looked(signing, silent);
    expect(checks['name server']).toMatchObject({
      ok: false,
      says: expect.stringContaining('could not be looked up'),
    });
    for (const name of ['SPF', 'DKIM', 'DMARC']) expect(checks[name]?.ok).toBe(false);
  });
});

describe('alignment', () => {
  test('is missing when neither envelope nor signature belongs to the domain of From', async () => {
    const other = {
      from: 'acme.example',
      envelope: 'bounces.relay.example',
      dkim: { ...signing.dkim, domain: 'relay.example' },
    };
    const dns = zone({
      ...complete,
      'bounces.relay.example': 'v=spf1 a -all',
      'lp._domainkey.relay.example': record,
    });
    const { alignment } = await looked(other as Sender, dns);
    expect(alignment).toMatchObject({
      ok: false,
      fix: expect.stringContaining('acme.example or a domain below it'),
    });
  });

  test('is enough by SPF alone, but a forwarded mail will fail', async () => {
    const { 'lp._domainkey.acme.example': _, ...rest } = complete;
    const { alignment } = await looked(signing, zone(rest));
    expect(alignment).toMatchObject({ ok: true, says: expect.stringContaining('forwarded') });
  });

  test('is the very same domain where the policy is strict', async () => {
    const strict = { ...complete, '_dmarc.acme.example': 'v=DMARC1; p=reject; aspf=s; adkim=s' };
    expect((await looked(signing, zone(strict)))['alignment']?.says).toContain(
      'leads.acme.example is not aligned',
    );
    const below = { ...signing, from: 'mail.acme.example' };
    expect((await looked(below, zone(strict)))['alignment']).toMatchObject({
      ok: false,
      fix: expect.stringContaining('very same'),
    });
  });

  test.each([
    ['acme.example', 'leads.acme.example', 'acme.example'],
    ['a.acme.example', 'b.acme.example', 'acme.example'],
    ['acme.co.uk', 'other.co.uk', null],
    ['a.acme.co.uk', 'acme.co.uk', 'acme.co.uk'],
    ['acme.example', 'notacme.example', null],
    ['acme.com', 'other.com', null],
  ])('%s and %s share %s', (a, b, domain) => {
    expect(commonDomain(a, b)).toBe(domain);
  });
});
