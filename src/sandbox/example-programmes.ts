import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Programme } from '../lead/programme.ts';

const shelf = path.resolve(import.meta.dirname, '../../programmes');

/** The example programmes as shipped. They leave nothing out, so they need no filling in. */
export async function exampleProgrammes(): Promise<Programme[]> {
  const files = (await readdir(shelf)).filter((name) => name.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (name) => JSON.parse(await readFile(path.join(shelf, name), 'utf8')) as Programme),
  );
}
