import { beforeAll, describe, expect, it } from 'vitest';
import type { Lead } from '../../src/lead/lead.ts';
import { bars, columns } from '../../src/letters/charts.ts';
import type { DigestView } from '../../src/letters/digest-view.ts';
import type { Renderer } from '../../src/letters/render.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import {
  type DigestSample,
  distributorView,
  everyDigest,
  managerView,
  none,
  partnerView,
  vendorView,
} from './digest-samples.ts';
import { envelope, lead, prospect } from './samples.ts';

let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);

const mail = (view: DigestView, over = {}) => renderer.renderLetter(view, { ...envelope, ...over });
const decoded = (s: string): string =>
  s
    .replace(/&amp;/g, '&')
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'");
/** Where a button of Outlook leads, its colour and its words. */
const partsOf = (drawn: string): (string | undefined)[] => [
  /href="([^"]+)"/.exec(drawn)?.[1],
  /fillcolor="([^"]+)"/.exec(drawn)?.[1],
  />([^<>]+)<\/center>/.exec(drawn)?.[1],
];
const hrefs = (html: string): string[] =>
  [...html.matchAll(/href="([^"]*)"/g)].map((m) => decoded(m[1] ?? ''));

describe.each(Object.keys(everyDigest))('the %s', (kind) => {
  const view = (s?: DigestSample): DigestView => (everyDigest[kind] as (s?: DigestSample) => DigestView)(s);

  it('is complete: no hole, no placeholder, no object', () => {
    for (const one of [view(), view({ figures: none, rows: 0 }), view({ rows: 200 })]) {
      for (const locale of ['en', 'de']) {
        const { subject, preheader, html, text } = mail(one, { locale });
        for (const part of [subject, preheader, html, text])
          expect(part).not.toMatch(/undefined|\{\{|\[object|NaN|null|Infinity/);
        expect(subject.length).toBeLessThanOrEqual(78);
        expect(preheader.length).toBeGreaterThan(20);
      }
    }
  });

  it('stays below 80 KB with 200 rows: 7 with buttons, 25 in all, the rest counted', () => {
    const big = view({ rows: 200 });
    const { html, text } = mail(big);
    expect(Buffer.byteLength(html)).toBeLessThan(80_000);
    expect(Buffer.byteLength(text)).toBeLessThan(80_000);
    expect([big.needs.length, big.rest.length, big.more]).toEqual([7, 18, 175]);
    expect(text).toContain('and 175 more');
    expect(html).toContain('and 175 more');
  });

  it('has buttons that Outlook takes a press on all over, the same ones in the same order', () => {
    for (const locale of ['en', 'de', 'fr']) {
      const { html } = mail(view({ rows: 30 }), { locale });
      const drawn = [...html.matchAll(/<!--\[if mso\]>(<v:roundrect [\s\S]*?)<!\[endif\]-->/g)].map(
        (m) => m[1] ?? '',
      );
      const elsewhere = html.replace(/<!--\[if mso[\s\S]*?<!\[endif\]-->/g, '');
      const pressed = [
        ...elsewhere.matchAll(/<a class="\w+" href="([^"]+)"[^>]*background:([^;]+);[^>]*>([^<]+)<\/a>/g),
      ];
      expect(pressed.length > 0).toBe(view({ rows: 30 }).needs.some((row) => row.buttons.length > 0));
      expect(drawn.map(partsOf)).toEqual(pressed.map(([, url, fill, label]) => [url, fill, label]));
      for (const one of drawn) {
        const [, , label = ''] = partsOf(one);
        expect(Number(/width:(\d+)px/.exec(one)?.[1])).toBeGreaterThan(8 * label.length + 24);
        expect(Number(/height:(\d+)px/.exec(one)?.[1])).toBeGreaterThanOrEqual(48);
      }
      // Outlook shows its own and not the other ones as well.
      expect(html.replace(/<!--\[if !mso\]><!-->[\s\S]*?<!--<!\[endif\]-->/g, '')).not.toMatch(
        /<a class="\w+" [^>]*background:/,
      );
    }
  });

  it('has every link of the HTML in the text, in the same order, and numbers its rows', () => {
    const { html, text } = mail(view({ rows: 30 }));
    const links = [...new Set(hrefs(html).filter((h) => h.startsWith('http')))];
    const positions = links.map((link) => text.indexOf(`\n${link}\n`));
    expect(links.length).toBeGreaterThan(10);
    expect(positions.every((p) => p >= 0)).toBe(true);
    expect(positions).toEqual([...positions].sort((a, b) => a - b));
    const numbers = [...text.matchAll(/^(\d+)\. /gm)].map((m) => Number(m[1]));
    expect(numbers).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
  });

  it('keeps the text at 72 columns but for addresses', () => {
    for (const line of mail(view({ rows: 30 })).text.split('\n'))
      if (!line.startsWith('http')) expect(line.length).toBeLessThanOrEqual(72);
  });

  it('asks nothing of other servers, has one headline, and every button names its lead to who hears it', () => {
    const { html } = mail(view({ rows: 12 }));
    expect(html).not.toMatch(/<img|<link|@import|url\(|src=|<script|<form|<svg/);
    expect(hrefs(html).every((h) => /^(https:\/\/leads\.acme\.example\/|mailto:|tel:)/.test(h))).toBe(true);
    expect(html.match(/<h1/g)).toHaveLength(1);
    const labels = [...html.matchAll(/<a [^>]*aria-label="([^"]*)"/g)].map((m) => m[1]);
    expect(new Set(labels).size).toBe(labels.length);
    for (const label of labels) expect(label).toMatch(/: L-\d{6}$/);
  });

  it('invites to a reply by number where its rows are numbered, and to none at all where nobody reads them', () => {
    const said = mail(view());
    // Only who holds a row can speak of it.
    const rows = (part: string, row: RegExp) =>
      [...part.matchAll(row)].map(([, number, lead]) => `${number} ${lead}`);
    const numbered = rows(said.html, /<span\s+style="opacity:.75">(\d+)\.<\/span>[\s\S]*?(L-\d{6})/g);
    if (kind === 'partner-digest') {
      for (const part of [said.html, said.text]) expect(part).toMatch(/reply by number/);
      expect(numbered.length).toBeGreaterThan(2);
      expect(numbered).toEqual(rows(said.text, /^(\d+)\. [\s\S]*?(L-\d{6})/gm));
    } else {
      expect(said.html + said.text).not.toMatch(/reply by number/);
      expect(numbered).toEqual([]);
    }
    expect(said.html + said.text).not.toMatch(/mailto:reply|just reply/i);
    const silent = mail(view(), { replyTo: null });
    expect(silent.html + silent.text).not.toMatch(/write your reply|reply to|reply by|just reply/i);
    expect(silent.html).not.toMatch(/>\d+\.</);
  });

  it('shows a dash where there is nothing to divide by, and how many cases a figure rests on', () => {
    const { text } = mail(view({ figures: none, rows: 0 }));
    expect(text).toContain('Accepted: – (n = 0)');
    expect(text).toContain('Deal size (ADS): – (n = 0)');
    expect(text).toContain('Won value: – (n = 0)');
    expect(text).not.toMatch(/\d ?%/);
  });

  it('tells the change against the week before by arrow, word and amount', () => {
    const { text } = mail(view());
    expect(text).toContain('Accepted: 81% (▲ up 4 points, n = 21)');
    expect(text).toContain('Time to answer: 45 mins (▼ down 45 mins, n = 17)');
    expect(text).toContain('Overdue now: 4 (n = 30)');
  });

  it('comes back the same from JSON, without a token', () => {
    expect(JSON.parse(JSON.stringify(view()))).toEqual(view());
    expect(JSON.stringify(view())).not.toMatch(/eyJ/);
  });

  it('draws its trend with table cells, the week told of last and named', () => {
    const { html, text } = mail(view());
    expect(html.match(/<td height="\d+" bgcolor/g)).toHaveLength(8);
    expect(html).toContain('bgcolor="#15803d"');
    expect(text).toMatch(/^09\/11 +\d+ #+$/m);
    expect(mail(view({ figures: none, rows: 0 })).html).not.toContain('bgcolor="#15803d"');
  });

  it('lets hostile words end as text', () => {
    const evil = '<b onclick="alert(1)">x</b>{{x}} https://evil.example \u202E';
    const hostile: Lead = {
      ...lead,
      summary: evil,
      products: [evil],
      prospect: { ...prospect, name: evil, company: evil, city: evil, postal_code: evil },
    };
    const { html, text, subject } = mail(view({ l: hostile }));
    expect(html).not.toMatch(/<b onclick|\u202E/);
    expect(hrefs(html).every((h) => !h.includes('evil'))).toBe(true);
    expect(text.replaceAll('https://leads.acme.example', '')).not.toMatch(/https?:\/\//);
    expect(subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });
});

describe('who is told the customer', () => {
  const secrets = /Katharina|Oberm|5550|k\.ober|Münsterplatz/i;
  const told: Lead = { ...lead, summary: 'For Katharina Obermüller', products: ['Obermüller heat pump'] };

  it('is the holder, on the own rows of a partner’s report', () => {
    const view = partnerView({ rows: 10 });
    const rows = [...view.needs, ...view.rest];
    expect(
      rows
        .filter((r) => r.called === prospect.name)
        .map((r) => r.what)
        .sort(),
    ).toEqual(
      rows
        .filter((r) => r.mine && r.what !== 'offer')
        .map((r) => r.what)
        .sort(),
    );
    expect(mail(view).text).toContain('Katharina Obermüller');
    expect(mail(view).subject).not.toMatch(secrets);
  });

  it('is nobody on a colleague’s row or an open offer, which name the holder or nobody', () => {
    const view = partnerView({ rows: 20, l: told });
    const rows = [...view.needs, ...view.rest].filter((r) => !r.mine || r.what === 'offer');
    expect(rows.length).toBeGreaterThan(3);
    expect(JSON.stringify(rows)).not.toMatch(secrets);
    expect(partnerView({ rows: 5 }).rest.find((r) => !r.mine)).toMatchObject({
      holder: 'Bernd Colleague',
      buttons: [],
      page: null,
    });
  });

  it('is a manager for what they hold themselves, not for what a colleague or a partner below holds', () => {
    for (const view of [managerView({ rows: 20, l: told }), distributorView({ rows: 20, l: told })]) {
      const rows = [...view.needs, ...view.rest];
      expect(rows.some((r) => r.called === prospect.name)).toBe(true);
      const others = rows.filter((r) => r.holder !== null);
      expect(others.length).toBeGreaterThan(3);
      expect(JSON.stringify(others)).not.toMatch(secrets);
      const acts = new Set(others.flatMap((r) => r.buttons.map((b) => `${r.holder}: ${b.order.act}`)));
      expect([...acts].every((act) => act === 'Bernd Colleague: take-over')).toBe(true);
    }
  });

  it('is nobody in a vendor’s report', () => {
    const view = vendorView({ rows: 40, l: told });
    const { subject, preheader, html, text } = mail(view);
    for (const part of [JSON.stringify(view), subject, preheader, html, text])
      expect(part).not.toMatch(secrets);
  });
});

describe('words of a week', () => {
  it('say in subject and sentence what happened and what it wants', () => {
    const partner = mail(partnerView());
    expect(partner.subject).toBe('Your leads, 9–15 Nov: 3 won, 4 need you');
    expect(partner.preheader).toBe(
      '17 of 21 closed offers were accepted, 3 leads were won (worth €42,000 and £9,000), and 4 things need you.',
    );
    expect(mail(vendorView()).subject).toBe('Leads 9–15 Nov: 81% accepted, €42k and £9k won, 4 overdue');
    const quiet = mail(partnerView({ figures: none, rows: 0 }));
    expect(quiet.subject).toBe('Your leads, 9–15 Nov: nothing needs you');
    expect(quiet.text).toContain('No offer went out, no lead was won, and nothing needs you.');
  });

  it('speak the reader’s language and zone', () => {
    const { subject, text } = mail(vendorView(), { locale: 'de', timezone: 'Asia/Kathmandu' });
    expect(subject).toMatch(/^Leads 9\.–15\. Nov\.: 81\s%/);
    expect(text).toMatch(/Kathmandu/);
    expect(text).toMatch(/42\.000\sEUR und 9\.000\sGBP/);
  });
});

describe('charts', () => {
  const values = [
    { label: 'W44', value: 0 },
    { label: 'W45', value: 19 },
    { label: 'W46', value: 38 },
  ];
  it('make the largest column 72 pixels high and none of them invisible', () => {
    expect(columns(values).map((c) => c.px)).toEqual([2, 36, 72]);
    expect(columns([{ label: 'a', value: 0 }]).map((c) => c.px)).toEqual([2]);
  });
  it('have a twin of plain text in even columns', () => {
    expect(bars(values)).toEqual(['W44  0 ', `W45 19 ${'#'.repeat(12)}`, `W46 38 ${'#'.repeat(24)}`]);
  });
});
