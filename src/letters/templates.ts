import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { LetterKind } from './letter.ts';
import { letterKinds } from './letter.ts';
import { asPartials, compile, engine, type Fill, type Filling } from './template-engine.ts';
import { htmlHelpers, textHelpers } from './template-verbs.ts';
import type { Locales } from './words.ts';

export interface LetterTemplate {
  readonly hash: string;
  readonly html: Fill;
  readonly text: Fill;
}
export type LetterTemplates = Readonly<Record<LetterKind, LetterTemplate>>;

export const templatesDir = resolve(import.meta.dirname, '../../templates');
const compiler = 'mjml 5.4.1, layout 2';

/**
 * Every letter template, compiled: MJML once per content, Handlebars once per process.
 *
 * @param filling how compiled templates are filled
 */
export async function loadTemplates(
  cacheDir: string,
  filling: Filling = asPartials,
): Promise<{ templates: LetterTemplates; locales: Locales }> {
  const parts = await readAll(join(templatesDir, 'parts'));
  const locales = await readLocales();
  const html = engine(htmlHelpers);
  const text = engine(textHelpers);
  const [fillHtml, fillText] = [filling(html), filling(text)];
  for (const [file, source] of parts)
    if (file.endsWith('.txt.hbs')) text.registerPartial(file.slice(0, -8), source);
  const sources = new Map<LetterKind, string>();
  for (const kind of letterKinds) sources.set(kind, await expand(kind, parts));
  const made = await allCompiled(sources, cacheDir);
  const textParts = [...parts].filter(([file]) => file.endsWith('.txt.hbs'));
  const load = async (kind: LetterKind): Promise<[LetterKind, LetterTemplate]> => {
    const plain = await readFile(join(templatesDir, `${kind}.txt.hbs`), 'utf8');
    return [
      kind,
      {
        hash: sha256(JSON.stringify([compiler, kind, sources.get(kind), plain, textParts, locales])),
        html: fillHtml(compile(html, made.get(kind) as string, htmlHelpers)),
        text: fillText(compile(text, plain, textHelpers, true)),
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

/** The HTML of every kind: from the cache, else made now. A warm start never loads mjml (330 ms, 60 MB). */
async function allCompiled(
  sources: ReadonlyMap<LetterKind, string>,
  cacheDir: string,
): Promise<ReadonlyMap<LetterKind, string>> {
  const fileOf = (kind: LetterKind, mjml: string): string =>
    join(cacheDir, `${kind}.${sha256(compiler + mjml).slice(0, 16)}.hbs`);
  const ready = new Map<LetterKind, string>();
  const missing = new Map<LetterKind, string>();
  for (const [kind, mjml] of sources) {
    const cached = await readFile(fileOf(kind, mjml), 'utf8').catch(() => undefined);
    if (cached === undefined) missing.set(kind, mjml);
    else ready.set(kind, cached);
  }
  for (const [kind, html] of missing.size > 0 ? await compiledApart(missing) : []) {
    await keep(fileOf(kind, missing.get(kind) as string), html);
    ready.set(kind, html);
  }
  return ready;
}

/** Written aside and moved: another process starting now must never read half a template. */
async function keep(file: string, html: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const aside = await mkdtemp(join(dirname(file), 'new-'));
  await writeFile(join(aside, 'html'), html);
  await rename(join(aside, 'html'), file);
  await rm(aside, { recursive: true });
}

/** In a thread of its own: the database is made meanwhile, and what mjml takes of memory goes with the thread. */
async function compiledApart(
  sources: ReadonlyMap<LetterKind, string>,
): Promise<ReadonlyMap<LetterKind, string>> {
  const worker = new Worker(new URL('./compile-worker.ts', import.meta.url), {
    workerData: sources,
    execArgv: [],
  });
  const [made] = await once(worker, 'message');
  return made as ReadonlyMap<LetterKind, string>;
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
