import { describe, expect, it } from 'vitest';
import { folded } from '../../src/letters/content-lines.ts';
import { preparePages } from '../../src/letters/pages.ts';
import { leadPage } from './page-samples.ts';
import { lead, prospect } from './samples.ts';

const { renderFile } = preparePages();
const bodyOf = (kind: 'contact' | 'calendar', view = leadPage()): string =>
  renderFile(view, kind)?.body ?? '';
/** Lines as a reader puts them together again (RFC 5545 3.1). */
const unfolded = (body: string): string[] => body.replace(/\r\n /g, '').split('\r\n').filter(Boolean);

describe('the customer’s card', () => {
  it('is a vCard 3.0 with what a phone needs, and no link of ours', () => {
    const file = renderFile(leadPage(), 'contact');
    expect(file?.type).toBe('text/vcard; charset=utf-8');
    expect(file?.name).toBe('L-4F7K2Q.vcf');
    const lines = unfolded(file?.body ?? '');
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCARD', 'VERSION:3.0']);
    expect(lines.at(-1)).toBe('END:VCARD');
    expect(lines).toContain(`FN:${prospect.name}`);
    expect(lines.find((l) => l.startsWith('N:'))).toMatch(/^N:[^;]+;[^;]+;;;$/);
    expect(lines).toContain(`EMAIL;TYPE=INTERNET:${prospect.email}`);
    expect(lines.some((l) => l.startsWith('TEL;TYPE=WORK,VOICE:+49'))).toBe(true);
    const address = [prospect.street, prospect.city, '', prospect.postal_code, prospect.country];
    expect(lines).toContain(`ADR;TYPE=WORK:;;${address.join(';')}`);
    expect(file?.body).not.toMatch(/https?:|\/l\/|\/a\//);
  });

  it('is only a name where nothing else is known', () => {
    const nobody = {
      ...prospect,
      name: null,
      company: 'Bäckerei; "Ofen", Ulm',
      phone: null,
      email: null,
      street: null,
    };
    const lines = unfolded(bodyOf('contact', leadPage({ ...lead, prospect: nobody })));
    expect(lines).toContain('FN:Bäckerei\\; "Ofen"\\, Ulm');
    expect(lines.join()).not.toMatch(/TEL|EMAIL/);
  });
});

describe('the calendar entry', () => {
  it('is published, half an hour before the promise ends, the same entry each time with a rising number', () => {
    const file = renderFile(leadPage(), 'calendar');
    expect(file?.type).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    const lines = unfolded(file?.body ?? '');
    expect(lines).toContain('METHOD:PUBLISH');
    expect(lines).toContain('DTEND:20261117T160000Z');
    expect(lines).toContain('DTSTART:20261117T153000Z');
    expect(lines).toContain('SEQUENCE:7');
    expect(lines.find((l) => l.startsWith('UID:'))).toMatch(/^UID:[0-9a-f-]{36}@leads\.acme\.example$/);
    expect(lines.join()).not.toMatch(/ORGANIZER|ATTENDEE/);
  });

  it('is not there when nothing is due', () => {
    expect(renderFile({ ...leadPage(), dueAt: null }, 'calendar')).toBeNull();
  });
});

describe('a folded line', () => {
  it('has 75 octets at the most, cuts no character, and is the same line again when put together', () => {
    for (const text of ['x'.repeat(400), 'ä'.repeat(200), `${'a'.repeat(74)}💥b`, '💥'.repeat(80), 'short']) {
      const parts = folded(text).split('\r\n');
      for (const part of parts) {
        expect(Buffer.byteLength(part)).toBeLessThanOrEqual(75);
        expect(part).not.toContain('\uFFFD');
      }
      expect(parts.map((part, i) => (i === 0 ? part : part.slice(1))).join('')).toBe(text);
      expect(parts.slice(1).every((part) => part.startsWith(' '))).toBe(true);
    }
  });
});
