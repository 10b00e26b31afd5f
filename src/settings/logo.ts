import { readFileSync } from 'node:fs';

/** The vendor's logo, as mails carry it. */
export interface Logo {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
}

/** A picture goes along with every mail: it has to be small. */
export const mostLogoBytes = 20 * 1024;
const mostPixels = 2000;

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const last = Buffer.from('IEND\xaeB`\x82', 'latin1');

/** Reads a PNG file. @returns the logo, or what is wrong with it */
export function readLogo(file: string): Logo | string {
  try {
    return logoIn(readFileSync(file));
  } catch (error) {
    return `cannot be read: ${(error as Error).message}`;
  }
}

/** What mail programs everywhere show is a PNG; others they show as a broken picture. */
export function logoIn(png: Buffer): Logo | string {
  const isPng =
    png.subarray(0, 8).equals(signature) &&
    png.toString('latin1', 12, 16) === 'IHDR' &&
    png.subarray(-8).equals(last);
  if (!isPng) return 'must be a PNG picture';
  if (png.length > mostLogoBytes)
    return `must have ${mostLogoBytes / 1024} KB at most, it has ${Math.ceil(png.length / 1024)}`;
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  if (Math.min(width, height) < 1 || Math.max(width, height) > mostPixels)
    return `must have 1 to ${mostPixels} pixels each way`;
  return { png, width, height };
}
