import { defaultProgramme } from '../lead/programme.ts';
import type { Tx } from '../postgres/database.ts';
import { createInstallation, findInstallation, isEmpty, lockInstallation } from '../postgres/installation.ts';
import { addProgramme, currentProgramme } from '../postgres/programs.ts';
import type { Deps } from './deps.ts';

export interface LinkKey {
  readonly kid: string;
  readonly secret: string;
}

/** A database that must not be used this way; the message says what to do. */
export class WrongDatabase extends Error {}

/**
 * Makes a migrated database ours: marks it once as sandbox or not, and sees that there is a default programme. A
 * sandbox never takes a database that holds anything else, and a sandbox database never runs for real. Of processes
 * that start together one does it, and the others find it done.
 *
 * @returns the keys links are signed with: the given ones, or in the sandbox one that is kept with the database
 */
export async function prepareInstallation(
  deps: Pick<Deps, 'db' | 'ids'>,
  wish: { readonly sandbox: boolean; readonly keys: readonly LinkKey[] },
): Promise<readonly LinkKey[]> {
  return deps.db.inTransaction(async (tx) => {
    await lockInstallation(tx);
    const known = await findInstallation(tx);
    if (known && known.sandbox !== wish.sandbox) throw new WrongDatabase(mismatch(known.sandbox));
    if (!known) await mark(deps, tx, wish.sandbox);
    const kept = (await findInstallation(tx))?.secret_keys;
    if (!(await currentProgramme(tx, null)))
      await addProgramme(tx, defaultProgramme, 'leadpost', 'the shipped default');
    return wish.keys.length > 0 ? wish.keys : kept ? [{ kid: 'sb', secret: kept }] : [];
  });
}

async function mark(deps: Pick<Deps, 'ids'>, tx: Tx, sandbox: boolean): Promise<void> {
  if (sandbox && !(await isEmpty(tx))) {
    throw new WrongDatabase(
      'This database holds data and is not marked as a sandbox. Give the sandbox an empty database, or set SANDBOX=false.',
    );
  }
  const secretKeys = sandbox ? deps.ids.secret(32) : null;
  await createInstallation(tx, { instance: deps.ids.uuid(tx.now), sandbox, secretKeys });
}

const mismatch = (sandbox: boolean): string =>
  sandbox
    ? 'This database belongs to a sandbox and never runs for real. Use an empty database, or start with SANDBOX=true.'
    : 'This database belongs to a real installation. The sandbox refuses it: use an empty database, or set SANDBOX=false.';
