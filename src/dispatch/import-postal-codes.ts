import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { bareCode } from '../lead/postal-places.ts';
import { replacePostalCodes } from '../postgres/postal-codes.ts';
import type { Deps } from './deps.ts';

export interface PostalFault {
  readonly line: number;
  readonly message: string;
}

export interface PostalImport {
  readonly countries: readonly { readonly country: string; readonly codes: number }[];
  readonly lines: number;
  readonly faults: readonly PostalFault[];
}

/** Sums of the places of one code, for their middle. */
interface Middle {
  lat: number;
  lon: number;
  places: number;
}

/**
 * Reads a postal code file of GeoNames (tab-separated, UTF-8, no header: country, code, place, six names and codes of
 * districts …, latitude, longitude, accuracy) and replaces the codes of the countries in it. A code with several
 * places lies in their middle. Nothing is written when a line is bad.
 *
 * @see https://download.geonames.org/export/zip/ readme.txt
 */
export async function importPostalCodes(deps: Pick<Deps, 'db'>, file: string): Promise<PostalImport> {
  const countries = new Map<string, Map<string, Middle>>();
  const faults: PostalFault[] = [];
  let line = 0;
  for await (const text of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    line += 1;
    if (text.trim() === '') continue;
    const message = take(text.replace(/^\ufeff/, '').split('\t'), countries);
    if (message && faults.length < mostFaults) faults.push({ line, message });
  }
  const counted = [...countries].map(([country, codes]) => ({ country, codes: codes.size }));
  if (faults.length > 0 || counted.length === 0) return { countries: [], lines: line, faults };
  await deps.db.inTransaction(async (tx) => {
    for (const [country, codes] of countries) await replacePostalCodes(tx, country, [...codes].map(middleOf));
  });
  return { countries: counted, lines: line, faults };
}

const mostFaults = 20;

/** @returns what is wrong with a line */
function take(cells: readonly string[], countries: Map<string, Map<string, Middle>>): string | undefined {
  const [country = '', written = ''] = cells;
  if (cells.length < 11)
    return `has ${cells.length} columns parted by tabs; a GeoNames postal code file has 12 (is this its readme, or another export?)`;
  if (!/^[A-Z]{2}$/.test(country)) return `column 1: "${country}" is no two-letter country code`;
  const code = bareCode(written);
  if (code === '') return 'column 2: the postal code is missing';
  const lat = coordinate(cells[9], 90);
  if (lat === undefined) return `column 10: "${cells[9] ?? ''}" is no latitude from -90 to 90`;
  const lon = coordinate(cells[10], 180);
  if (lon === undefined) return `column 11: "${cells[10] ?? ''}" is no longitude from -180 to 180`;
  const codes = countries.get(country) ?? new Map<string, Middle>();
  countries.set(country, codes);
  const sum = codes.get(code) ?? { lat: 0, lon: 0, places: 0 };
  codes.set(code, { lat: sum.lat + lat, lon: sum.lon + lon, places: sum.places + 1 });
  return undefined;
}

function coordinate(cell: string | undefined, most: number): number | undefined {
  const value = cell?.trim() ? Number(cell) : Number.NaN;
  return Math.abs(value) <= most ? value : undefined;
}

const middleOf = ([code, sum]: [string, Middle]) => ({
  code,
  lat: sum.lat / sum.places,
  lon: sum.lon / sum.places,
});
