import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { preparePages } from '../../src/letters/pages.ts';
import { plainLine, plainText } from '../../src/letters/plain.ts';
import type { Renderer } from '../../src/letters/render.ts';
import { prepareLetters } from '../../src/letters/render.ts';
import { everyPage } from './page-samples.ts';
import { envelope, everyLetter, id, lead, prospect } from './samples.ts';

const attacks: Record<string, string> = {
  markup: '<b onclick="alert(1)">x</b><img src=x onerror=alert(1)>',
  script: '</script></title></style><script>alert(1)</script>',
  template: '{{x.value}}{{{x}}}{{> layout}}{{constructor.constructor}}',
  placeholder: '{count} {name} **bold** $& $1',
  url: 'click https://evil.example/login or www.evil.example now',
  javascript: 'javascript:alert(1)//',
  header: 'x\r\nBcc: victim@example.com\r\n\r\nbody',
  direction: 'abc\u202Egnp.exe\u2066 \u0000\u0007 d\u200Be',
  quotes: '" onmouseover="alert(1)" \' `',
  comment: '--><!--[if mso]><h1>x</h1><![endif]--> ]]>',
  long: 'Ä'.repeat(10_000),
  surrogates: '\uD800 \uDC00 💥'.repeat(30),
};
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

let renderer: Renderer;
beforeAll(async () => {
  renderer = await prepareLetters(mkdtempSync(join(tmpdir(), 'letters-')));
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
    const { renderPage } = preparePages();
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

  it('is not there for readers nobody has registered', () => {
    for (const view of Object.values(everyLetter()))
      expect(renderer.renderLetter(view, envelope).html).not.toContain('<script');
  });
});
