import path from 'node:path';
import { inject } from 'vitest';
import { prepareLetters, type Renderer } from '../../src/letters/render.ts';

/** The DATA_DIR of every house whose database lies elsewhere: it holds compiled templates, made once a run, and nothing else. */
export const sharedDataDir = (): string => inject('dataDir');

/** Where the compiled templates of this run lie. */
export const sharedTemplates = (): string => path.join(sharedDataDir(), 'templates');

/** The letters as the houses of this run write them. */
export const sharedLetters = (): Promise<Renderer> => prepareLetters(sharedTemplates());

/** What a process of its own gets of our environment: nothing that could set anything. */
export function bareEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', NODE_COMPILE_CACHE = '' } = process.env;
  return { PATH, HOME, NODE_COMPILE_CACHE };
}
