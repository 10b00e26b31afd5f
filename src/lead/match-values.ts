import { decimal, type Money } from './money.ts';

/** Finds a place by country and postal code, where the installation has such a list. */
export type Locate = (
  country: string,
  postalCode: string,
) => { readonly lat: number; readonly lon: number } | undefined;

/** Follows a dotted path through own properties; undefined where it ends early. */
export function ownValue(root: unknown, path: string): unknown {
  return ownAt(root, path.split('.'));
}

/** `ownValue` for a path that was split before. */
export function ownAt(root: unknown, keys: readonly string[]): unknown {
  let value = root;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** A place as a point of the unit sphere: measuring between two such points takes no sine and no cosine. */
export type Spot = readonly [x: number, y: number, z: number];

export function spotOf({ lat, lon }: { readonly lat: number; readonly lon: number }): Spot {
  const rad = Math.PI / 180;
  const around = Math.cos(lat * rad);
  return [around * Math.cos(lon * rad), around * Math.sin(lon * rad), Math.sin(lat * rad)];
}

/**
 * Great-circle distance in km, haversine with R = 6371: half the chord between two points of the unit sphere is the
 * square root of their haversine.
 */
export function haversineKm(a: Spot, b: Spot): number {
  const [x, y, z] = [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  return 2 * 6371 * Math.asin(Math.min(1, Math.sqrt(x * x + y * y + z * z) / 2));
}

/** A list, a lone value as a list of one, silence as the empty list. */
export function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  return value === undefined || value === null || value === '' ? [] : [value];
}

/** A number, numeric string or amount of money (in whole units); undefined for anything else. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'object' && value !== null) {
    if (Object.hasOwn(value, 'minor')) return Number(decimal(value as Money));
    return Object.hasOwn(value, 'amount') ? numberOf((value as { amount: unknown }).amount) : undefined;
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Coordinates of an object with `lat, lon`, or with `country, postal_code` when `locate` knows them. */
export function placeOf(
  value: unknown,
  locate?: Locate,
): { readonly lat: number; readonly lon: number } | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { lat, lon, country, postal_code } = value as Record<string, unknown>;
  if (typeof lat === 'number' && typeof lon === 'number') return { lat, lon };
  return locate && typeof country === 'string' && typeof postal_code === 'string'
    ? locate(country, postal_code)
    : undefined;
}
