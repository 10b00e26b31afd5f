import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportLeads } from '../../src/dispatch/export-rows.ts';
import { alice, lead, setStage } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { attacks, everyString } from '../letters/hostile-strings.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

/** A lead that says the same everywhere it may say anything. */
const saying = (text: string, n: number, more: object = {}): object =>
  lead({
    external_id: `n${n}`,
    summary: text,
    brief: text,
    campaign: text,
    custom: { remark: text },
    prospect: { name: text, company: text, street: text, city: text },
    ...more,
  });

/** What the API took: reference by number. What it refuses it names. */
const taken = new Map<number, string>();

describe('what strangers write', () => {
  test('is taken as text, or refused with the field and what to do about it; never a failure', async () => {
    for (const [n, [name, text]] of Object.entries(everyString).entries()) {
      const answer = await house.api('POST', '/leads', saying(text, n, { dispatch: false }));
      if (answer.status === 201) {
        taken.set(n, answer.body.reference);
        const again = await house.api('GET', `/leads/${answer.body.reference}`);
        expect(again.body.summary, name).toBe(answer.body.summary);
        expect(JSON.stringify(again.body), name).not.toContain('\u0000');
        continue;
      }
      expect([400, 422], name).toContain(answer.status);
      expect(answer.body.errors.length, name).toBeGreaterThan(0);
      for (const { pointer, message } of answer.body.errors as Json[]) {
        expect(pointer, name).toMatch(/^\/(summary|brief|campaign|custom|prospect)/);
        expect(message.length, name).toBeGreaterThan(5);
      }
    }
    expect(taken.size).toBeGreaterThan(30);
    expect(house.complaints).toEqual([]);
  });

  test('runs in no spreadsheet: a cell that would be a formula is a text, and is read back as it was', async () => {
    let csv = '';
    await exportLeads(house.running.deps, { state: null, program: null }, async (text) => {
      csv += text;
    });
    const rows = parse(csv, { bom: true, columns: true }) as Record<string, string>[];
    expect(rows.length).toBe(taken.size);
    for (const row of rows)
      for (const cell of Object.values(row)) {
        expect(cell).not.toMatch(/^[=+@＝＋＠\t\r]/u);
        if (/^-/.test(cell)) expect(cell).toMatch(/^-[\d.]+$/);
      }
    const formula = [...taken].find(([n]) => Object.keys(everyString)[n] === 'a formula')?.[1];
    expect(rows.find((r) => r['reference'] === formula)?.['summary']).toBe(`'${everyString['a formula']}`);
  });

  test('reaches the holder as text, in mail, page, card and calendar', async () => {
    for (const [name, text] of Object.entries(attacks)) {
      const short = [...text].slice(0, 150).join('');
      const answer = await house.api(
        'POST',
        '/leads',
        saying(short, 1000 + name.length, { external_id: `a-${name}` }),
      );
      if (answer.status !== 201) continue;
      const { reference } = answer.body;
      expect(answer.body.state, name).toBe('distributing');
      const offer = await house.newest(alice, 'offer', reference);
      const won = await house.press(linkTo(offer.links, 'accept'));
      expect(won.status, name).toBe(303);
      const mail = await house.newest(alice, 'accepted', reference);
      expect(mail.to).toBe(alice);
      expect(mail.parsed.headers.get('bcc')).toBeUndefined();
      const link = linkTo(mail.links, 'lead');
      for (const where of [link, `${link}/contact.vcf`, `${link}/next-step.ics`]) {
        const page = await house.get(where);
        expect(page.status, name).toBe(200);
        const tags = where === link ? page.html : '';
        expect(tags, name).not.toMatch(/<(script|img|svg|iframe|b onclick)/i);
        expect(page.headers.get('content-type'), name).toMatch(
          where === link ? /^text\/html/ : /^text\/(vcard|calendar)/,
        );
        expect(page.headers.get('x-content-type-options')).toBe('nosniff');
      }
    }
  });
});
