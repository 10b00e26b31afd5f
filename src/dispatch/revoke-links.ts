import { ok, type Result, refuse } from '../lead/result.ts';
import { raiseEpoch } from '../postgres/people.ts';
import type { Deps } from './deps.ts';

/**
 * Ends every link that was mailed to an address: a mailbox is lost, or somebody has left. Later mails carry new links,
 * and whoever opens an old one can have a fresh one mailed to the address on file.
 */
export async function revokeLinks(
  deps: Deps,
  email: string,
): Promise<Result<{ readonly people: readonly { readonly name: string; readonly kind: string }[] }>> {
  const people = await deps.db.inTransaction((tx) => raiseEpoch(tx, email.trim()));
  return people.length > 0 ? ok({ people }) : refuse({ kind: 'not-found', what: 'person' });
}
