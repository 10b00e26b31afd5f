import { z } from 'zod';
import { hint } from '../lead/nearest.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { pointerTo } from './pointer.ts';
import { unfitValues } from './unfit-values.ts';

export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly errors: readonly FieldFault[] };

const mostFaults = 100;

/** Everything that is wrong with a value, at once; each fault says where, and what to write instead. */
export function check<S extends z.ZodType>(schema: S, value: unknown): Checked<z.output<S>> {
  const unfit = unfitValues(value);
  const parsed = schema.safeParse(value, { error: explain });
  const wrong = parsed.success ? [] : parsed.error.issues.flatMap((issue) => faultsOf(schema, issue));
  // An unknown member with a reserved name is one fault, not two.
  const errors = [...unfit, ...wrong.filter((w) => !unfit.some((u) => u.pointer === w.pointer))];
  if (parsed.success && errors.length === 0) return { ok: true, value: parsed.data };
  return { ok: false, errors: errors.slice(0, mostFaults) };
}

function faultsOf(schema: z.ZodType, issue: z.core.$ZodIssue): FieldFault[] {
  if (issue.code !== 'unrecognized_keys') return [{ pointer: pointerTo(issue.path), message: issue.message }];
  const known = membersAt(schema, issue.path);
  return issue.keys.map((key) => ({
    pointer: pointerTo([...issue.path, key]),
    message: `there is no field "${key.slice(0, 64)}"; ${hint(key, known)}`,
  }));
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

/** Words for what zod finds by itself; fields with words of their own come first. */
function explain(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type': {
      const wanted = kinds[issue.expected] ?? issue.expected;
      return issue.input === undefined
        ? `is required: send ${wanted}`
        : `must be ${wanted}, not ${kindOf(issue.input)}`;
    }
    case 'invalid_value': {
      const values = issue.values.map(String);
      if (issue.input === undefined) return `is required: send one of ${values.join(', ')}`;
      const close = typeof issue.input === 'string' ? `; ${hint(issue.input, values)}` : '';
      return `must be one of ${values.join(', ')}${close.startsWith('; known') ? '' : close}`;
    }
    case 'too_big':
      return `must ${sized(issue.origin, 'at most', issue.maximum)}`;
    case 'too_small':
      return issue.minimum === 1 && issue.origin === 'string'
        ? 'must not be empty'
        : `must ${sized(issue.origin, 'at least', issue.minimum)}`;
    default:
      return undefined;
  }
}

function sized(origin: string, how: string, limit: number | bigint): string {
  if (origin === 'string') return `have ${how} ${limit} characters`;
  return origin === 'array' ? `have ${how} ${limit} entries` : `be ${how} ${limit}`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return kinds[typeof value] ?? typeof value;
}

/** The names an object may have at a place of a schema. */
function membersAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: unknown = bareOf(schema);
  for (const part of path) {
    if (here instanceof z.ZodObject) here = bareOf(here.shape[String(part)]);
    else if (here instanceof z.ZodArray) here = bareOf(here.element);
  }
  return here instanceof z.ZodObject ? Object.keys(here.shape) : [];
}

function bareOf(schema: unknown): unknown {
  let here = schema;
  while (
    here instanceof z.ZodOptional ||
    here instanceof z.ZodNullable ||
    here instanceof z.ZodDefault ||
    here instanceof z.ZodPrefault
  ) {
    here = here.unwrap();
  }
  return here;
}
