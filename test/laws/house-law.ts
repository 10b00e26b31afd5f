import { lineOf, type Node, nodesOf, type Source } from './source.ts';

/** Files that may read the machine's clock or ask for chance; everybody else is handed `now` and ids. */
const MAY_ASK_CLOCK_AND_CHANCE = [
  /^src\/postgres\/clock\.ts$/,
  /^src\/dispatch\/ids\.ts$/,
  /^src\/(main|compose)\.ts$/,
  // Timers and leases of sockets; when domain work falls due is not decided by them.
  /^src\/(timetable|mail)\//,
];

const MAY_ASK_SQL_CLOCK = /^src\/postgres\/clock\.ts$/;

const CLOCKS = ['Date.now', 'performance.now', 'Temporal.Now', 'process.hrtime'];
const CHANCE = ['randomUUID', 'randomBytes', 'randomInt', 'getRandomValues'];
const SQL_CLOCK =
  /(?<![.\w])(?:(?:now|clock_timestamp|statement_timestamp|transaction_timestamp)\s*\(\s*\)|(?:current_timestamp|current_date|current_time|localtimestamp)\b)/i;

const VAGUE_NAME =
  /(?:^|-)(?:utils?|helpers?|managers?)$|^(?:common|commons|services?|types?|core|misc|shared)$/;

/** Uses of the clock and of chance where `now` and ids should be handed in. */
export function clockAndChanceFaults(sources: readonly Source[]): string[] {
  const faults = sources
    .filter((source) => !MAY_ASK_CLOCK_AND_CHANCE.some((allowed) => allowed.test(source.path)))
    .flatMap((source) =>
      nodesOf(source).flatMap((node) => {
        const asked = asksClockOrChance(node);
        return asked === undefined ? [] : [`${place(source, node)} uses ${asked}: take now or ids from deps`];
      }),
    );
  // An import has its name twice in the tree, as imported and as called here.
  return [...new Set(faults)];
}

/** SQL that asks the database's own clock instead of being given the transaction's `now`. */
export function sqlClockFaults(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => !MAY_ASK_SQL_CLOCK.test(source.path))
    .flatMap((source) =>
      nodesOf(source).flatMap((node) => {
        const asked = memberName(node)?.endsWith('fn.now') ? 'fn.now' : SQL_CLOCK.exec(literal(node))?.[0];
        return asked === undefined ? [] : [`${place(source, node)} says ${asked} in SQL: pass tx.now`];
      }),
    );
}

/** Anything that waits inside the pure rooms. */
export function asyncFaults(sources: readonly Source[]): string[] {
  return sources
    .filter((source) => source.path.startsWith('src/lead/'))
    .flatMap((source) =>
      nodesOf(source)
        .filter((node) => node.async === true || node.type === 'AwaitExpression')
        .map((node) => `lead is pure but ${place(source, node)} is async`),
    );
}

/** Names that say nothing about what lies inside. */
export function nameFaults(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path }) => {
    const vague = path.split('/').find((part) => VAGUE_NAME.test(part.replace(/\..*$/, '')));
    return vague === undefined
      ? []
      : [`${path}: "${vague}" does not say what it is; name it by what it does`];
  });
}

/** Tests that do not run, or keep others from running. */
export function sleepingTestFaults(sources: readonly Source[]): string[] {
  return sources.flatMap((source) =>
    nodesOf(source).flatMap((node) => {
      const name = memberName(node) ?? '';
      const sleeps = /^(?:test|it|describe|suite|bench)\b.*\.(?:skip|only|todo|skipIf|runIf|fails)$/.test(
        name,
      );
      return sleeps ? [`${place(source, node)} says ${name}: a test runs or goes`] : [];
    }),
  );
}

function asksClockOrChance(node: Node): string | undefined {
  const noArguments = (node.arguments as unknown[] | undefined)?.length === 0;
  const callee = (node.callee as Node | undefined)?.name;
  if (noArguments && callee === 'Date') return 'the current date';
  const name = memberName(node);
  if (name === 'Math.random' || CLOCKS.includes(name ?? '')) return name;
  return node.type === 'Identifier' && CHANCE.includes(String(node.name)) ? String(node.name) : undefined;
}

function memberName(node: Node): string | undefined {
  return node.type === 'MemberExpression' ? dottedName(node) : undefined;
}

/** `Date.now` for the syntax tree of Date.now, also inside longer chains. */
function dottedName(node: Node | undefined): string | undefined {
  if (node?.type === 'Identifier') return String(node.name);
  if (node?.type === 'CallExpression') return dottedName(node.callee as Node);
  if (node?.type !== 'MemberExpression' || node.computed === true) return undefined;
  const object = dottedName(node.object as Node);
  return object && `${object}.${dottedName(node.property as Node)}`;
}

function literal(node: Node): string {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateElement') return (node.value as { raw: string }).raw;
  return '';
}

function place(source: Source, node: Node): string {
  return `${source.path}:${lineOf(source, node.start)}`;
}
