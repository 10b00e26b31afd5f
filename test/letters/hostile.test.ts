import { beforeAll, describe, expect, it } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { preparePages } from '../../src/letters/pages.ts';
import { plainLine, plainText } from '../../src/letters/plain.ts';
import { twinUrls } from '../../src/letters/press.ts';
import type { Renderer } from '../../src/letters/render.ts';
import { composeMessage } from '../../src/mail/compose-message.ts';
import { readMail } from '../harness/mail.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { attacks, everyString, naughty } from './hostile-strings.ts';
import { myPage, updatesPage } from './own-page-samples.ts';
import { everyPage, frame, leadPage } from './page-samples.ts';
import { acceptedView, envelope, everyLetter, id, lead, offerView, prospect } from './samples.ts';

const hostile = (text: string): Lead => ({
  ...lead,
  summary: text,
  brief: text,
  source: text,
  products: [text],
  industries: [text],
  languages: [text],
  expected_close: text,
  custom: { [text]: text, list: [text] },
  prospect: {
    ...prospect,
    name: text,
    company: text,
    email: text,
    phone: text,
    street: text,
    postal_code: text,
    city: text,
    country: text,
    language: text,
  },
});

const pages = preparePages();
let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);

/** The tags of a document with their attribute names: what hostile text must not be able to add to. */
const skeleton = (html: string): Set<string> =>
  new Set(
    [...html.replace(/="[^"]*"/g, '=').matchAll(/<[a-z][^<>]*>/gi)].map(([tag]) => tag.replace(/\s+/g, ' ')),
  );
const added = (html: string, calm: string): string[] => {
  const known = skeleton(calm);
  return [...skeleton(html)].filter((tag) => !known.has(tag));
};

describe.each(Object.entries(attacks))('%s in every field of a lead', (_, text) => {
  it('ends as text in every letter', () => {
    for (const [name, view] of Object.entries(everyLetter(hostile(text)))) {
      const calm = renderer.renderLetter(everyLetter()[name] as typeof view, envelope);
      const { subject, preheader, html, text: plain } = renderer.renderLetter(view, envelope);
      expect(added(html, calm.html), name).toEqual([]);
      const own = [...html.matchAll(/href="([^"]*)"/g)].map((m) => m[1] ?? '');
      expect(
        own.every((h) => /^(https:\/\/leads\.acme\.example\/|mailto:|tel:\+?\d)/.test(h)),
        name,
      ).toBe(true);
      expect(subject + preheader, name).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(subject.length).toBeLessThanOrEqual(78);
      expect(html + plain).not.toMatch(/[\u202A-\u202E\u2066-\u2069]|(?![\t\n])\p{Cc}/u);
      expect(plain.replaceAll('https://leads.acme.example', '')).not.toMatch(/https?:\/\/|www\./);
      expect(Math.max(...plain.split('\n').map((l) => Buffer.byteLength(l)))).toBeLessThanOrEqual(998);
      expect(Buffer.byteLength(html)).toBeLessThan(60_000);
    }
  });

  it('ends as text in every page', () => {
    const { renderPage } = pages;
    const mail = { subject: text, html: `<html><head></head><body>${text}</body></html>`, text };
    const calmMail = { subject: 's', html: '<html><head></head></html>', text: 't' };
    for (const [name, view] of Object.entries(everyPage(mail, hostile(text)))) {
      const calm = renderPage(everyPage(calmMail)[name] as typeof view);
      const html = renderPage(view);
      expect(added(html, calm), name).toEqual([]);
      expect(html.match(/<script/g)?.length ?? 0, name).toBeLessThanOrEqual(
        name === 'page-accept-again' ? 1 : 0,
      );
    }
  });
});

describe.each(Object.entries(naughty))('%s where the customer is named', (_, text) => {
  it('ends as text in the mails and pages of the holder', () => {
    const told = hostile(text);
    for (const of of [offerView, acceptedView]) {
      const calm = renderer.renderLetter(of(), envelope);
      const { subject, html, text: plain } = renderer.renderLetter(of(told), envelope);
      expect(added(html, calm.html)).toEqual([]);
      expect(subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
      expect(subject.length).toBeLessThanOrEqual(78);
      expect(html + plain).not.toMatch(/[\u202A-\u202E\u2066-\u2069]|(?![\t\n])\p{Cc}/u);
      expect(Math.max(...plain.split('\n').map((l) => Buffer.byteLength(l)))).toBeLessThanOrEqual(998);
    }
    for (const of of [leadPage, myOf, updatesOf])
      expect(added(pages.renderPage(of(told)), pages.renderPage(of(lead)))).toEqual([]);
  });
});

const myOf = (l: Lead) => myPage(frame, l);
const updatesOf = (l: Lead) => updatesPage(frame, l);

describe.each(Object.entries(everyString))('%s', (_, text) => {
  it('adds no header and no address to a mail', async () => {
    const view = acceptedView(hostile(text));
    const { subject, html, text: plain } = renderer.renderLetter(view, envelope);
    const raw = await composeMessage({
      from: { name: text, address: 'leads@acme.example' },
      to: { name: text.slice(0, 80), address: 'anna@solarwerk.example' },
      replyTo: 'reply+abc@acme.example',
      subject,
      html,
      text: plain,
      messageId: '<1@acme.example>',
      inReplyTo: null,
      references: [],
      date: new Date('2026-11-16T12:00:00Z'),
      headers: { 'X-Leadpost-Kind': 'accepted' },
    });
    const head = raw.subarray(0, raw.indexOf('\r\n\r\n')).toString('latin1');
    const names = head
      .replace(/\r\n[ \t]+/g, ' ')
      .split('\r\n')
      .map((line) => line.split(':')[0]?.toLowerCase());
    expect(names.sort()).toEqual(
      [
        'content-type',
        'date',
        'from',
        'message-id',
        'mime-version',
        'reply-to',
        'subject',
        'to',
        'x-leadpost-kind',
      ].sort(),
    );
    expect(
      Math.max(
        ...raw
          .toString('latin1')
          .split('\r\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(998);
    expect(raw.includes(0)).toBe(false);
    const mail = await readMail(raw, 'x');
    expect({ from: mail.from, to: mail.to, replyTo: mail.replyTo }).toEqual({
      from: 'leads@acme.example',
      to: 'anna@solarwerk.example',
      replyTo: 'reply+abc@acme.example',
    });
  });

  it('stays within its line of a card and of a calendar', () => {
    const view = leadPage(hostile(text));
    const names = {
      contact:
        'ADR;TYPE=WORK|BEGIN|EMAIL;TYPE=INTERNET|END|FN|N|NOTE|ORG|PRODID|REV|TEL;TYPE=WORK,VOICE|UID|VERSION',
      calendar:
        'ACTION|BEGIN|CALSCALE|DESCRIPTION|DTEND|DTSTAMP|DTSTART|END|LOCATION|METHOD|PRODID|SEQUENCE|SUMMARY|TRANSP|TRIGGER|UID|VERSION',
    };
    for (const kind of ['contact', 'calendar'] as const) {
      const body = pages.renderFile(view, kind)?.body ?? '';
      for (const line of body.split('\r\n')) {
        expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(line).not.toMatch(/\p{Cc}/u);
      }
      const lines = body.replace(/\r\n /g, '').split('\r\n').filter(Boolean);
      const odd = lines
        .map((line) => line.split(':')[0] ?? '')
        .filter((name) => !names[kind].split('|').includes(name));
      expect(odd).toEqual([]);
      expect(lines.filter((line) => line.startsWith('BEGIN:'))).toEqual(
        kind === 'contact' ? ['BEGIN:VCARD'] : ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', 'BEGIN:VALARM'],
      );
      // Only an escaped sign may stand within a text.
      for (const line of lines.filter((l) => /^(FN|ORG|NOTE|SUMMARY|LOCATION|DESCRIPTION):/.test(l)))
        expect(line.slice(line.indexOf(':') + 1).replace(/\\[\\;,n]/g, '')).not.toMatch(/[\\;,]/);
    }
  });

  it('is a part of a prefilled mail and adds no recipient to it', () => {
    const twin = new URL(twinUrls('reply+abc@acme.example', text.replace(/[\uD800-\uDFFF]/g, '?'))('YES'));
    expect(twin.protocol + decodeURIComponent(twin.pathname)).toBe('mailto:reply+abc@acme.example');
    expect([...twin.searchParams.keys()]).toEqual(['subject', 'body']);
    expect(twin.href).not.toMatch(/[\s<>"]/);
  });
});

describe('plain text', () => {
  it('breaks what mail programs turn into links, and nothing else', () => {
    expect(plainLine('see https://evil.example/x')).toBe('see hxxps[:]//evil[.]example/x');
    expect(plainLine('ask anna@firm.example, i.e. 3.5 kW. Then z.B. more')).toBe(
      'ask anna@firm[.]example, i.e. 3.5 kW. Then z.B. more',
    );
    expect(plainText('a\r\n\r\n\r\n\r\nb\u0000c')).toBe('a\n\nb c');
    expect([...plainLine('💥'.repeat(500), 20)]).toHaveLength(20);
  });
});

describe('what mail programs read beside the mail', () => {
  const native = { gmail: true, originator: id(77), to: 'anna@partner.example' };
  const asking = ['offer', 'reminder', 'ask', 'escalation'];
  const scriptsOf = (html: string): [string, string][] =>
    [...html.matchAll(/<script type="([^"]+)">(.*?)<\/script>/gs)].map(([, type = '', json = '']) => [
      type,
      json,
    ]);

  it.each(Object.entries(attacks))('stays data: %s', (_, text) => {
    let seen = 0;
    for (const view of Object.values(everyLetter(hostile(text)))) {
      if (!asking.includes(view.kind)) continue;
      const bare = renderer.renderLetter(view, envelope).html;
      const { html } = renderer.renderLetter(view, { ...envelope, native });
      const scripts = scriptsOf(html);
      if (view.rows.length === 0) continue;
      seen += 1;
      // Nothing but the two elements is new, and they hold JSON that neither HTML nor a card can misread.
      expect(scripts.map(([type]) => type)).toEqual(['application/ld+json', 'application/adaptivecard+json']);
      expect(html.replace(/<script type="application\/[^"]+">.*?<\/script>\n/gs, '')).toBe(bare);
      for (const [, json] of scripts) {
        expect(json).not.toMatch(/[<>&\u2028\u2029]/);
        expect(() => JSON.parse(json)).not.toThrow();
      }
      const card = JSON.parse(scripts[1]?.[1] ?? '');
      expect(JSON.stringify(card)).not.toMatch(/\{\{|\}\}[^\]},]/);
      for (const block of card.body) expect(block.text).not.toMatch(/(?<!\\)[*_[\]()#~`]/);
      for (const action of card.actions)
        expect(Object.keys(action).every((k) => /^(type|title|method|url|body|headers)$/.test(k))).toBe(true);
    }
    expect(seen).toBeGreaterThan(6);
  });

  it.each(Object.entries(naughty))('stays data in the offer: %s', (_, text) => {
    const { html } = renderer.renderLetter(offerView(hostile(text)), { ...envelope, native });
    const scripts = scriptsOf(html);
    expect(scripts).toHaveLength(2);
    for (const [, json] of scripts) {
      expect(json).not.toMatch(/[<>&\u2028\u2029]/);
      expect(() => JSON.parse(json)).not.toThrow();
    }
    // Outlook fills in what stands in double braces.
    expect(JSON.stringify(JSON.parse(scripts[1]?.[1] ?? ''))).not.toContain('{{');
  });

  it('is not there for readers nobody has registered', () => {
    for (const view of Object.values(everyLetter()))
      expect(renderer.renderLetter(view, envelope).html).not.toContain('<script');
  });
});
