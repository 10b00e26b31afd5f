import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { shown } from '../../src/letters/logo.ts';
import { readSettings, type SettingsError } from '../../src/settings.ts';
import { alice, bob, charlie, postLead, programme, setStage } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import type { Mail } from '../harness/mail.ts';

const file = 'assets/icon-192.png';
const png = readFileSync(file);

let house: House;
beforeAll(async () => {
  house = await startHouse({ env: { VENDOR_LOGO: file, VENDOR_NAME: 'Acme "Heat" & Söhne' } });
  await setStage(house);
});
afterAll(() => house.stop());

const pictures = (mail: Mail): string[] => mail.html.match(/<img [^>]*>/g) ?? [];

describe('the vendor’s logo', () => {
  test('goes along with the mail, in place of the name, which it has as its text; nothing is fetched', async () => {
    const { reference } = await postLead(house);
    const raw = await house.rawOf((await house.newest(alice, 'offer', reference)).id);
    const mail = await house.newest(alice, 'offer', reference);
    const [only, ...more] = mail.parsed.attachments;
    expect(more).toEqual([]);
    expect(only).toMatchObject({ contentType: 'image/png', contentDisposition: 'inline', related: true });
    expect(only?.content.equals(png)).toBe(true);
    expect(raw.toString()).toMatch(
      /multipart\/alternative[\s\S]*text\/plain[\s\S]*multipart\/related[\s\S]*text\/html/,
    );
    // The reader's mail program finds the picture by the name in the HTML.
    const html = mail.parsed.html || '';
    expect(html).toContain(`src="data:image/png;base64,${png.toString('base64')}"`);
    expect(pictures(mail)).toHaveLength(1);
    expect(pictures(mail)[0]).toContain('alt="Acme &quot;Heat&quot; &amp; S&#246;hne"');
    expect(pictures(mail)[0]).toContain('width="44" height="44"');
    expect(html).not.toMatch(/(?:src|background)="https?:|url\(/);
    expect(mail.text).toContain('Acme "Heat" & Söhne');
    expect(raw.length).toBeLessThan(60_000);
  });

  test('is seen in everybody’s inbox of the sandbox, where a mail has no parts', async () => {
    const [message] = await house.messages(bob);
    const page = await fetch(`${house.url}/sandbox?message=${message?.id}`);
    expect(await page.text()).toContain(`data:image/png;base64,${png.toString('base64').slice(0, 40)}`);
  });

  test('is not the logo of a programme that has a name of its own', async () => {
    const put = await house.api('PUT', '/programs/own', {
      ...programme({ letters: { brand: { name: 'Wolke Sieben' } } }),
      name: 'Own',
      default: false,
    });
    expect(put.status).toBeLessThan(300);
    await postLead(house, { products: ['wallbox'], program: 'own' });
    const mail = await house.newest(charlie, 'offer');
    expect(mail.html).toContain('Wolke Sieben');
    expect([pictures(mail), mail.parsed.attachments]).toEqual([[], []]);
  });
});

test('a logo is shown as large as there is room, in its own shape, and never larger than it is', () => {
  expect(shown({ width: 600, height: 60 })).toEqual({ width: 220, height: 22 });
  expect(shown({ width: 100, height: 400 })).toEqual({ width: 11, height: 44 });
  expect(shown({ width: 30, height: 12 })).toEqual({ width: 30, height: 12 });
  expect(shown({ width: 2000, height: 1 })).toEqual({ width: 220, height: 1 });
});

test('a file that is no small PNG is told with the other faults', () => {
  const made = (name: string, bytes: Buffer): string => {
    const at = path.join(tmpdir(), `${process.pid}-${name}`);
    writeFileSync(at, bytes);
    return at;
  };
  const fault = (VENDOR_LOGO: string): string => {
    try {
      readSettings({ SANDBOX: 'true', PORT: 'x', VENDOR_LOGO });
    } catch (error) {
      const { faults } = error as SettingsError;
      expect(faults).toHaveLength(2);
      return faults.find((one) => one.startsWith('VENDOR_LOGO: ')) ?? '';
    }
    return 'no fault';
  };
  const end = png.subarray(-8);
  const padded = (size: number) => Buffer.concat([png.subarray(0, -8), Buffer.alloc(size - png.length), end]);
  const wide = Buffer.from(png);
  wide.writeUInt32BE(2001, 16);
  expect(fault('no/such/file.png')).toContain('cannot be read');
  expect(fault(made('cut.png', png.subarray(0, -9)))).toContain('must be a PNG');
  expect(fault(made('page.png', Buffer.from('<svg onload="x"/>')))).toContain('must be a PNG');
  expect(fault(made('empty.png', Buffer.alloc(0)))).toContain('must be a PNG');
  expect(fault(made('big.png', padded(20 * 1024 + 1)))).toContain('20 KB at most, it has 21');
  expect(
    readSettings({ SANDBOX: 'true', VENDOR_LOGO: made('full.png', padded(20 * 1024)) }).logo,
  ).toBeTruthy();
  expect(fault(made('wide.png', wide))).toContain('1 to 2000 pixels');
  expect(readSettings({ SANDBOX: 'true', VENDOR_LOGO: file }).logo).toMatchObject({
    width: 192,
    height: 192,
  });
});
