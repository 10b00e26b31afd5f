import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { alice, bob, postLead, prospect, readLead, setStage, told } from '../../harness/cast.ts';
import { type House, startHouse } from '../../harness/house.ts';
import { linkTo, type Mail, tokenOf } from '../../harness/mail.ts';
import { findChromium } from './chromium.ts';

/**
 * Everything that looks at a mail besides its reader, each as it really behaves: only whoever presses buttons leaves a
 * trace, and that trace is a question by mail. And how many clicks a person needs, counted.
 */

let browser: Browser;
let house: House;
let reference: string;
let context: BrowserContext;
beforeAll(async () => {
  // Chromium's own sandbox needs privileges that neither root nor a container has.
  const args = ['--no-sandbox', '--disable-dev-shm-usage'];
  browser = await chromium.launch({ executablePath: findChromium(), args });
  house = await startHouse();
  await setStage(house);
});
afterAll(async () => {
  await browser?.close();
  await house?.stop();
});
beforeEach(async () => {
  reference = (await postLead(house)).reference;
  context = await browser.newContext();
});
afterEach(() => context.close());

const offerTo = (who: string): Promise<Mail> => house.newest(who, 'offer', reference);
const linksOf = (mail: Mail): string[] => mail.links.filter((link) => tokenOf(link));
const pause = (page: Page): Promise<void> => page.waitForTimeout(1_200);

/** What a visit has left on the lead's timeline. */
async function traceOf(visit: (links: string[], mail: Mail) => Promise<void>): Promise<string[]> {
  const mail = await offerTo(alice);
  const links = linksOf(mail);
  expect(links.length).toBeGreaterThan(1);
  const before = (await told(house, reference)).length;
  await visit(links, mail);
  return (await told(house, reference)).slice(before);
}

/** Somebody in front of a screen, whose clicks are counted. */
function person(page: Page) {
  let clicks = 0;
  return {
    count: () => clicks,
    /** Opens a mail as it is and clicks one of its links. */
    readAndClick: async (mail: Mail, name: string): Promise<void> => {
      await page.setContent(mail.html);
      clicks += 1;
      await page.getByRole('link', { name }).first().click();
      await page.waitForLoadState();
    },
    press: async (name: string): Promise<void> => {
      await pause(page);
      clicks += 1;
      await page.getByRole('button', { name }).click();
      await page.waitForLoadState();
    },
  };
}

/** A browser in which Alice has pressed a button before. */
async function knownBrowser(): Promise<void> {
  const { reference: earlier } = await postLead(house);
  const page = await context.newPage();
  const mail = await house.newest(alice, 'offer', earlier);
  await page.goto(linkTo(mail.links, 'accept'));
  await pause(page);
  await page.getByRole('button', { name: 'Yes, accept it' }).click();
  await page.waitForURL(/\/l\//);
  await page.close();
}

describe('what looks at a mail without pressing anything leaves no trace', () => {
  test('HEAD of every link, then GET, side by side', async () => {
    const trace = await traceOf(async (links) => {
      for (const method of ['HEAD', 'GET', 'GET'])
        await Promise.all(
          links.map(async (link) => expect((await fetch(link, { method })).status).toBe(200)),
        );
    });
    expect(trace).toEqual([]);
  });

  test('a browser that opens every link and runs its scripts', async () => {
    const trace = await traceOf(async (links) => {
      const pages = await Promise.all(links.map(async () => context.newPage()));
      await Promise.all(pages.map((page, i) => page.goto(links[i] as string, { waitUntil: 'networkidle' })));
      await pause(pages[0] as Page);
    });
    expect(trace).toEqual([]);
  });

  test('a browser that fetches ahead, even where its owner is known', async () => {
    await knownBrowser();
    const trace = await traceOf(async (links) => {
      for (const purpose of ['prefetch', 'prefetch;prerender']) {
        await context.setExtraHTTPHeaders({ 'Sec-Purpose': purpose });
        for (const link of links) {
          const page = await context.newPage();
          await page.goto(link, { waitUntil: 'networkidle' });
          await page.close();
        }
      }
    });
    expect(trace).toEqual([]);
  });

  test('a gateway that rewrites links, looks behind them, and sends people on', async () => {
    const gateway = await rewritingGateway();
    try {
      const trace = await traceOf(async (links) => {
        for (const link of links) expect((await fetch(gateway.rewrite(link))).status).toBe(200);
      });
      expect(trace).toEqual([]);
      // And the link it has rewritten still does what it is for, with two clicks.
      const mail = await offerTo(alice);
      const page = await context.newPage();
      const reader = person(page);
      const html = mail.html.replaceAll(
        /href="(http[^"]+)"/g,
        (_, url: string) => `href="${gateway.rewrite(url)}"`,
      );
      await reader.readAndClick({ ...mail, html }, 'Accept this lead');
      await reader.press('Yes, accept it');
      await page.waitForURL(/\/l\//);
      expect(reader.count()).toBe(2);
    } finally {
      gateway.close();
    }
  });

  test('a colleague to whom the mail was forwarded: the page says whose it is, and not who the customer is', async () => {
    const trace = await traceOf(async (links) => {
      const page = await context.newPage();
      for (const link of links) {
        await page.goto(link);
        const text = await page.locator('body').innerText();
        expect(text).toContain('Alice');
        expect(text).not.toContain(prospect.name);
      }
    });
    expect(trace).toEqual([]);
  });
});

