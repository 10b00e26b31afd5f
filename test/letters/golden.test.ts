import { beforeAll, describe, expect, it } from 'vitest';
import { sampleLead, sampleLetter } from '../../src/cli/sample-letters.ts';
import { type LetterView, letterKinds } from '../../src/letters/letter.ts';
import type { RenderedLetter, Renderer } from '../../src/letters/render.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { htmlOutline, plainOutline, wholeHtml } from './outline.ts';
import { envelope, everyLetter, now } from './samples.ts';

/**
 * Every kind in every language it is written in, as it was when somebody last looked at it. A change shows as a diff
 * of these files; `npm run letters -- --update` writes them anew.
 */
let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
}, 60_000);

const everywhere = ['en', 'de', 'fr', 'es', 'it', 'nl'];
const forVendor = ['en', 'de'];
const lead = sampleLead(now);
const cases = letterKinds.flatMap((kind) => {
  const { side } = sampleLetter(kind, lead, now).reader;
  return (side === 'vendor' ? forVendor : everywhere).map((locale) => ({ kind, locale }));
});
const write = (kind: (typeof letterKinds)[number], locale: string) =>
  renderer.renderLetter(sampleLetter(kind, lead, now), { ...envelope, locale });
/** Kinds that have a second shape. */
const shapes = [
  ...everywhere.map((locale) => ({ sample: 'reminder-update', locale, file: 'reminder-of-several' })),
  ...forVendor.map((locale) => ({ sample: 'bounce-notice-alone', locale, file: 'bounce-notice-of-lead' })),
];
const asFile = ({ subject, preheader, text, html }: RenderedLetter): string =>
  `${[`${subject}\n${preheader}`, plainOutline(text), htmlOutline(html)].join('\n\n=====\n\n')}\n`;

describe('as somebody last saw it', () => {
  it.each(cases)('$kind in $locale', async ({ kind, locale }) => {
    const written = asFile(write(kind, locale));
    expect(written).not.toMatch(/undefined|\{\{|\[object/);
    await expect(written).toMatchFileSnapshot(`golden/${locale}/${kind}.txt`);
  });

  it.each(shapes)('$file in $locale', async ({ sample, locale, file }) => {
    const view = everyLetter()[sample] as LetterView;
    const written = asFile(renderer.renderLetter(view, { ...envelope, locale }));
    expect(written).not.toMatch(/undefined|\{\{|\[object/);
    await expect(written).toMatchFileSnapshot(`golden/${locale}/${file}.txt`);
  });

  it.each(['offer', 'partner-digest'] as const)('%s with all its styles', async (kind) => {
    await expect(`${wholeHtml(write(kind, 'en').html)}\n`).toMatchFileSnapshot(`golden/${kind}.html.txt`);
  });
});
