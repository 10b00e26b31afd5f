import { z } from 'zod';
import { type Programme, pipelineOf } from '../lead/programme.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { check } from './faults.ts';
import { programmeBody } from './programme-schema.ts';
import { programmeWords } from './programme-words.ts';

/** A programme as it is told, and the note that comes with it. */
export interface ToldProgramme {
  readonly programme: Programme;
  /** Why this version was made. */
  readonly note: string | null;
}

/** `schema.json` is an address below the programmes, so it cannot be the name of one. */
export const isProgrammeKey = (key: string): boolean =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(key) && key !== 'schema.json';

/** The document with everything left out filled in, without what is shown only. */
export function toldProgramme(body: z.output<typeof programmeBody>, key: string): ToldProgramme {
  const { note, version: _, author: __, created_at: ___, ...document } = body;
  const pipeline = document.pipeline ?? pipelineOf(document.scenario);
  // zod leaves absent optional members out, which is what the document's type asks for.
  return { programme: { ...document, key, pipeline } as unknown as Programme, note: note || null };
}

/** A document from a file, which has to say its key itself. */
export function checkProgramme(
  value: unknown,
): ({ ok: true } & ToldProgramme) | { ok: false; errors: readonly FieldFault[] } {
  const checked = check(programmeBody, value);
  const key = (value as { key?: unknown } | null)?.key;
  const unnamed: FieldFault[] =
    key === undefined
      ? [
          {
            pointer: '/key',
            message: 'is required in a file: the name leads and addresses use, for example "solar"',
          },
        ]
      : [];
  if (!checked.ok) return { ok: false, errors: [...unnamed, ...checked.errors] };
  if (typeof checked.value.key !== 'string') return { ok: false, errors: unnamed };
  return { ok: true, ...toldProgramme(checked.value, checked.value.key) };
}

type Schema = Record<string, unknown>;

/** The published JSON Schema: made from the schema that validates, with a sentence for every key. */
export function programmeJsonSchema(id: string): object {
  const made = z.toJSONSchema(programmeBody, { io: 'input', unrepresentable: 'any' }) as Schema;
  const { id: _, ...schema } = (made['$defs'] as Readonly<Record<string, Schema>>)['Programme'] as Schema;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    title: 'Programme',
    ...described(schema, ''),
  };
}

/** The same with the sentences of the table at their places; members of lists have the path of the list. */
function described(schema: Schema, path: string): Schema {
  const { properties, items, anyOf } = schema as {
    properties?: Record<string, Schema>;
    items?: Schema;
    anyOf?: Schema[];
  };
  const told = programmeWords[path];
  return {
    ...schema,
    ...(told ? { description: told } : {}),
    ...(properties
      ? {
          properties: Object.fromEntries(
            Object.entries(properties).map(([name, s]) => [
              name,
              described(s, path ? `${path}.${name}` : name),
            ]),
          ),
        }
      : {}),
    ...(items ? { items: described(items, `${path}[]`) } : {}),
    ...(anyOf ? { anyOf: anyOf.map((s) => described(s, '')) } : {}),
  };
}
