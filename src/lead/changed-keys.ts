import type { Programme } from './programme.ts';

/**
 * Where a document differs from the one before, as dotted paths; a list that differs anywhere is named as a whole.
 * Everything when there was none before.
 */
export const changedKeys = (before: Programme | undefined, after: Programme): string[] =>
  Object.keys(after).flatMap((key) =>
    differing((before as unknown as Told | undefined)?.[key], (after as unknown as Told)[key], key),
  );

type Told = Readonly<Record<string, unknown>>;

function differing(before: unknown, after: unknown, path: string): string[] {
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
    return [...keys].flatMap((key) => differing(before[key], after[key], `${path}.${key}`));
  }
  return canonical(before) === canonical(after) ? [] : [path];
}

const isObject = (value: unknown): value is Told =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The database gives members back in an order of its own. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, v: unknown) =>
    isObject(v) ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1))) : v,
  ) ?? '';
