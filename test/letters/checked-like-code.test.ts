import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { preparePages } from '../../src/letters/pages.ts';
import type { RenderedLetter, Renderer } from '../../src/letters/render.ts';
import { inAscii } from '../../src/mail/seven-bit.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { contrast, inkOn } from './contrast.ts';
import { everyDigest } from './digest-samples.ts';
import { everyPage } from './page-samples.ts';
import { envelope, everyLetter } from './samples.ts';

let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);

const letters = {
  ...everyLetter(),
  ...Object.fromEntries(Object.entries(everyDigest).map(([k, of]) => [k, of({ rows: 12 })])),
};
const names = Object.keys(letters);
const mail = (name: string): RenderedLetter =>
  renderer.renderLetter(letters[name] as NonNullable<(typeof letters)[string]>, envelope);

interface Validator {
  validateStringSync(html: string): {
    results: { messages: { ruleId: string; message: string; line: number }[] }[];
  };
}
const { HtmlValidate } = createRequire(import.meta.url)('html-validate') as {
  HtmlValidate: new (config: object) => Validator;
};
const complaints = (validator: Validator, html: string): string[] =>
  validator
    .validateStringSync(html)
    .results.flatMap((r) => r.messages.map((m) => `${m.ruleId}: ${m.message} (line ${m.line})`));

/** What every mail has to be written with, whatever a validator of pages says: styles at the tag, tables, attributes of 1998. */
const mails = new HtmlValidate({
  extends: ['html-validate:recommended'],
  rules: {
    'no-inline-style': 'off',
    'no-deprecated-attr': 'off',
    'no-conditional-comment': 'off',
    'no-trailing-whitespace': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    'no-redundant-role': 'off',
    'prefer-native-element': 'off',
    'aria-label-misuse': 'off',
    'tel-non-breaking': 'off',
    'long-title': 'off',
    'presentation-role-style': 'off',
    'prefer-tbody': 'off',
    'text-content': 'error',
  },
});
const pages = new HtmlValidate({
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    'no-trailing-whitespace': 'off',
    'void-style': 'off',
    'doctype-style': 'off',
    'attribute-boolean-style': 'off',
    'attribute-empty-style': 'off',
    'no-inline-style': 'off',
    'tel-non-breaking': 'off',
    'long-title': 'off',
    'require-sri': 'off',
    'no-implicit-button-type': 'off',
    'no-implicit-input-type': 'off',
    // Boxes of one question share their name.
    'form-dup-name': 'off',
    'valid-id': ['error', { relaxed: true }],
    'prefer-tbody': 'off',
  },
});

describe('HTML', () => {
  it.each(names)('of the mail %s is valid', (name) => {
    expect(complaints(mails, mail(name).html)).toEqual([]);
  });

  it('of every page is valid', () => {
    const { renderPage } = preparePages();
    const every = Object.entries(everyPage(mail('offer')));
    expect(every.length).toBeGreaterThan(10);
    for (const [name, view] of every)
      expect(complaints(pages, renderPage({ ...view, locale: 'en' })), name).toEqual([]);
  });

  it.each(names)('of the mail %s travels as it is written', (name) => {
    const { html } = mail(name);
    // References mean nothing in styles and scripts, so these are ASCII from the start.
    expect(html.match(/<(style|script)[\s\S]*?<\/\1>/g)?.join('')).toMatch(/^[\t\n -~]+$/);
    expect(
      Math.max(
        ...inAscii(html)
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThan(998);
  });

  it('that is broken is seen', () => {
    const { html } = mail('offer');
    expect(complaints(mails, html.replace('<h1', '<h1 id="a" id="a"'))).not.toEqual([]);
    expect(complaints(mails, html.replace('</table>', ''))).not.toEqual([]);
    expect(complaints(mails, html.replace('</body>', '<img src="x.png"></body>'))).not.toEqual([]);
  });
});

interface Feature {
  readonly find: string;
  readonly support: string;
  readonly harmless?: string;
  readonly never?: boolean;
}
const { features } = JSON.parse(readFileSync(new URL('can-i-email.json', import.meta.url), 'utf8')) as {
  features: Record<string, Feature>;
};
/** Features of a mail that some mail program lacks, and whose absence would be missed. */
const missed = (html: string): string[] =>
  Object.entries(features).flatMap(([name, { find, support, harmless, never }]) =>
    new RegExp(find, 'i').test(html) && (never || (!harmless && /[^y]/.test(support))) ? [name] : [],
  );

describe('mail programs', () => {
  it.each(names)('can all show %s', (name) => {
    expect(missed(mail(name).html)).toEqual([]);
  });

  it('that lack something are known', () => {
    for (const html of [
      '<div style="display:flex">',
      '<svg></svg>',
      '<img src="https://x.example/a.png">',
      '<form>',
    ])
      expect(missed(html), html).toHaveLength(1);
  });
});

describe('colours', () => {
  const light = { card: '#ffffff' };

  it.each(names)('of %s can be read in a bright room', (name) => {
    const painted = inkOn(mail(name).html, light.card);
    expect(painted.length).toBeGreaterThan(5);
    for (const { ink, ground, words } of painted)
      expect(contrast(ink, ground), `${ink} on ${ground}: ${words}`).toBeGreaterThanOrEqual(4.5);
  });

  it('too pale for a bright room are seen, opacity included', () => {
    const pale =
      '<body><td style="background:#ffffff"><span style="color:#1e293b;opacity:.45">pale</span></td></body>';
    const [found] = inkOn(pale, light.card);
    expect(found?.words).toBe('pale');
    expect(contrast(found?.ink as string, found?.ground as string)).toBeLessThan(4.5);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 1);
  });

  it('of the dark scheme can be read on its grounds', () => {
    const css = /@media \(prefers-color-scheme:dark\)\{([\s\S]*?)\n\s*\}\n/.exec(
      readFileSync(new URL('../../templates/parts/layout.mjml', import.meta.url), 'utf8'),
    )?.[1] as string;
    const of = (selector: string, property: string): string => {
      const rule = css.split('}').find((one) => one.includes(selector)) ?? '';
      return (
        new RegExp(`[{;]\\s*${property}:(#[0-9a-f]{6})`).exec(rule)?.[1] ?? `${selector} has no ${property}`
      );
    };
    const [page, card, tint] = [
      of('body,', 'background'),
      of('.card', 'background'),
      of('.tint', 'background'),
    ];
    const pairs = [
      [of('.ink,', 'color'), card],
      [of('.soft div', 'color'), card],
      [of('.soft div', 'color'), page],
      [of('.ink a', 'color'), card],
      [of('.row .quiet', 'color'), of('.row .quiet', 'background')],
      [of('.tint', 'color'), tint],
    ] as const;
    for (const [ink, ground] of pairs)
      expect(contrast(ink, ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  });
});
