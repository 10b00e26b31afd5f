import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser } from 'playwright-core';
import { sampleLead, sampleLetter } from '../src/cli/sample-letters.ts';
import { letterKinds } from '../src/letters/letter.ts';
import { preparePages } from '../src/letters/pages.ts';
import type { Renderer } from '../src/letters/render.ts';
import { prepareLetters } from '../src/letters/render.ts';
import { everyPage } from '../test/letters/page-samples.ts';
import { envelope, everyLetter } from '../test/letters/samples.ts';
import { contactSheet, familyPicture } from './contact-sheet.ts';

/**
 * Renders every letter and page with sample data: .html, .txt and, where Chromium is there, a contact sheet of every
 * kind (phone and desktop, light and dark, without pictures); with `--pages` the pages too, as whole pictures.
 * `npm run letters -- [--out DIR] [--locale de] [--only offer] [--pages]`; `--update` writes the golden files anew,
 * `--picture` makes `docs/pictures/letters.png` of some of them.
 */
const family = ['offer', 'accepted', 'reminder', 'partner-digest'];
const docsPicture = resolve(import.meta.dirname, '../docs/pictures/letters.png');
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const screens = [
  { name: 'phone', width: 390, height: 844 },
  { name: 'desktop', width: 1280, height: 900 },
];

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: 'letters-out' },
    only: { type: 'string' },
    locale: { type: 'string', default: 'en' },
    pages: { type: 'boolean', default: false },
    picture: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
  },
});
const { locale } = values;
if (values.update) {
  const golden = ['vitest', 'run', 'test/letters/golden.test.ts', '--update'];
  process.exit(spawnSync('npx', golden, { stdio: 'inherit' }).status ?? 1);
}
const out = resolve(values.out);
await mkdir(out, { recursive: true });
const files = await writeLetters();
console.log(`${files.length} letters and pages written to ${out}`);
if (chromium) await takePictures(chromium, files);
else
  console.error(
    'NO PICTURES: Chromium is missing (apt-get install chromium). The .html and .txt files are complete.',
  );

async function writeLetters(): Promise<string[]> {
  const renderer = await prepareLetters(join(out, '.cache'));
  const names: string[] = [];
  const now = envelope.now;
  const kinds = letterKinds.map((kind) => [kind, sampleLetter(kind, sampleLead(now), now)] as const);
  const every = { ...everyLetter(), ...Object.fromEntries(kinds) };
  for (const [name, view] of Object.entries(every).filter(([n]) => !values.only || n.includes(values.only))) {
    const mail = renderer.renderLetter(view, { ...envelope, locale });
    await writeFile(join(out, `${name}.html`), mail.html);
    await writeFile(join(out, `${name}.txt`), mail.text);
    console.log(`${name.padEnd(18)} ${String(Buffer.byteLength(mail.html)).padStart(6)} B  ${mail.subject}`);
    names.push(name);
  }
  return values.pages ? [...names, ...(await writePages(renderer))] : names;
}

async function writePages(renderer: Renderer): Promise<string[]> {
  const { offer } = everyLetter();
  if (!offer) return [];
  const { renderPage } = preparePages();
  await copyFile(resolve(import.meta.dirname, '../assets/leadpost.css'), join(out, 'leadpost.css'));
  const pages = Object.entries(everyPage(renderer.renderLetter(offer, { ...envelope, locale }))).filter(
    ([n]) => !values.only || n.includes(values.only),
  );
  for (const [name, view] of pages) {
    const html = renderPage({ ...view, locale });
    console.log(`${name.padEnd(18)} ${String(Buffer.byteLength(html)).padStart(6)} B`);
    // Opened as a file there is no server behind `/assets`.
    await writeFile(join(out, `${name}.html`), html.replace('/assets/leadpost.css', 'leadpost.css'));
  }
  return pages.map(([name]) => name);
}

async function takePictures(executablePath: string, names: readonly string[]): Promise<void> {
  const { chromium: driver } = await import('playwright-core');
  const browser = await driver.launch({ executablePath, args: flags });
  try {
    await contactSheet(
      browser,
      out,
      names.filter((name) => (letterKinds as readonly string[]).includes(name)),
    );
    console.log(`the contact sheet is ${join(out, 'contact-sheet.html')}, and .png beside it`);
    if (values.picture) await familyPicture(browser, out, family, docsPicture);
    if (values.pages) await wholePictures(browser, names);
  } finally {
    await browser.close();
  }
}

async function wholePictures(browser: Browser, names: readonly string[]): Promise<void> {
  for (const screen of screens)
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await browser.newPage({ viewport: screen, colorScheme, javaScriptEnabled: false });
      for (const name of names) {
        await page.goto(pathToFileURL(join(out, `${name}.html`)).href);
        // The mail inside the sandbox page is a frame of its own and paints later.
        if (name === 'page-sandbox') await page.waitForTimeout(300);
        await page.screenshot({
          path: join(out, `${name}.${screen.name}.${colorScheme}.png`),
          fullPage: true,
        });
      }
      await page.close();
    }
  console.log(`${names.length * 4} pictures taken`);
}
