import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { type Browser, chromium, type Page } from 'playwright-core';

/**
 * Makes `docs/pictures/*.png` from a sandbox that really runs: the offer as it lies in a partner's inbox, the page
 * behind Accept on a phone, and the lead afterwards. `node scripts/readme-pictures.ts`; needs Chromium.
 */
const root = path.resolve(import.meta.dirname, '..');
const out = path.join(root, 'docs/pictures');
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (file) => existsSync(file),
);
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Grey edges of letters instead of coloured ones.
  '--disable-lcd-text',
];
const phone = { width: 380, height: 820 };
const largest = 200_000;

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
  const child = spawn(process.execPath, ['src/main.ts', 'start'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
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
  const offer = await offerOf(url, await sendLead(url));
  const context = await browser.newContext({ colorScheme: 'light' });
  const desk = await context.newPage();
  await desk.setViewportSize({ width: 1180, height: 820 });
  await desk.goto(`${url}/sandbox?${new URLSearchParams({ box: offer.to, message: offer.id })}`);
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

/** @returns the lead's reference */
async function sendLead(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v1/leads`, {
    method: 'POST',
    headers: { authorization: 'Bearer sandbox', 'content-type': 'application/json' },
    body: JSON.stringify({
      source: 'web form',
      temperature: 'hot',
      summary:
        'Heat pump for a terraced house, 140 m², gas boiler from 1994. Would like to have it before winter.',
      products: ['heat-pump'],
      value: { amount: '18000.00', currency: 'GBP' },
      prospect: {
        name: 'Maria Sample',
        phone: '+44 20 7946 0199',
        email: 'maria@customer.example',
        street: '4 Sample Street',
        postal_code: 'N1 9GU',
        city: 'London',
        country: 'GB',
      },
      consent: { given: true },
    }),
  });
  if (response.status !== 201) throw new Error(`the lead was not taken: ${await response.text()}`);
  return ((await response.json()) as { reference: string }).reference;
}

interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
}

/** An offer of the lead just sent in, to somebody who reads English; letters follow within seconds. */
async function offerOf(url: string, reference: string): Promise<Mail> {
  for (let tries = 0; tries < 100; tries++) {
    const response = await fetch(`${url}/sandbox/messages?limit=10`);
    const { items } = (await response.json()) as { items: Mail[] };
    const found = items.find(
      (mail) => mail.subject.startsWith('Hot lead') && mail.subject.includes(reference),
    );
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`nobody got an offer of ${reference}`);
}

/** The inbox on a desk, the two pages on phones; pixel for pixel, which keeps the picture sharp and small. */
async function sideBySide(page: Page, pictures: readonly Buffer[]): Promise<Buffer> {
  await page.setViewportSize({ width: 2080, height: 880 });
  await page.setContent(`<!doctype html><style>
    body { margin: 0; display: flex; justify-content: space-evenly; align-items: center; height: 880px; background: #dfe5ec; }
    img { display: block; border: 4px solid #1b1f24; border-radius: 10px; }
    img + img { border-width: 10px 8px; border-radius: 24px; }
  </style>${pictures.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`).join('')}`);
  await page.waitForLoadState('load');
  return inFewColours(page, await page.screenshot({ animations: 'disabled' }));
}

/** The same picture with a palette: the 256 commonest colours stay as they are, any other becomes the nearest of them. */
async function inFewColours(page: Page, png: Buffer): Promise<Buffer> {
  const { width, height, pixels } = await decoded(page, png);
  const counts = new Map<number, number>();
  for (const colour of pixels) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const palette = [...counts.keys()]
    .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0))
    .slice(0, 256);
  const nearest = new Map([...counts.keys()].map((colour) => [colour, nearestOf(palette, colour)]));
  const rows = Buffer.alloc((width + 1) * height);
  pixels.forEach((colour, i) => {
    rows[Math.floor(i / width) * (width + 1) + 1 + (i % width)] = nearest.get(colour) as number;
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Its pixels as numbers 0xrrggbb; the browser knows how to read a PNG. */
async function decoded(
  page: Page,
  png: Buffer,
): Promise<{ width: number; height: number; pixels: readonly number[] }> {
  const read = `(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${png.toString('base64')}';
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const pixels = [];
    for (let i = 0; i < data.length; i += 4) pixels.push((data[i] << 16) | (data[i + 1] << 8) | data[i + 2]);
    return JSON.stringify({ width: image.width, height: image.height, pixels });
  })()`;
  return JSON.parse(await page.evaluate<string>(read));
}

function nearestOf(palette: readonly number[], colour: number): number {
  const apart = (other: number): number =>
    [16, 8, 0].reduce((sum, bits) => sum + (((colour >> bits) & 255) - ((other >> bits) & 255)) ** 2, 0);
  let best = 0;
  for (let i = 1; i < palette.length; i++)
    if (apart(palette[i] as number) < apart(palette[best] as number)) best = i;
  return best;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

async function keep(name: string, png: Buffer): Promise<void> {
  if (png.length >= largest)
    throw new Error(`${name}.png has ${png.length} bytes; a picture of the README stays below ${largest}`);
  await writeFile(path.join(out, `${name}.png`), png);
  console.log(`docs/pictures/${name}.png: ${png.length} bytes`);
}
