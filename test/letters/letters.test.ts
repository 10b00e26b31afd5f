import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { fitSubject } from '../../src/letters/headline.ts';
import { letterKinds } from '../../src/letters/letter.ts';
import type { RenderedLetter, Renderer } from '../../src/letters/render.ts';
import { prepareLetters } from '../../src/letters/render.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { envelope, everyLetter, lead, prospect } from './samples.ts';

const marker = '##- Write your reply above this line -##';
let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);

const names = Object.keys(everyLetter());
const mail = (name: string, l: Lead = lead): RenderedLetter => {
  const view = everyLetter(l)[name];
  if (!view) throw new Error(name);
  return renderer.renderLetter(view, envelope);
};
const decoded = (s: string): string =>
  s
    .replace(/&#x([0-9a-f]+);/gi, (_, h: string) => String.fromCodePoint(Number.parseInt(h, 16)))
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
const hrefs = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map((m) => decoded(m[1] ?? ''));
/** What a reader sees first: without head, comments and the hidden preheader. */
const visibleText = (html: string): string =>
  decoded(
    html
      .replace(/[\s\S]*<body/, '<body')
      .replace(/<!--\[if mso[\s\S]*?<!\[endif\]-->/g, '')
      .replace(/<div\s+style="display:none[\s\S]*?<\/div>/, '')
      .replace(/<[^>]+>/g, ' '),
  ).trim();

describe.each(names)('the letter %s', (name) => {
  it('is complete: no hole, no placeholder, no object', () => {
    const { subject, preheader, html, text } = mail(name);
    for (const part of [subject, preheader, html, text])
      expect(part).not.toMatch(/undefined|\{\{|\[object|NaN|null/);
    expect(preheader.length).toBeGreaterThan(20);
  });

  it('begins with the reply marker, and says nothing of replies where nobody reads them', () => {
    expect(mail(name).text.split('\n')[0]).toBe(marker);
    expect(visibleText(mail(name).html).startsWith(marker)).toBe(true);
    const view = everyLetter()[name];
    const silent = renderer.renderLetter(view as NonNullable<typeof view>, { ...envelope, replyTo: null });
    // Words about what happened ("an automatic reply came") may stay; invitations may not.
    expect(
      /just reply|write your reply|reply to|first line of|mailto:reply/i.exec(silent.html + silent.text)?.[0],
    ).toBeUndefined();
  });

  it('has a subject of at most 78 characters that ends with the reference', () => {
    const { subject } = mail(name);
    expect(subject.length).toBeLessThanOrEqual(78);
    if (everyLetter()[name]?.reference !== '') expect(subject).toMatch(/ \[L-[0-9A-Z]{6}\]$/);
  });

  it('has every link of the HTML in the text, in the same order', () => {
    const { html, text } = mail(name);
    const links = [...new Set(hrefs(html).filter((h) => h.startsWith('http')))];
    const positions = links.map((link) => text.indexOf(`\n${link}\n`));
    expect(positions.every((p) => p >= 0)).toBe(true);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
  });

  it('has a mailto twin with subject, reference and word for its buttons', () => {
    const { html, text } = mail(name);
    const twins = hrefs(html).filter((h) => h.startsWith('mailto:reply%2B'));
    for (const twin of twins) {
      expect(twin).toMatch(
        /^mailto:reply%2B4f7k2q9d8s7a6b5c@leads\.acme\.example\?subject=Re%3A[^&]*(%5BL-\w+%5D)?&body=[A-Z%0-9]+%0D%0A$/,
      );
      expect(twin.length).toBeLessThan(1800);
      expect(text).toContain(decodeURIComponent(/body=([^&]*)%0D%0A$/.exec(twin)?.[1] ?? ''));
    }
    const view = everyLetter()[name];
    // What an end customer writes is read by people, and nobody signs in by mail.
    const commands = view?.reader.side === 'prospect' || name === 'login' ? [] : (view?.rows.flat() ?? []);
    expect(twins.length).toBeGreaterThanOrEqual(new Set(commands.map((b) => b.order.act)).size);
  });

  it('is small, asks nothing of other servers and carries a language', () => {
    const { html } = mail(name);
    expect(Buffer.byteLength(html)).toBeLessThan(30_000);
    expect(html).not.toMatch(/<img|<link|@import|url\(|src=|<script|<form/);
    expect(html).toMatch(/<html lang="en" dir="ltr"/);
    expect(hrefs(html).every((h) => /^(https:\/\/leads\.acme\.example\/|mailto:|tel:\+?\d)/.test(h))).toBe(
      true,
    );
    expect(html.match(/<h1/g)).toHaveLength(1);
  });

  it('keeps the text at 72 columns but for addresses', () => {
    for (const line of mail(name).text.split('\n')) {
      expect(Buffer.byteLength(line)).toBeLessThanOrEqual(998);
      if (!line.startsWith('http')) expect(line.length).toBeLessThanOrEqual(72);
    }
  });

  it('comes back the same from JSON, as it is stored', () => {
    const view = everyLetter()[name];
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(JSON.stringify(view)).not.toMatch(/eyJ/);
  });
});

describe('who is told the identity', () => {
  const told: Lead = {
    ...lead,
    summary: 'Heat pump for Katharina Obermüller of Obermüller Immobilien GmbH',
    brief:
      'Call her at +49 731 5550142 or 0731/5550-142, k.obermueller@obermueller-immo.example. She lives at Münsterplatz 21. Ober\u200Bmüller!',
    custom: {
      note: 'Frau Obermüller, Münsterplatz 21',
      site: 'www.obermueller-immo.example',
      tel: 497315550142,
    },
  };
  const secrets = /Katharina|Oberm|obermueller|5550|k\.ober|Münsterplatz/i;

  it.each(names.filter((n) => !/^(accepted|reminder|warning|hand-over$|hand-over-back|prospect-)/.test(n)))(
    'is not told by %s',
    (name) => {
      const view = everyLetter(told)[name];
      const { subject, preheader, html, text } = mail(name, told);
      expect(JSON.stringify(view)).not.toMatch(secrets);
      for (const part of [subject, preheader, html, text]) expect(part).not.toMatch(secrets);
    },
  );

  it('is told to the holder, with a number to tap', () => {
    const { html, text, subject } = mail('accepted');
    expect(subject).toContain('Katharina Obermüller');
    expect(hrefs(html)).toContain('tel:+497315550142');
    for (const fact of [prospect.name, prospect.company, prospect.email, prospect.street])
      expect(text).toContain(fact);
  });
});

describe('the renderer', () => {
  it('finds its compiled templates again without mjml', async () => {
    const cache = mkdtempSync(join(tmpdir(), 'leadpost-letters-'));
    // A file written again is another file under the same name.
    const files = () => readdirSync(cache).map((name) => [name, statSync(join(cache, name)).ino]);
    try {
      await prepareLetters(cache);
      const made = files();
      expect(made).toHaveLength(letterKinds.length);
      const again = await prepareLetters(cache);
      expect(files()).toEqual(made);
      for (const kind of letterKinds) expect(again.templateHash(kind)).toBe(renderer.templateHash(kind));
      expect(new Set(letterKinds.map((k) => renderer.templateHash(k))).size).toBe(letterKinds.length);
    } finally {
      rmSync(cache, { recursive: true });
    }
  });

  it('speaks the zone of the reader, absolute first', () => {
    const view = everyLetter().offer as NonNullable<ReturnType<typeof everyLetter>[string]>;
    expect(renderer.renderLetter(view, envelope).text).toContain(
      'Answer by Mon 16 Nov, 16:00 Berlin time, in 3 hours',
    );
    expect(renderer.renderLetter(view, { ...envelope, timezone: 'Asia/Kathmandu' }).text).toContain(
      '20:45 Kathmandu time',
    );
    expect(
      renderer.renderLetter(view, { ...envelope, timezone: 'No/Where', locale: 'xx-invalid-' }).text,
    ).toContain('15:00 UTC time');
  });

  it('shortens the middle of a subject, never its end', () => {
    const subject = fitSubject(
      `Hot lead: ${'very '.repeat(30)}long, about €28,000, answer by 16:00`,
      'L-4F7K2Q',
    );
    expect(subject.length).toBeLessThanOrEqual(78);
    expect(subject).toMatch(/^Hot lead: very.*….*answer by 16:00 \[L-4F7K2Q\]$/);
    expect(fitSubject('a\r\nBcc: x@y.example', 'L-1')).toBe('a Bcc: x@y.example [L-1]');
  });
});
