import type { FieldFault } from '../lead/refusals.ts';
import { pointerTo } from './pointer.ts';

/** Names that mean something to JavaScript objects and never to a lead. */
const reserved = new Set(['__proto__', 'constructor', 'prototype']);
const deepest = 12;
const mostFaults = 50;

/** Values no field may hold, wherever they stand: what PostgreSQL cannot store, and what would reach into prototypes. */
export function unfitValues(root: unknown): FieldFault[] {
  const faults: FieldFault[] = [];
  const waiting: { readonly value: unknown; readonly path: readonly PropertyKey[] }[] = [
    { value: root, path: [] },
  ];
  while (waiting.length > 0 && faults.length < mostFaults) {
    const { value, path } = waiting.pop() as (typeof waiting)[number];
    const wrong = unfit(value);
    if (wrong) faults.push({ pointer: pointerTo(path), message: wrong });
    if (typeof value !== 'object' || value === null) continue;
    if (path.length >= deepest) {
      faults.push({
        pointer: pointerTo(path),
        message: `is nested deeper than ${deepest} levels; flatten it`,
      });
      continue;
    }
    for (const key of Object.keys(value)) {
      const inner = [...path, Array.isArray(value) ? Number(key) : key];
      const name = unfitName(key);
      if (name) faults.push({ pointer: pointerTo(inner), message: name });
      else waiting.push({ value: (value as Record<string, unknown>)[key], path: inner });
    }
  }
  return faults;
}

function unfit(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value))
    return 'is too large for a number; send it as text';
  if (typeof value !== 'string') return undefined;
  if (value.includes('\0')) return 'contains the character U+0000, which cannot be stored; remove it';
  return value.isWellFormed() ? undefined : 'contains half of a surrogate pair; send valid Unicode';
}

function unfitName(name: string): string | undefined {
  if (reserved.has(name)) return `"${name}" is a reserved name; remove this member`;
  return unfit(name) && 'this name contains characters that cannot be stored; rename the member';
}
