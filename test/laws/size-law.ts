import { lineOf, nodesOf, type Source } from './source.ts';

const LONGEST_FILE = 300;
const LONGEST_FUNCTION = 60;

const FUNCTIONS = ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'];

/** Files and functions that are long without the file's first comment saying why ("Long because …"). */
export function sizeFaults(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !saysWhy(source))
    .flatMap((source) => [...longFile(source), ...longFunctions(source)]);
}

/** Open ends that nobody has taken: write TODO(name). */
export function openEndFaults(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    source.text.split('\n').flatMap((line, index) => {
      const open = /(?:\/\/|\/\*|^\s*\*).*\b(?:TODO|FIXME|XXX)\b(?!\(\w)/.test(line);
      return open
        ? [`${source.path}:${index + 1} leaves something open without an owner: write TODO(name)`]
        : [];
    }),
  );
}

function longFile(source: Source): string[] {
  const lines = source.text.trimEnd().split('\n').length;
  if (lines <= LONGEST_FILE) return [];
  return [`${source.path} has ${lines} lines; split it, or begin it with a comment "Long because …"`];
}

function longFunctions(source: Source): string[] {
  return nodesOf(source)
    .filter((node) => FUNCTIONS.includes(node.type))
    .map((node) => ({ from: lineOf(source, node.start), to: lineOf(source, node.end) }))
    .filter(({ from, to }) => to - from + 1 > LONGEST_FUNCTION)
    .map(
      ({ from, to }) =>
        `${source.path}:${from} is a function of ${to - from + 1} lines; split it, or say "Long because …" in the first comment`,
    );
}

function saysWhy({ text }: Source): boolean {
  const first = /^(?:#!.*\n)?\s*((?:\/\/.*\n\s*)+|\/\*[\s\S]*?\*\/)/.exec(text)?.[1] ?? '';
  return /\bLong because\b/.test(first);
}
