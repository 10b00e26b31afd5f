import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Delivery } from '../../src/dispatch/deps.ts';
import { dkimRecord, signMessage } from '../../src/mail/dkim.ts';
import { alice, postLead, setStage } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { type Verified, verifyDkim } from './dkim-verifier.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const ed25519 = generateKeyPairSync('ed25519').privateKey;
const pem = (key: KeyObject): string => String(key.export({ format: 'pem', type: 'pkcs8' }));

/** RFC 8463 A.3, whose signature by Ed25519 proves the verifier of these tests. */
const sample = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
`.replaceAll('\n', '\r\n');
const sampleRecord = 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=';

test('the verifier of these tests takes the example of the standard and refuses a changed one', () => {
  expect(verifyDkim(Buffer.from(sample), sampleRecord).pass).toBe(true);
  expect(verifyDkim(Buffer.from(sample.replace('hungry', 'angry')), sampleRecord).pass).toBe(false);
  expect(verifyDkim(Buffer.from(sample.replace('dinner', 'supper')), sampleRecord).pass).toBe(false);
});

describe('a signature', () => {
  const at = new Date('2026-11-16T15:00:00Z');
  const odd = Buffer.from(
    [
      'From: "Lead  Desk"\t<leads@acme.example>',
      'To: a@b.example',
      'Subject: a \xfcml\xe4ut\tand',
      '  a fold ',
      'Message-ID: <1@acme.example>',
      '',
      'two  spaces and a tab\t',
      ' ',
      'last line without an end \t ',
      '',
      '',
    ].join('\r\n'),
    'latin1',
  );
  test.each([
    ['RSA', rsa],
    ['Ed25519', ed25519],
  ])('by %s holds for odd spaces, folds, bytes and empty lines at the end', (_, privateKey) => {
    const record = dkimRecord({ privateKey });
    const signed = signMessage(odd, { domain: 'acme.example', selector: 'lp', privateKey }, at);
    expect(signed.subarray(-odd.length)).toEqual(odd);
    expect(verifyDkim(signed, record).pass).toBe(true);
    const loose = Buffer.from(
      signed.toString('latin1').replace('"Lead  Desk"\t<', '"Lead Desk" <'),
      'latin1',
    );
    expect(verifyDkim(loose, record).pass).toBe(true);
    expect(
      Math.max(
        ...signed
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(80);
  });

  test('holds for a message without a body', () => {
    const bare = Buffer.from('From: a@b.example\r\n\r\n');
    const signed = signMessage(bare, { domain: 'b.example', selector: 'lp', privateKey: rsa }, at);
    expect(verifyDkim(signed, dkimRecord({ privateKey: rsa })).pass).toBe(true);
  });
});

describe('the letters of a house with a key', () => {
  let house: House;
  const sent: { kind: string; to: string; raw: Buffer }[] = [];
  let busy = false;
  const check = (raw: Buffer): Verified => verifyDkim(raw, dkimRecord({ privateKey: rsa }));
  const letter = (kind: string) => sent.find((one) => one.kind === kind)?.raw as Buffer;

  beforeAll(async () => {
    house = await startHouse({
      env: {
        DKIM_DOMAIN: 'leads.example',
        DKIM_SELECTOR: 'lp1',
        DKIM_PRIVATE_KEY: pem(rsa).replaceAll('\n', '\\n'),
      },
      send: async ({ to }, raw): Promise<Delivery> => {
        sent.push({ kind: /^x-leadpost-kind: (\S+)/im.exec(raw.toString())?.[1] ?? '', to, raw });
        return busy ? { kind: 'temporary', error: '451 later' } : { kind: 'sent', response: '250 ok' };
      },
    });
    await setStage(house);
    await postLead(house);
    await house.messages();
    await house.advance('P8D');
  });
  afterAll(() => house.stop());

  test('are signed, with all their headers that matter, and none of these can be added on the way', () => {
    const { pass, signed, tags } = check(letter('offer'));
    expect({ pass, d: tags.get('d'), s: tags.get('s'), a: tags.get('a') }).toEqual({
      pass: true,
      d: 'leads.example',
      s: 'lp1',
      a: 'rsa-sha256',
    });
    const twice = (name: string) => signed.filter((one) => one === name).length === 2;
    const once = 'from,reply-to,to,subject,date,message-id,mime-version,content-type,auto-submitted,list-id';
    expect(once.split(',').filter((name) => !twice(name))).toEqual([]);
    const raw = letter('offer').toString('latin1');
    for (const added of [
      'From: e@e.example',
      'Subject: Free',
      'List-Unsubscribe: <https://e.example>',
      'To: x@x.example',
    ])
      expect({ added, pass: check(Buffer.from(`${added}\r\n${raw}`, 'latin1')).pass }).toEqual({
        added,
        pass: false,
      });
  });

  test('have both headers of RFC 8058 signed on weekly reports, and on nothing else', () => {
    const raw = letter('partner-digest').toString('latin1');
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(check(letter('partner-digest')).pass).toBe(true);
    expect(head).toMatch(
      /^List-Unsubscribe:\s+<http[^>]+\/stop\/[\w.-]+>,\s+<mailto:bounce\+[a-z2-7]{42}@leads\.example\?subject=unsubscribe>\r$/m,
    );
    expect(head).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
    for (const gone of [/^List-Unsubscribe-Post: .*\r\n/m, /^List-Unsubscribe:.*\r\n(?: .*\r\n)+/m])
      expect(check(Buffer.from(raw.replace(gone, ''), 'latin1')).pass).toBe(false);
    expect(letter('offer').toString()).not.toMatch(/^list-unsubscribe/im);
  });

  test('are signed once: what is sent again is the same to the byte', async () => {
    sent.length = 0;
    busy = true;
    await postLead(house);
    await house.messages();
    busy = false;
    await house.advance('PT10M');
    const hers = sent.filter(({ to, kind }) => to === alice && kind === 'offer').map(({ raw }) => raw);
    expect(hers.length).toBeGreaterThan(1);
    expect(new Set(hers.map((raw) => raw.toString('latin1'))).size).toBe(1);
    expect(check(hers[0] as Buffer).pass).toBe(true);
  });
});
