import { readFile } from 'node:fs/promises';
import { Failure } from './command.ts';

/** The JSON of a file, "-" being stdin. @throws Failure with the file's name when it cannot be read or is none */
export async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8');
  } catch (error) {
    throw new Failure(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure(`${file} is no JSON: ${(error as Error).message}`);
  }
}
