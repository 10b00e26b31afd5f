import type { Tx } from '../postgres/database.ts';
import { lockCompanyOf, undoneAccepts } from '../postgres/partner-records.ts';
import type { Person } from '../postgres/people.ts';
import type { Deps } from './deps.ts';

const days30 = 30 * 24 * 3_600_000;
type Somebody = Pick<Person, 'id'>;

/** Accepts that the person's company has undone within 30 days: for what a page says. */
export const undonesOf = (deps: Pick<Deps, 'db'>, { id }: Somebody, now: Date): Promise<number> =>
  undoneAccepts(deps.db, id, new Date(now.getTime() - days30));

/**
 * The same for a decision. Leads are locked one by one, so ten undos at once would each count none: the company is
 * locked until the end of the transaction, after the lead as everywhere.
 */
export async function undonesBefore(tx: Tx, { id }: Somebody): Promise<number> {
  await lockCompanyOf(tx, id);
  return undoneAccepts(tx, id, new Date(tx.now.getTime() - days30));
}
