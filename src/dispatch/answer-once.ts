import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { findAnswer, keepAnswer, lockAnswer } from '../postgres/api-keys.ts';
import type { Database, Tx } from '../postgres/database.ts';
import type { Deps } from './deps.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export type Once =
  | { readonly kind: 'answered'; readonly answer: Answer; readonly replayed: boolean }
  /** The key was used before for another request. */
  | { readonly kind: 'other-request' };

/**
 * Acts at most once per (API key, Idempotency-Key). Act and answer are committed together: the work runs inside the
 * transaction that holds the key's lock, so a duplicate in flight waits and then reads the first one's answer, and a
 * crash leaves neither. Only answers of acts that happened are kept; after a refusal the same key may try again.
 *
 * @param request what makes two requests the same: method, path and body
 * @param work acts with the deps it is given, and with no others
 */
export async function answerOnce(
  deps: Deps,
  key: { readonly apiKey: string; readonly idempotencyKey: string; readonly request: string },
  work: (deps: Deps) => Promise<Answer>,
): Promise<Once> {
  const hash = createHash('sha256').update(key.request).digest();
  return deps.db.inTransaction(async (tx): Promise<Once> => {
    await lockAnswer(tx, key.apiKey, key.idempotencyKey);
    const kept = await findAnswer(tx, key.apiKey, key.idempotencyKey);
    if (kept && !kept.request_hash.equals(hash)) return { kind: 'other-request' };
    if (kept) return { kind: 'answered', answer: { status: kept.status, body: kept.body }, replayed: true };
    const answer = await present.run(tx, () => work({ ...deps, db: joined(deps.db) }));
    if (answer.status < 300) {
      await keepAnswer(tx, key.apiKey, key.idempotencyKey, { ...answer, request_hash: hash, at: tx.now });
    }
    return { kind: 'answered', answer, replayed: false };
  });
}

const present = new AsyncLocalStorage<Tx>();

/** One a database, because what is read once a process is remembered by the database's identity. */
const joinedDatabases = new WeakMap<Database, Database>();

/** The same database, whose transactions are part of the one that is open. */
function joined(db: Database): Database {
  const known = joinedDatabases.get(db);
  if (known) return known;
  const made: Database = {
    ...db,
    query: (text, values) => open().query(text, values),
    inTransaction: (work) => work(open()),
    now: async () => open().now,
  };
  joinedDatabases.set(db, made);
  return made;
}

function open(): Tx {
  const tx = present.getStore();
  if (!tx) throw new Error('the deps of answerOnce were used after its work had ended');
  return tx;
}
