import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Renderer } from '../../../src/letters/render.ts';
import { sharedLetters } from '../../harness/run-dir.ts';
import { everyDigest } from '../../letters/digest-samples.ts';
import { envelope, everyLetter } from '../../letters/samples.ts';
import { findChromium } from './chromium.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const letters = {
  ...everyLetter(),
  ...Object.fromEntries(Object.entries(everyDigest).map(([kind, of]) => [kind, of()])),
};

let browser: Browser;
let renderer: Renderer;
beforeAll(async () => {
  renderer = await sharedLetters();
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
});
afterAll(() => browser?.close());

async function open(
  name: string,
  locale: string,
  width: number,
  colorScheme: 'light' | 'dark',
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 844 }, colorScheme });
  const view = letters[name] as NonNullable<(typeof letters)[string]>;
  await page.setContent(renderer.renderLetter(view, { ...envelope, locale }).html);
  return page;
}

/** What axe finds wrong, in words; mails have no landmarks, they are shown inside somebody else's page. */
async function wrong(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = await page.evaluate<string>(`axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { region: { enabled: false }, 'landmark-one-main': { enabled: false } },
  }).then(({ violations }) => JSON.stringify(violations.map((v) =>
    v.id + ': ' + v.help + ' at ' + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(' | '))))`);
  return JSON.parse(found) as string[];
}

describe('the first screen of an offer on a phone', () => {
  test.each(['en', 'de', 'fr', 'es', 'it', 'nl'])(
    'says in %s what, where, worth, until when, and shows both buttons',
    async (locale) => {
      const page = await open('offer', locale, 390, 'light');
      const bottom = async (found: ReturnType<Page['locator']>): Promise<number> => {
        const box = await found.boundingBox();
        return (box?.y ?? 9_999) + (box?.height ?? 9_999);
      };
      const shown = [
        page.locator('h1', { hasText: '89073 Ulm' }),
        page.getByText(/28[.,\s\u202f\u00a0]?000/).first(),
        page.getByText(/16:00/).first(),
        page.locator('a.go'),
        page.locator('.row a.quiet').first(),
      ];
      for (const found of shown) expect(await bottom(found)).toBeLessThanOrEqual(844);
      for (const name of ['a.go', '.row a.quiet']) {
        const box = await page.locator(name).first().boundingBox();
        expect(box?.height).toBeGreaterThanOrEqual(48);
        expect(box?.width).toBeGreaterThanOrEqual(300);
      }
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await page.close();
    },
  );
});

describe.each(['light', 'dark'] as const)('in a %s room', (scheme) => {
  test.each(Object.keys(letters))('%s keeps nobody out', async (name) => {
    const page = await open(name, 'en', 390, scheme);
    expect(await wrong(page)).toEqual([]);
    await page.close();
  });
});

test('what keeps people out is seen', async () => {
  const page = await open('offer', 'en', 390, 'light');
  await page.evaluate(`document.querySelector('h1').style.color = '#cccccc'`);
  expect((await wrong(page)).join()).toContain('color-contrast');
  await page.close();
});
