import { lineOf, type Node, nodesOf, type Source } from './source.ts';

/** Where SQL may stand: the room that asks the database, and what brings it up to date. */
const MAY_SPEAK_SQL = /^(?:src\/postgres|migrations)\//;

/** Statements as they begin, or stand anywhere in a longer text. A sentence that says "select one from the list" has no table. */
const STATEMENTS = [
  /^\s*\(?\s*select\b[\s\S]*\bfrom\s+[a-z_"(]/i,
  /^\s*select\s+(?:pg_|count\(|exists\b|\d|\$)/i,
  /\binsert\s+into\s+[a-z_"]+\s*(?:\(|select\b|values\b|default\b|$)/i,
  /\bupdate\s+[a-z_"]+(?:\s+[a-z]+)?\s+set\s+[a-z_"]+\s*=/i,
  /\bdelete\s+from\s+[a-z_"]+(?:\s+[a-z]+)?\s*(?:where\b|using\b|$)/i,
  /^\s*(?:truncate|listen|notify|lock\s+table|(?:create|alter|drop)\s+(?:table|index|unique|function|type|view))\s+[a-z_"]/i,
  /^\s*with\s+(?:recursive\s+)?[a-z_]+\s+as\s*\(/i,
];

/** SQL that stands outside the room for it. */
export function sqlFaults(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !MAY_SPEAK_SQL.test(source.path))
    .flatMap((source) =>
      nodesOf(source).flatMap((node) => {
        const text = textOf(node);
        const found = text !== undefined && STATEMENTS.some((looks) => looks.test(text));
        return found
          ? [`${source.path}:${lineOf(source, node.start)} speaks SQL: only postgres/ and migrations do`]
          : [];
      }),
    );
}

/** The words of a string or a whole template, a name in place of each `${…}`. */
function textOf(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral') return undefined;
  return (node.quasis as { value: { raw: string } }[]).map((part) => part.value.raw).join('x');
}
