import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vitest/node';

/** A source file as the laws see it; `path` is relative to the repository, with slashes. */
export type Source = { path: string; text: string };

/** Any node of the syntax tree; laws look at few fields, so no full types. */
export type Node = { type: string; start: number; end: number; [field: string]: unknown };

export type Import = { from: string; typeOnly: boolean };

const ROOT = path.join(import.meta.dirname, '../..');

/** Every TypeScript file below the given directories of the repository. */
export function sourcesIn(...directories: string[]): Source[] {
  return directories.flatMap((directory) =>
    readdirSync(path.join(ROOT, directory), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => path.posix.join(directory, file.split(path.sep).join('/')))
      .sort()
      .map((file) => ({ path: file, text: readFileSync(path.join(ROOT, file), 'utf8') })),
  );
}

/** All nodes of the file's syntax tree; comments are not among them. */
export function nodesOf(source: Source): Node[] {
  const found: Node[] = [];
  collect(parseAst(source.text, { lang: 'ts' }), found);
  return found;
}

/** What the file imports, re-exports or imports while running. */
export function importsOf(source: Source): Import[] {
  return nodesOf(source).flatMap((node) => {
    const from = (node.source as { value?: unknown } | null | undefined)?.value;
    if (typeof from !== 'string') return [];
    return [{ from, typeOnly: node.importKind === 'type' || node.exportKind === 'type' }];
  });
}

/** The line a node begins on, counted from 1. */
export function lineOf(source: Source, position: number): number {
  return source.text.slice(0, position).split('\n').length;
}

function collect(value: unknown, found: Node[]): void {
  if (Array.isArray(value)) {
    for (const element of value) collect(element, found);
  } else if (typeof value === 'object' && value !== null) {
    if (typeof (value as Node).type === 'string') found.push(value as Node);
    for (const field of Object.values(value)) collect(field, found);
  }
}
