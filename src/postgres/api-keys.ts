import { createHash, timingSafeEqual } from 'node:crypto';
import type { Asks, Tx } from './database.ts';

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The key with this id and secret, unless it was revoked. */
export async function findApiKey(db: Asks, id: string, secret: string): Promise<ApiKey | undefined> {
  const rows = await db.query<ApiKey & { secret_hash: Buffer }>(
    'select k.id, k.name, k.scopes, k.secret_hash from api_keys k where k.id = $1 and k.revoked_at is null',
    [id],
  );
  const row = rows[0];
  if (!row || !timingSafeEqual(row.secret_hash, hashOfSecret(secret))) return undefined;
  return { id: row.id, name: row.name, scopes: row.scopes };
}

export async function addApiKey(tx: Tx, key: ApiKey, secret: string): Promise<void> {
  await tx.query(
    `insert into api_keys (id, name, secret_hash, scopes, created_at) values ($1, $2, $3, $4, $5)
     on conflict (id) do update set secret_hash = excluded.secret_hash, scopes = excluded.scopes`,
    [key.id, key.name, hashOfSecret(secret), key.scopes, tx.now],
  );
}

/** A key as it may be shown: never its secret, nor its hash. */
export interface KeyShown {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const shown = 'k.id, k.name, k.scopes, k.created_at, k.revoked_at';

export async function allApiKeys(db: Asks): Promise<KeyShown[]> {
  return db.query<KeyShown>(`select ${shown} from api_keys k order by k.created_at, k.id`);
}

export async function revokeApiKey(tx: Tx, id: string): Promise<KeyShown | undefined> {
  const rows = await tx.query<KeyShown>(
    `update api_keys k set revoked_at = coalesce(k.revoked_at, $2) where k.id = $1 returning ${shown}`,
    [id, tx.now],
  );
  return rows[0];
}

export interface StoredAnswer {
  readonly request_hash: Buffer;
  readonly status: number;
  readonly body: unknown;
}

/** The answer given earlier under an Idempotency-Key. */
export async function findAnswer(db: Asks, apiKey: string, key: string): Promise<StoredAnswer | undefined> {
  const rows = await db.query<StoredAnswer>(
    'select a.request_hash, a.status, a.body from answers a where a.api_key = $1 and a.idempotency_key = $2',
    [apiKey, key],
  );
  return rows[0];
}

export async function keepAnswer(
  db: Asks,
  apiKey: string,
  key: string,
  answer: StoredAnswer & { readonly at: Date },
): Promise<void> {
  await db.query(
    `insert into answers (api_key, idempotency_key, request_hash, status, body, created_at)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
    [apiKey, key, answer.request_hash, answer.status, JSON.stringify(answer.body), answer.at],
  );
}

/** Whoever asks under the same Idempotency-Key waits here until this transaction has ended. */
export async function lockAnswer(tx: Tx, apiKey: string, key: string): Promise<void> {
  const name = createHash('sha256').update(`${apiKey} ${key}`).digest().readBigInt64BE();
  await tx.query('select pg_advisory_xact_lock($1::bigint)', [name.toString()]);
}
