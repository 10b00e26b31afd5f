import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';

/** How a letter can be met: on what, in which light, with or without pictures. */
const ways = [
  { name: 'phone.light', width: 390, height: 844, colorScheme: 'light', pictures: true },
  { name: 'phone.dark', width: 390, height: 844, colorScheme: 'dark', pictures: true },
  { name: 'phone.no-pictures', width: 390, height: 844, colorScheme: 'light', pictures: false },
  { name: 'desktop.light', width: 1000, height: 844, colorScheme: 'light', pictures: true },
  { name: 'desktop.dark', width: 1000, height: 844, colorScheme: 'dark', pictures: true },
  { name: 'desktop.no-pictures', width: 1000, height: 844, colorScheme: 'light', pictures: false },
] as const;

/**
 * Every letter in every way on one sheet: `contact-sheet.html` and, as one picture, `contact-sheet.png`. Shows the
 * first screen of each; the whole letters are the .html files beside it.
 *
 * @param names of the letters whose `<name>.html` lies in `dir`
 */
export async function contactSheet(browser: Browser, dir: string, names: readonly string[]): Promise<void> {
  for (const way of ways) {
    const { width, height, colorScheme, pictures } = way;
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      javaScriptEnabled: false,
    });
    if (!pictures)
      await context.route('**/*', (route) =>
        route.request().resourceType() === 'image' ? route.abort() : route.continue(),
      );
    const page = await context.newPage();
    for (const name of names) {
      await page.goto(pathToFileURL(join(dir, `${name}.html`)).href);
      await page.screenshot({ path: join(dir, `${name}.${way.name}.png`) });
    }
    await context.close();
  }
  await writeFile(join(dir, 'contact-sheet.html'), sheet(names));
  const page = await browser.newPage({ viewport: { width: 1500, height: 900 } });
  await page.goto(pathToFileURL(join(dir, 'contact-sheet.html')).href);
  await page.screenshot({ path: join(dir, 'contact-sheet.png'), fullPage: true });
  await page.close();
}

/** A few letters side by side, small enough for a page of the documentation. */
export async function familyPicture(
  browser: Browser,
  dir: string,
  names: readonly string[],
  to: string,
): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 234 * names.length + 14, height: 520 } });
  const shots = names.map(
    (name) => `<img src="${pathToFileURL(join(dir, `${name}.phone.light.png`)).href}" alt="${name}">`,
  );
  const style =
    'body{margin:14px;display:flex;gap:14px;background:#dfe5ec}img{width:220px;border-radius:10px}';
  await writeFile(
    join(dir, 'family.html'),
    `<!doctype html><title>Letters</title><style>${style}</style>${shots.join('')}`,
  );
  await page.goto(pathToFileURL(join(dir, 'family.html')).href);
  await page.screenshot({ path: to });
  await page.close();
}

const sheet = (names: readonly string[]): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Letters</title>
<style>
body { margin: 16px; font: 13px/18px system-ui, sans-serif; background: #dfe5ec; color: #1b1f24 }
th { text-align: left; padding: 12px 4px 4px; font-size: 15px }
td { padding: 4px; vertical-align: top }
img { height: 300px; border: 1px solid #76849a; display: block }
</style></head><body><table>
${names
  .map(
    (
      name,
    ) => `<tr><th colspan="${ways.length}"><a href="${name}.html">${name}</a> <a href="${name}.txt">text</a></th></tr>
<tr>${ways.map((way) => `<td><img src="${name}.${way.name}.png" alt="${name}, ${way.name}">${way.name}</td>`).join('')}</tr>`,
  )
  .join('\n')}
</table></body></html>
`;
