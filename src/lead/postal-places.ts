import type { Locate } from './match-values.ts';

/** Where a postal code lies: the middle of its places. */
export interface PostalPlace {
  readonly lat: number;
  readonly lon: number;
}

/** By country (ISO 3166-1 alpha-2), then by code as `bareCode` writes it. */
export type PostalPlaces = ReadonlyMap<string, ReadonlyMap<string, PostalPlace>>;

/** As codes are compared: capital letters and digits only (`SW1A 1AA`, `sw1a1aa`). */
export const bareCode = (code: string): string => code.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');

/** Shorter beginnings of a code are whole regions. */
const shortest = 3;

/**
 * Finds places by postal code. Where a list has only the beginnings of codes (Dutch numbers, British districts,
 * Canadian sortation areas), the longest beginning of three characters and more counts.
 */
export function locateIn(places: PostalPlaces): Locate {
  return (country, postalCode) => {
    const codes = places.get(country.toUpperCase());
    if (!codes) return undefined;
    const code = bareCode(postalCode);
    for (let length = code.length; length >= shortest; length -= 1) {
      const found = codes.get(code.slice(0, length));
      if (found) return found;
    }
    return undefined;
  };
}
