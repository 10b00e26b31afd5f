import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
];

/** The browser of this machine. @throws when there is none */
export function findChromium(): string {
  const named = process.env.CHROMIUM;
  const found = [...(named ? [named] : []), ...places].find((file) => existsSync(file));
  if (!found) throw new Error(`there is no Chromium at ${places.join(', ')}; run scripts/install-services`);
  return found;
}
