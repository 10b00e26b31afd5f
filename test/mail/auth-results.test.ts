import { describe, expect, it } from 'vitest';
import { readAuthResults } from '../../src/mail/auth-results.ts';
import type { MailHeader } from '../../src/replies/inbound-mail.ts';

const read = (value: string, ...more: string[]) =>
  readAuthResults(
    [value, ...more].map((line): MailHeader => ['authentication-results', line]),
    'mx.ours.example',
    'partner.example',
  );

describe('authentication results', () => {
  it('believes a pass of the configured server for the domain in From', () => {
    expect(
      read(
        'mx.ours.example 1; spf=pass smtp.mailfrom=a@partner.example; dkim=pass header.d=partner.example header.b="a=b"; dmarc=pass (p=reject) header.from=partner.example',
      ).dmarc,
    ).toBe('pass');
  });
  it('fails closed where no server is configured', () => {
    expect(readAuthResults([['authentication-results', 'mx.ours.example; dmarc=pass']], null).dmarc).toBe(
      'none',
    );
  });
  it('reads the topmost header only, whoever wrote the others', () => {
    expect(
      read('mx.other.example; dmarc=fail', 'mx.ours.example; dmarc=pass header.from=partner.example').dmarc,
    ).toBe('none');
    expect(
      read(
        'mx.ours.example; dmarc=fail header.from=partner.example',
        'mx.ours.example; dmarc=pass header.from=partner.example',
      ).dmarc,
    ).toBe('fail');
  });
  it('is not fooled by text inside comments and quoted addresses', () => {
    expect(
      read('mx.ours.example; spf=pass smtp.mailfrom="a) dmarc=pass (b"@evil.example; dmarc=fail').dmarc,
    ).toBe('fail');
    expect(
      read('mx.ours.example; spf=fail (a (nested; dmarc=pass) still) smtp.mailfrom=x@evil.example').dmarc,
    ).toBe('none');
    expect(
      read('mx.ours.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=partner.example"@evil.example')
        .dmarc,
    ).toBe('none');
  });
  it('takes two different results of one method for a failure', () => {
    expect(read('mx.ours.example; dmarc=fail; dmarc=pass header.from=partner.example').dmarc).toBe('fail');
    expect(read('mx.ours.example; dmarc=pass header.from=partner.example; dmarc=fail').dmarc).toBe('fail');
  });
  it('does not take a pass for another domain, nor SPF for DMARC', () => {
    expect(read('mx.ours.example; dmarc=pass header.from=evil.example').dmarc).toBe('none');
    expect(read('mx.ours.example; spf=pass smtp.mailfrom=partner.example').dmarc).toBe('none');
  });
  it('believes nothing of a header that breaks the grammar', () => {
    expect(read('mx.ours.example; dmarc=pass header.from=partner.example; spf=(unclosed').dmarc).toBe('none');
    expect(read('mx.ours.example dmarc=pass header.from=partner.example').dmarc).toBe('none');
    expect(read('mx.ours.example.evil.example; dmarc=pass header.from=partner.example').dmarc).toBe('none');
  });
});
