import { z } from 'zod';
import type { Route } from './route.ts';

type Schema = Readonly<Record<string, unknown>>;
/** Schemas with a name of their own, each written once. */
type Named = Record<string, unknown>;

/** The OpenAPI 3.1 document of a table of routes; every schema in it is the one that validates. */
export function openApi(routes: readonly Route[], server: string): object {
  const paths: Record<string, Record<string, object>> = {};
  const named: Named = { Problem: problemSchema };
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, named) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Leadpost',
      version: '1',
      description:
        'Email-first lead dispatch. Every POST takes an Idempotency-Key. Problems follow RFC 9457.',
    },
    servers: [{ url: server }],
    security: [{ key: [] }],
    paths,
    components: { ...shared, schemas: named },
  };
}

const shared = {
  securitySchemes: {
    key: {
      type: 'http',
      scheme: 'bearer',
      description: 'lp_live_<id>_<secret>; in the sandbox also the word sandbox.',
    },
  },
  responses: {
    Problem: {
      description: 'What is wrong, and what to do about it',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
};

function operation(route: Route, named: Named): object {
  const shown: Schema = { schema: route.shows ? schemaOf(route.shows, named) : {} };
  const raw = Object.values(route.answers)[0] === 'message/rfc822';
  const answer = (description: string): object => ({
    description,
    content: { [raw ? 'message/rfc822' : 'application/json']: raw ? {} : shown },
  });
  return {
    operationId: `${route.method} ${route.path}`.replaceAll(/[^A-Za-z]+(\w?)/g, (_, c: string) =>
      c.toUpperCase(),
    ),
    summary: route.summary,
    tags: [route.path.split('/')[1]],
    description: route.scope ? `Scope: ${route.scope}` : 'No key needed.',
    parameters: [
      ...pathParameters(route.path),
      ...queryParameters(route.query, named),
      ...(route.method === 'post' ? [idempotencyKey] : []),
    ],
    ...(route.body
      ? {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schemaOf(route.body, named) } },
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(Object.entries(route.answers).map(([status, text]) => [status, answer(text)])),
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'The same key and body again get the first answer; nothing happens twice.',
};

const pathParameters = (path: string): object[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));

function queryParameters(query: z.ZodType, named: Named): object[] {
  const { properties = {} } = schemaOf(query, named) as { properties?: Readonly<Record<string, Schema>> };
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

/** What may be sent, as JSON Schema. Own checks have no place in it; they are told when they are broken. */
function schemaOf(schema: z.ZodType, named: Named): Schema {
  const made = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const { $schema: _, $defs = {}, ...rest } = moved(made) as Schema & { readonly $defs?: Named };
  Object.assign(named, $defs);
  return rest;
}

/** The same with every reference pointing into the document's components. */
function moved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moved);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, v]) => name !== 'id' || typeof v !== 'string')
      .map(([name, v]) => [
        name,
        name === '$ref' ? String(v).replace('#/$defs/', '#/components/schemas/') : moved(v),
      ]),
  );
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'request_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'message'],
        properties: { pointer: { type: 'string' }, message: { type: 'string' } },
      },
    },
    state: { type: 'string' },
    allowed: { type: 'array', items: { type: 'string' } },
  },
};
