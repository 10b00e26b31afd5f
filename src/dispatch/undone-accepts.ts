import { undoneAccepts } from '../postgres/partner-records.ts';
import type { Person } from '../postgres/people.ts';
import type { Deps } from './deps.ts';

const days30 = 30 * 24 * 3_600_000;

/** Accepts that the person's company has undone within 30 days. */
export const undonesOf = (deps: Pick<Deps, 'db'>, { id }: Pick<Person, 'id'>, now: Date): Promise<number> =>
  undoneAccepts(deps.db, id, new Date(now.getTime() - days30));
