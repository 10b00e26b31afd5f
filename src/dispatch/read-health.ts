import { findInstallation } from '../postgres/installation.ts';
import { type Counts, countsOf } from '../postgres/metrics.ts';
import type { Deps } from './deps.ts';

/** Whether this installation can do its work: the database answers, and the sandbox's history is complete. */
export async function readHealth(deps: Pick<Deps, 'db'>, sandbox: boolean): Promise<boolean> {
  const found = await findInstallation(deps.db);
  return found !== undefined && (!sandbox || found.demo_ready);
}

/** What an operator watches: leads, letters and mails by state, and how long the oldest of each queue has waited. */
export const readCounts = (deps: Pick<Deps, 'db'>): Promise<Counts> => countsOf(deps.db);
