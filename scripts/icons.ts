import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

/** Draws the icons of the home screen from `assets/icon.svg`: `node scripts/icons.ts`; run when the drawing changes. */
const assets = resolve(import.meta.dirname, '../assets');
const svg = readFileSync(`${assets}/icon.svg`, 'utf8');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const size of [180, 192, 512]) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    await page.setContent(
      `<style>body{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`,
    );
    await page.screenshot({ path: `${assets}/icon-${size}.png` });
    await page.close();
  }
} finally {
  await browser.close();
}
