import type { z } from 'zod';
import type { KnownKey, Scope } from '../dispatch/check-key.ts';
import type { Actor, Deps } from '../dispatch/deps.ts';
import type { Reply } from './problems.ts';

/** One thing a machine can ask for. The same table makes the routes and the OpenAPI document. */
export interface Route {
  readonly method: 'get' | 'post' | 'put';
  /** As express writes it: `/leads/:reference`. */
  readonly path: string;
  readonly summary: string;
  /** Null: everybody may ask, without a key. */
  readonly scope: Scope | null;
  readonly query: z.ZodType;
  /** Null where nothing is sent. */
  readonly body: z.ZodType | null;
  readonly answers: Readonly<Record<number, string>>;
  /** What a good answer holds, for the document. */
  readonly shows?: z.ZodType;
  readonly handle: (call: Call<never, never>) => Promise<Reply>;
}

/** A request whose key, query and body were checked. */
export interface Call<B, Q> {
  /** Inside an Idempotency-Key these belong to its transaction: use these and no others. */
  readonly deps: Deps;
  readonly key: KnownKey;
  readonly actor: Actor;
  /** Whether the key may see who the end customer is. */
  readonly seesProspect: boolean;
  readonly param: (name: string) => string;
  readonly body: B;
  readonly query: Q;
}

type Told = Pick<Route, 'summary' | 'scope' | 'answers'> & { readonly shows?: z.ZodType };

/** A question: reads only. */
export const reads = <Q extends z.ZodType>(
  path: string,
  told: Told & { readonly query: Q },
  handle: (call: Call<null, z.output<Q>>) => Promise<Reply>,
): Route => ({ method: 'get', path, body: null, ...told, handle });

/** An act: the body is checked before it. */
export const acts = <B extends z.ZodType>(
  method: 'post' | 'put',
  path: string,
  told: Told & { readonly query: z.ZodType; readonly body: B },
  handle: (call: Call<z.output<B>, unknown>) => Promise<Reply>,
): Route => ({ method, path, ...told, handle });
