import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

/**
 * Makes `docs/pictures/*.png` from a sandbox that really runs: the offer as it lies in a partner's inbox, the page
 * behind Accept on a phone, and the lead afterwards. `node scripts/readme-pictures.ts`; needs Chromium.
 */
const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'docs/pictures');
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((file) => existsSync(file));
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const reader = 'ines@nordwaerme.example';
const phone = { width: 390, height: 844 };

if (!browserPath) {
  console.error('NO PICTURES: Chromium is missing (apt-get install chromium).');
  process.exitCode = 1;
} else {
  const sandbox = await startSandbox();
  const browser = await chromium.launch({ executablePath: browserPath, args: flags });
  try {
    await takePictures(browser, sandbox.url);
  } finally {
    await browser.close();
    await sandbox.stop();
  }
}

/** `npm start` on a free port, with a data directory of its own. */
async function startSandbox(): Promise<{ url: string; stop(): Promise<void> }> {
  const data = await mkdtemp(path.join(tmpdir(), 'leadpost-pictures-'));
  await chmod(data, 0o755);
  const env = { ...process.env, SANDBOX: 'true', PORT: '0', DATA_DIR: data };
  const child = spawn(process.execPath, ['src/main.ts', 'start'], { cwd: root, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    await rm(data, { recursive: true, force: true });
  };
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /open (http:\S+)\/sandbox/.exec(said)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', () => reject(new Error('the sandbox did not start')));
  });
  return { url, stop };
}

async function takePictures(browser: Browser, url: string): Promise<void> {
  await sendLead(url);
  const offer = await newestMail(url);
  const context = await browser.newContext({ colorScheme: 'light' });
  const desk = await context.newPage();
  await desk.setViewportSize({ width: 1240, height: 900 });
  await desk.goto(`${url}/sandbox?${new URLSearchParams({ box: reader, message: offer })}`);
  const link = await desk.frameLocator('iframe').locator('a[href*="/a/"]').first().getAttribute('href');
  // The mail is a frame of its own and paints a moment later than its page.
  await desk.waitForTimeout(500);
  const inbox = await desk.screenshot();
  const hand = await context.newPage();
  await hand.setViewportSize(phone);
  await hand.goto(link ?? url);
  const ask = await hand.screenshot();
  // What is pressed within a second was pressed by a machine.
  await hand.waitForTimeout(1_500);
  await hand.locator('button.go').click();
  await hand.waitForURL('**/l/**');
  const lead = await hand.screenshot();
  await mkdir(out, { recursive: true });
  await keep('offer-to-lead', await sideBySide(await context.newPage(), [inbox, ask, lead]));
}

async function sendLead(url: string): Promise<void> {
  const response = await fetch(`${url}/api/v1/leads`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
    body: JSON.stringify({
      source: 'web form',
      temperature: 'hot',
      summary: 'Heat pump for a detached house, 140 m², oil boiler from 1994. Would like to have it before winter.',
      products: ['heat-pump'],
      value: { amount: '28000.00', currency: 'EUR' },
      prospect: {
        name: 'Maria Sample', phone: '+49 731 5550 199', email: 'maria@customer.example',
        street: 'Sample Street 4', postal_code: '89073', city: 'Ulm', country: 'DE',
      },
      consent: { given: true },
    }),
  });
  if (response.status !== 201) throw new Error(`the lead was not taken: ${await response.text()}`);
}

/** The offer of the lead just sent in; letters follow within seconds. */
async function newestMail(url: string): Promise<string> {
  for (let tries = 0; tries < 50; tries++) {
    const query = new URLSearchParams({ to: reader, limit: '1' });
    const { items } = (await (await fetch(`${url}/sandbox/messages?${query}`)).json()) as {
      items: { id: string; subject: string }[];
    };
    if (items[0]?.subject.includes('Ulm, about €28,000')) return items[0].id;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${reader} got no offer`);
}

/** The inbox on a desk, the two pages on phones. */
async function sideBySide(page: Page, [inbox, ...phones]: readonly Buffer[]): Promise<Buffer> {
  const picture = (png: Buffer): string => `data:image/png;base64,${png.toString('base64')}`;
  await page.setViewportSize({ width: 1420, height: 610 });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 20px; display: flex; gap: 22px; align-items: center; background: #dfe5ec; box-sizing: border-box; height: 610px; }
    img { display: block; }
    .desk { height: 570px; border-radius: 8px; box-shadow: 0 2px 12px #0003; }
    .phone { height: 546px; border: 10px solid #1b1f24; border-radius: 26px; box-shadow: 0 2px 12px #0003; background: #1b1f24; }
  </style><img class="desk" src="${picture(inbox as Buffer)}">${phones.map((p) => `<img class="phone" src="${picture(p)}">`).join('')}`);
  await page.waitForLoadState('load');
  return page.screenshot({ animations: 'disabled' });
}

const largest = 200_000;

async function keep(name: string, png: Buffer): Promise<void> {
  if (png.length >= largest) throw new Error(`${name}.png has ${png.length} bytes; a picture of the README stays below ${largest}`);
  await writeFile(path.join(out, `${name}.png`), png);
  console.log(`docs/pictures/${name}.png: ${png.length} bytes`);
}