describe('what presses buttons is asked by mail', () => {
  test('every page at once, then every button', async () => {
    const mail = await offerTo(bob);
    const pages: Page[] = [];
    for (const act of ['accept', 'decline']) {
      const page = await context.newPage();
      await page.goto(linkTo(mail.links, act));
      pages.push(page);
    }
    await pause(pages[0] as Page);
    for (const page of pages) await pressAll(page);
    await expectAsked(bob);
  });

  test('one link after the other, each with every button on its page', async () => {
    const mail = await offerTo(bob);
    for (const act of ['accept', 'decline']) {
      const page = await context.newPage();
      await page.goto(linkTo(mail.links, act));
      await pause(page);
      await pressAll(page);
    }
    await expectAsked(bob);
  });

  /** Whatever the page asks, and whatever is asked next. */
  async function pressAll(page: Page): Promise<void> {
    const button = page.locator('form#act button[type=submit]').first();
    for (let pressed = 0; pressed < 3 && (await button.count()) > 0; pressed++) {
      await button.click();
      await page.waitForLoadState();
    }
  }

  async function expectAsked(who: string): Promise<void> {
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing', claim: null });
    expect(await told(house, reference)).toContain('automation.suspected');
    const ask = await house.newest(who, 'ask', reference);
    expect(ask.text).toContain('probably from a mail scanner');
    // The browser it has used is not taken for the person's.
    const page = await context.newPage();
    await page.goto(linkTo(ask.links, 'accept'), { waitUntil: 'networkidle' });
    expect(await page.getByRole('button', { name: 'Yes, accept it' }).isVisible()).toBe(true);
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing' });
  }
});

describe('a person needs', () => {
  test('two clicks in a browser nobody has used before', async () => {
    const page = await context.newPage();
    const reader = person(page);
    await reader.readAndClick(await offerTo(alice), 'Accept this lead');
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing' });
    await reader.press('Yes, accept it');
    await page.waitForURL(/\/l\//);
    expect(await page.locator('main').innerText()).toContain(prospect.name);
    expect(reader.count()).toBe(2);
  });

  test('one click in a browser they have used before, and the page has broken no rule of its own', async () => {
    await knownBrowser();
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (m) => {
      if (m.type() === 'error' && !m.location().url.endsWith('/favicon.ico')) complaints.push(m.text());
    });
    const reader = person(page);
    await reader.readAndClick(await offerTo(alice), 'Accept this lead');
    await page.waitForURL(/\/l\//);
    expect(await page.locator('main').innerText()).toContain(prospect.name);
    expect([reader.count(), complaints]).toEqual([1, []]);
    // Going back shows what is, and presses nothing again.
    const facts = await told(house, reference);
    await page.goBack().catch(() => null);
    await pause(page);
    expect(await told(house, reference)).toEqual(facts);
  });

  test('one click to decline, and the page then asks why', async () => {
    await knownBrowser();
    const page = await context.newPage();
    const reader = person(page);
    await reader.readAndClick(await offerTo(alice), 'Not for me');
    await page.getByRole('radio').first().waitFor({ state: 'attached' });
    expect(await told(house, reference)).toContain('offer.declined');
    expect(reader.count()).toBe(1);
  });

  test('two clicks without scripts, wherever', async () => {
    await knownBrowser();
    const plain = await browser.newContext({
      javaScriptEnabled: false,
      storageState: await context.storageState(),
    });
    const page = await plain.newPage();
    await page.goto(linkTo((await offerTo(alice)).links, 'accept'));
    await pause(page);
    expect(await readLead(house, reference)).toMatchObject({ state: 'distributing' });
    await page.getByRole('button', { name: 'Yes, accept it' }).click();
    await page.waitForURL(/\/l\//);
    await plain.close();
  });

  test('to look: a page in the background, or drawn ahead, presses nothing until it is seen', async () => {
    await knownBrowser();
    for (const [name, value, event] of [
      ['visibilityState', "'hidden'", 'visibilitychange'],
      ['prerendering', 'true', 'prerenderingchange'],
    ] as const) {
      reference = (await postLead(house)).reference;
      const page = await context.newPage();
      await page.addInitScript(
        `Object.defineProperty(document, '${name}', { value: ${value}, configurable: true })`,
      );
      await page.goto(linkTo((await offerTo(alice)).links, 'accept'), { waitUntil: 'networkidle' });
      await pause(page);
      expect(await readLead(house, reference)).toMatchObject({ state: 'distributing' });
      await page.evaluate(`delete document.${name}; document.dispatchEvent(new Event('${event}'))`);
      await page.waitForURL(/\/l\//);
      expect(await readLead(house, reference)).toMatchObject({ state: 'claimed' });
    }
  });
});

interface Gateway {
  rewrite(link: string): string;
  close(): void;
}

/** As mail gateways do: `https://gateway/?url=…` looks behind the link with HEAD and GET, then sends the visitor on. */
async function rewritingGateway(): Promise<Gateway> {
  const server: Server = createServer(async (req, res) => {
    const url = new URL(req.url ?? '/', 'http://gateway').searchParams.get('url') ?? '';
    for (const method of ['HEAD', 'GET']) await (await fetch(url, { method })).text();
    res.writeHead(302, { Location: url }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    rewrite: (link) => `http://localhost:${port}/?url=${encodeURIComponent(link.replaceAll('&amp;', '&'))}`,
    close: () => server.close(),
  };
}
