import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { acts } from '../../src/letters/acts.ts';
import { messageCodes } from '../../src/letters/message-codes.ts';
import { preparePages } from '../../src/letters/pages.ts';
import { actionPage, everyPage, leadPage, messagePage } from './page-samples.ts';
import { now, prospect } from './samples.ts';

const { renderPage } = preparePages();
const mail = {
  subject: 'Hot lead',
  html: '<html><head></head><body><a href="https://x.example">go</a></body></html>',
  text: 'Hot lead',
};
const pages = Object.entries(everyPage(mail));

describe.each(pages)('the page %s', (name, view) => {
  const html = renderPage(view);

  it('is complete, small and of one piece', () => {
    expect(html).not.toMatch(/undefined|\{\{|\[object|NaN/);
    expect(Buffer.byteLength(html)).toBeLessThan(40_000);
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).toMatch(/^<!doctype html>\n<html lang="en" dir="ltr">/);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map((m) => m[1]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('double-quotes every attribute and asks nothing of other servers', () => {
    for (const [tag] of html.matchAll(/<[a-z][^<>]*>/g)) {
      expect(tag.replace(/"[^"]*"/g, '')).not.toMatch(/=(?!\s|>|$)[^\s>]|'/);
    }
    // The map is somewhere else: a link that a person presses, told nothing of where they come from.
    const map = /<a [^>]*href="https:\/\/www\.openstreetmap\.org\/[^"]*" rel="noreferrer">/g;
    expect(html.replace(map, '')).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/style="/);
  });

  it('puts the heading and the vendor into the title', () => {
    if (name !== 'page-won') expect(/<title>(.*?)<\/title>/.exec(html)?.[1]).toMatch(/ · Acme Heating$/);
    else expect(html).toContain('<title>Error: You won it? · Acme Heating</title>');
  });
});

describe('an action page', () => {
  it('has one form with the nonce, a decoy people do not see, and one pre-selected button', () => {
    for (const act of acts) {
      const view = actionPage(act);
      const html = renderPage(view);
      expect(html.match(/<form/g)).toHaveLength(1);
      expect(html).toContain(`<input type="hidden" name="nonce" value="${view.form.nonce}">`);
      expect(html).toMatch(/class="decoy" aria-hidden="true".*name="website" value="" tabindex="-1"/);
      expect(html.match(/<button[^>]*autofocus/g)).toHaveLength(1);
      expect(html).not.toContain('<script');
    }
  });

  it('offers today, tomorrow and this week, with the programme’s choice made', () => {
    const html = renderPage(actionPage('accept'));
    for (const word of ['today', 'tomorrow', 'this-week'])
      expect(html).toContain(`name="promise" value="${word}"`);
    expect(html).toContain('value="tomorrow" checked');
  });

  it('submits itself only when told so, once visible', () => {
    expect(renderPage(actionPage('accept', { autoSubmit: true }))).toContain(
      '<script src="/assets/press.js" defer></script>',
    );
    expect(renderPage(actionPage('accept'))).not.toContain('<script');
  });

  it('is the same when it is rendered again, but for its nonce and what the minute changes', () => {
    const view = actionPage('accept', { deadline: new Date(now.getTime() + 90 * 60_000).toISOString() });
    const again = (more: object): string => renderPage({ ...view, ...more } as typeof view);
    const first = renderPage(view);
    const nonce = `${view.form.nonce.split('.')[0]}.another`;
    expect(again({ form: { ...view.form, nonce } })).toBe(first.replace(view.form.nonce, nonce));
    const later = again({ now: new Date(now.getTime() + 5 * 60_000) });
    expect([first, later].map((html) => /in \d+ (?:minutes|hours)/.exec(html)?.[0])).toEqual([
      'in 2 hours',
      'in 85 minutes',
    ]);
    expect(again({ others: 2 })).toContain('2 other partners');
    expect(again({ autoSubmit: true })).toContain('press.js');
    expect(renderPage(view)).toBe(first);
  });

  it('cuts no text that holds the sign for its nonce', () => {
    const vendorName = 'Acme \uE002 Heating';
    for (const nonce of ['one.nonce', 'another.nonce']) {
      const view = actionPage('accept', { vendorName });
      const html = renderPage({ ...view, form: { ...view.form, nonce } });
      expect(html.split(nonce)).toHaveLength(2);
      expect(html).toContain(`<p class="vendor">${vendorName}</p>`);
    }
  });

  it('never shows who the customer is', () => {
    for (const act of acts) {
      expect(renderPage(actionPage(act))).not.toMatch(
        /Katharina|Obermüller|5550 142|Münsterplatz|obermueller/,
      );
    }
  });
});

describe('other pages', () => {
  it('have words for every message, and somebody to ask', () => {
    for (const what of messageCodes) {
      const html = renderPage(messagePage(what));
      expect(html).toMatch(/<h1[^>]*>.{4,}<\/h1>/);
      expect(html).toContain('tel:+497115550199');
    }
  });

  it('show the holder everything, with a number to tap', () => {
    const html = renderPage(leadPage());
    for (const fact of [prospect.name, prospect.company, prospect.street, prospect.email])
      expect(html).toContain(fact);
    expect(html).toContain('href="tel:+497315550142"');
  });

  it('show a sandboxed mail without scripts, its links in new tabs', () => {
    const html = renderPage(everyPage(mail)['page-sandbox'] as never);
    expect(html).toContain('sandbox="allow-popups allow-popups-to-escape-sandbox"');
    expect(html).toContain('&lt;base target&#x3D;&quot;_blank&quot;&gt;');
    expect(html).toContain('nothing leaves this machine');
  });

  it('share one style sheet without anything from elsewhere', () => {
    const css = readFileSync(new URL('../../assets/leadpost.css', import.meta.url), 'utf8');
    expect(css).not.toMatch(/@import|url\(/);
    expect(css).toContain('light-dark(');
  });
});
