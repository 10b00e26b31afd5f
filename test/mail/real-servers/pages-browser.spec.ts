import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { preparePages } from '../../../src/letters/pages.ts';
import { alice, postLead, readLead, setStage } from '../../harness/cast.ts';
import { type House, startHouse } from '../../harness/house.ts';
import { everyPage } from '../../letters/page-samples.ts';
import { lead } from '../../letters/samples.ts';
import { findChromium } from './chromium.ts';

/** Run inside the page as it is; the package brings no module that Node could run. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const css = readFileSync(new URL('../../../assets/leadpost.css', import.meta.url), 'utf8');

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
});
afterAll(() => browser?.close());

const { renderPage } = preparePages();
const mail = { subject: 'Hot lead', html: '<html lang="en"><head><title>x</title></head></html>', text: 'x' };
/** The widest words somebody could bring along: a name without a space, an address that never breaks. */
const long = {
  ...lead,
  summary: 'Donaudampfschifffahrtsgesellschaftskapitänsmützenproduktionsanlage'.repeat(2),
  prospect: {
    ...lead.prospect,
    name: 'Karl-Theodor-Maria-Nikolaus-Johann-Jacob-Philipp-Franz-Joseph',
    email: 'karl.theodor.maria.nikolaus.johann.jacob@donaudampfschifffahrtsgesellschaft.example',
  },
};

async function show(page: Page, html: string): Promise<void> {
  const link = '<link rel="stylesheet" href="/assets/leadpost.css">';
  // What stands in the head besides the style is asked of a server, and here there is none.
  const bare = html.replace(/<link rel="(?:icon|apple-touch-icon|manifest)"[^>]*>\n?/g, '');
  await page.setContent(bare.replace(link, () => `<style>${css}</style>`));
}

/** Rules that are broken, with the first element that breaks each. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"], iframes: false }).then((r) => r.violations.map((v) => ({ id: v.id, html: v.nodes[0].html, why: v.nodes[0].failureSummary })))',
  )) as { id: string; html: string; why: string }[];
  return found.map((v) => `${v.id}: ${v.html.slice(0, 160)} ${v.why.slice(0, 200)}`);
}

// The sandbox is a tool for developers with a page of its own and its own test.
const pages = Object.entries(everyPage(mail, long)).filter(([name]) => name !== 'page-sandbox');

describe.each(['light', 'dark'] as const)('every page on a telephone of 320 pixels, %s', (colorScheme) => {
  test.each(['en', 'de'])(
    'breaks no rule of accessibility and is never wider than the screen (%s)',
    async (locale) => {
      const page = await browser.newPage({ viewport: { width: 320, height: 640 }, colorScheme });
      const faults: string[] = [];
      for (const [name, view] of pages) {
        await show(page, renderPage({ ...view, locale }));
        const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
        if (width > 320) faults.push(`${name} is ${width} px wide`);
        if (locale === 'en') faults.push(...(await violations(page)).map((v) => `${name} ${v}`));
      }
      await page.close();
      expect(faults).toEqual([]);
    },
    300_000,
  );
});

describe('without scripts', () => {
  let house: House;
  beforeAll(async () => {
    house = await startHouse();
    await setStage(house);
  });
  afterAll(() => house.stop());

  test('a person picks a lead from their own page, reports on it and chooses what they get', async () => {
    const { reference } = await postLead(house);
    await house.newest(alice, 'offer', reference);
    const { deps } = house.running;
    const [person] = await deps.db.query<{ id: string }>('select id from people where email = $1', [alice]);
    const id = (person as { id: string }).id;
    const address = (act: 'my' | 'prefs', now: Date) => {
      const url = new URL(deps.links.url(act, { sub: id, act, obj: id, ver: 1 }, now));
      return new URL(url.pathname, house.url).href;
    };
    const context = await browser.newContext({
      viewport: { width: 320, height: 640 },
      javaScriptEnabled: false,
    });
    // Links name the address of the installation; the house of this test has a port of its own.
    await context.route('**/*', (route) => {
      const url = new URL(route.request().url());
      return url.origin === new URL(house.url).origin
        ? route.continue()
        : route.continue({ url: new URL(url.pathname, house.url).href });
    });
    const page = await context.newPage();
    const press = async (name: string | RegExp) => {
      await page.waitForTimeout(1_200);
      await page.getByRole('button', { name }).click();
    };
    await page.goto(address('my', await house.now()));
    await page.getByRole('link', { name: new RegExp(`Accept.*${reference}`) }).click();
    await press('Yes, accept it');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('It is yours');
    await page.goto(`${address('my', await house.now())}/updates`);
    await page.getByLabel('What is new?').selectOption('won');
    await page.getByText('Amount, day, reason, note').click();
    await page.getByLabel('Amount (EUR)').fill('31.500,00');
    await press('Save all');
    expect(await page.getByRole('status').first().textContent()).toContain('Saved: 1 lead.');
    expect(await readLead(house, reference)).toMatchObject({ state: 'won', outcome: { amount: '31500.00' } });
    await page.goto(address('prefs', await house.now()));
    await page.getByLabel('Every month').check();
    await page.getByLabel('Cold').uncheck();
    await press('Save');
    expect(await page.getByRole('status').first().textContent()).toBe('Saved.');
    expect(await page.getByLabel('Every month').isChecked()).toBe(true);
    await context.close();
  });
});
