import { mkdirSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { setStage } from '../../harness/cast.ts';
import { type House, startHouse } from '../../harness/house.ts';
import { findChromium } from './chromium.ts';

/** Where the pages are kept as pictures, when somebody wants to look: SCREENSHOTS=out npm run test:services. */
const pictures = process.env['SCREENSHOTS'];

let browser: Browser;
let house: House;
beforeAll(async () => {
  // Chromium's own sandbox needs privileges that neither root nor a container has.
  browser = await chromium.launch({
    executablePath: findChromium(),
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
});
afterAll(() => browser?.close());
beforeEach(async () => {
  house = await startHouse();
  await setStage(house);
});
afterEach(() => house.stop());

/** No page may ask to be scrolled sideways, nor talk to anybody else, nor break a rule of its own. */
async function expectTidy(page: Page, name: string, width: number): Promise<void> {
  if (pictures) {
    mkdirSync(pictures, { recursive: true });
    await page.screenshot({ path: `${pictures}/${name}-${width}.png`, fullPage: true });
  }
  const wide = await page.evaluate('document.documentElement.scrollWidth');
  expect(`${name}: ${wide} px wide`).toBe(`${name}: ${Math.min(Number(wide), width)} px wide`);
}

async function open(
  width: number,
): Promise<{ context: BrowserContext; page: Page; strangers: string[]; complaints: string[] }> {
  const context = await browser.newContext({
    viewport: { width, height: 844 },
    isMobile: width < 600,
    hasTouch: width < 600,
  });
  const strangers: string[] = [];
  const complaints: string[] = [];
  context.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== new URL(house.url).origin) strangers.push(request.url());
  });
  context.on('console', (message) => {
    // The pages name no icon, so the browser asks for the usual one; that there is none hurts nobody.
    const isIcon = message.location().url.endsWith('/favicon.ico');
    if (message.type() === 'error' && !isIcon) complaints.push(`${message.text()} ${message.location().url}`);
  });
  context.on('weberror', (error) => complaints.push(error.error().message));
  return { context, page: await context.newPage(), strangers, complaints };
}

describe.each([390, 1280])('the sandbox in a window of %i px', (width) => {
  const customer = width < 600 ? 'Petronella Silberkron' : 'Theodora Goldapfel';
  const topic = width < 600 ? 'the bakery in the valley' : 'the mill on the hill';

  test('a lead is posted, its mail opened, accepted with one button, and the page shows the customer', async () => {
    const { context, page, strangers, complaints } = await open(width);
    await page.goto(`${house.url}/sandbox`);
    await expectTidy(page, 'inbox', width);

    await page.locator('details.make summary').click();
    await page.locator('input[name=product]').fill('solar');
    await page.locator('input[name=summary]').fill(`A roof for ${topic}`);
    await page.locator('input[name=name]').fill(customer);
    await page.locator('details.make button.main').click();
    await page.getByRole('status').first().waitFor();

    // The offer comes within seconds; the page has no script, so it is asked for again.
    const offer = page
      .locator('.messages a', { hasText: 'offer' })
      .filter({ hasText: 'alice@a.example' })
      .first();
    for (let tries = 0; tries < 40 && (await offer.count()) === 0; tries++) {
      await page.waitForTimeout(250);
      await page.goto(`${house.url}/sandbox?box=alice%40a.example`);
    }
    await offer.click();
    await expectTidy(page, 'mail', width);
    expect(await page.content()).not.toContain(customer);

    const letter = page.frameLocator('article iframe');
    expect(await letter.locator('body').innerText()).toContain(`A roof for ${topic}`);
    const popup = context.waitForEvent('page');
    await letter.getByRole('link', { name: 'Accept this lead' }).first().click();
    const action = await popup;
    await action.waitForLoadState();
    await expectTidy(action, 'action', width);
    expect(await action.content()).not.toContain(customer);
    const button = action.getByRole('button', { name: 'Yes, accept it' });
    const size = await button.boundingBox();
    expect(size?.height).toBeGreaterThanOrEqual(44);
    expect((size?.y ?? 0) + (size?.height ?? 0)).toBeLessThanOrEqual(844);

    // A person needs a second to read; what is faster is taken for a machine.
    await action.waitForTimeout(1_200);
    await button.click();
    await action.waitForURL(/\/l\//);
    await expectTidy(action, 'lead', width);
    expect(await action.locator('main').innerText()).toContain(customer);
    expect(await action.locator('a[href^="tel:"]').count()).toBeGreaterThan(0);

    expect(strangers).toEqual([]);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
