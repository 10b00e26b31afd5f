import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, parse, resolve } from 'node:path';
import Handlebars from 'handlebars';
import type { LetterKind } from './letter.ts';
import { letterKinds } from './letter.ts';
import { htmlHelpers, textHelpers } from './template-verbs.ts';
import type { Locales } from './words.ts';

export type Fill = (context: object, options: { data: object }) => string;
export interface LetterTemplate {
  readonly hash: string;
  readonly html: Fill;
  readonly text: Fill;
}
export type LetterTemplates = Readonly<Record<LetterKind, LetterTemplate>>;

export const templatesDir = resolve(import.meta.dirname, '../../templates');
const compiler = 'mjml 5.4.1, layout 1';

/** Every letter template, compiled: MJML once per content, Handlebars once per process. */
export async function loadTemplates(
  cacheDir: string,
): Promise<{ templates: LetterTemplates; locales: Locales }> {
  const parts = await readAll(join(templatesDir, 'parts'));
  const locales = await readLocales();
  const html = engine(htmlHelpers);
  const text = engine(textHelpers);
  for (const [file, source] of parts)
    if (file.endsWith('.txt.hbs')) text.registerPartial(file.slice(0, -8), source);
  const load = async (kind: LetterKind): Promise<[LetterKind, LetterTemplate]> => {
    const mjml = await expand(kind, parts);
    const plain = await readFile(join(templatesDir, `${kind}.txt.hbs`), 'utf8');
    const textParts = [...parts].filter(([file]) => file.endsWith('.txt.hbs'));
    return [
      kind,
      {
        hash: sha256(JSON.stringify([compiler, kind, mjml, plain, textParts, locales])),
        html: compile(html, await compiled(kind, mjml, cacheDir), htmlHelpers),
        text: compile(text, plain, textHelpers, true),
      },
    ];
  };
  const loaded: [LetterKind, LetterTemplate][] = [];
  for (const kind of letterKinds) loaded.push(await load(kind));
  return { templates: Object.fromEntries(loaded) as LetterTemplates, locales };
}

/** The layout with the body of a kind in its slot and every `<!-- part:name -->` replaced by that part's text. */
async function expand(kind: LetterKind, parts: ReadonlyMap<string, string>): Promise<string> {
  const layout = parts.get('layout.mjml') ?? '';
  const body = await readFile(join(templatesDir, `${kind}.mjml`), 'utf8');
  const part = (_: string, name: string): string => {
    const text = parts.get(`${name}.mjml`);
    if (text === undefined) throw new Error(`${kind}.mjml wants a part "${name}" that does not exist`);
    return text;
  };
  let source = layout.replace('<!-- body -->', () => body);
  // A part may hold a part; three levels are deeper than any of ours.
  for (let depth = 0; depth < 3; depth += 1) source = source.replace(/<!-- part:([\w-]+) -->/g, part);
  return source;
}

/** Compiled MJML from the cache, else made now; a warm start never loads mjml (330 ms, 60 MB). */
async function compiled(kind: LetterKind, mjml: string, cacheDir: string): Promise<string> {
  const file = join(cacheDir, `${kind}.${sha256(compiler + mjml).slice(0, 16)}.hbs`);
  const cached = await readFile(file, 'utf8').catch(() => undefined);
  if (cached !== undefined) return cached;
  const html = await compileMjml(kind, mjml);
  await mkdir(cacheDir, { recursive: true });
  // Written aside and moved: another process starting now must never read half a template.
  const aside = await mkdtemp(join(cacheDir, 'new-'));
  await writeFile(join(aside, 'html'), html);
  await rename(join(aside, 'html'), file);
  await rm(aside, { recursive: true });
  return html;
}

async function compileMjml(kind: string, mjml: string): Promise<string> {
  const { default: mjml2html } = await import('mjml');
  const out = await mjml2html(mjml, {
    fonts: {},
    ignoreIncludes: true,
    keepComments: true,
    validationLevel: 'strict',
  });
  const marks = (s: string): number => s.match(/\{\{/g)?.length ?? 0;
  if (marks(out.html) < marks(mjml)) throw new Error(`${kind}.mjml: a placeholder was lost`);
  if (/googleapis|<link\b/.test(out.html)) throw new Error(`${kind}.mjml: a remote resource crept in`);
  // MJML indents deeply; there is no preformatted text in a letter.
  return out.html.replace(/\n\s*/g, '\n');
}

export function engine(helpers: Readonly<Record<string, unknown>>): typeof Handlebars {
  const hb = Handlebars.create();
  for (const [name, helper] of Object.entries(helpers))
    hb.registerHelper(name, helper as Handlebars.HelperDelegate);
  return hb;
}

export function compile(hb: typeof Handlebars, source: string, helpers: object, noEscape = false): Fill {
  const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));
  return hb.compile(source, {
    strict: true,
    knownHelpers,
    knownHelpersOnly: true,
    noEscape,
    preventIndent: true,
  });
}

async function readLocales(): Promise<Locales> {
  const files = await readAll(join(templatesDir, 'locales'));
  return Object.fromEntries(
    [...files].filter(([f]) => f.endsWith('.json')).map(([f, source]) => [parse(f).name, JSON.parse(source)]),
  );
}

async function readAll(dir: string): Promise<Map<string, string>> {
  const names = (await readdir(dir)).sort();
  return new Map(
    await Promise.all(
      names.map(async (n): Promise<[string, string]> => [n, await readFile(join(dir, n), 'utf8')]),
    ),
  );
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
