import type { ProviderKey } from '../letters/provider-tokens.ts';

/** Reads a provider's present key set; throws when it cannot be had. */
export type FetchKeys = (url: string) => Promise<readonly ProviderKey[]>;

const keepMs = 60 * 60_000;
const askAgainMs = 60_000;
const patienceMs = 5_000;

/** Keys of providers, fetched when they are needed and kept for an hour. A name nobody has heard of makes us look once a minute. */
export function keepKeys(fetchKeys: FetchKeys) {
  const kept = new Map<string, { keys: readonly ProviderKey[]; at: number }>();
  return async (url: string, kid: string, now: Date): Promise<readonly ProviderKey[]> => {
    const known = kept.get(url);
    const age = known ? Math.abs(now.getTime() - known.at) : Number.POSITIVE_INFINITY;
    const has = known?.keys.some((key) => key.kid === kid) ?? false;
    if (known && (has ? age < keepMs : age < askAgainMs)) return known.keys;
    const keys = await fetchKeys(url);
    kept.set(url, { keys, at: now.getTime() });
    return keys;
  };
}

/** Over HTTPS, from the address that was built in, and not for long. */
export async function fetchProviderKeys(url: string): Promise<readonly ProviderKey[]> {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(patienceMs) });
  if (!response.ok) throw new Error(`${new URL(url).hostname} answered ${response.status}`);
  const body = (await response.json()) as { keys?: unknown };
  return Array.isArray(body.keys) ? (body.keys as ProviderKey[]) : [];
}
