import type { FieldFault } from '../lead/refusals.ts';
import type { Wording } from './words.ts';

/** How a programme makes letters its own, besides wording: the sender's name on top, and the colour of main buttons. */
export interface Brand {
  readonly name: string | null;
  /** A colour white words can be read on. */
  readonly fill: string | null;
}

/** The key in a programme's `letters` that is no language. */
export const brandKey = 'brand';
const hex = /^#[0-9a-f]{6}$/i;

export function brandOf(wording: Wording | undefined): Brand {
  const { name, colour } = wording?.[brandKey] ?? {};
  return { name: name ?? null, fill: colour && hex.test(colour) ? readable(colour) : null };
}

/** Pointers begin at `/letters/brand`. */
export function brandFaults(brand: Readonly<Record<string, string>>): FieldFault[] {
  return Object.entries(brand).flatMap(([key, value]) => {
    const pointer = `/letters/${brandKey}/${key.replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`;
    if (key === 'colour')
      return hex.test(value) ? [] : [{ pointer, message: 'must be a colour like #0a5f38' }];
    if (key !== 'name') return [{ pointer, message: 'there are only name and colour' }];
    return value.length <= 60 && !/[<>\p{C}]/u.test(value)
      ? []
      : [{ pointer, message: 'must be plain text of 60 characters at most' }];
  });
}

/** The colour itself, or the nearest darker one on which white words have a contrast of 4.5:1. */
export function readable(colour: string): string {
  const channels = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  for (let share = 100; share > 0; share -= 2) {
    const darker = channels.map((c) => Math.round((c * share) / 100));
    if (1.05 / (luminance(darker) + 0.05) >= 4.5)
      return `#${darker.map((c) => c.toString(16).padStart(2, '0')).join('')}`;
  }
  return '#000000';
}

/** Relative luminance (WCAG 2.2). */
function luminance(channels: readonly number[]): number {
  const [r = 0, g = 0, b = 0] = channels
    .map((c) => c / 255)
    .map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
