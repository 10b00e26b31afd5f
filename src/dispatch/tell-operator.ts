import { operatorLetter, type Troubles, troublesShown } from '../letters/trouble-letters.ts';
import type { Tx } from '../postgres/database.ts';
import { findUser } from '../postgres/people.ts';
import { type TroubleFound, takeOperatorTurn, takeTroubles } from '../postgres/troubles.ts';
import { admins } from './addressees.ts';
import type { Deps } from './deps.ts';
import { type Addressee, post } from './post-letter.ts';

/**
 * Tells whoever runs the installation what will not go on by itself: mails that cannot be read, letters that will not
 * go out, letters nobody knows the fate of. The first one is told at once, then a day passes before the next letter.
 *
 * @returns 1 when somebody's turn was taken
 */
export async function tellOperator(deps: Deps): Promise<number> {
  return deps.db.inTransaction(async (tx) => {
    if (!(await takeOperatorTurn(tx))) return 0;
    const found = await takeTroubles(tx);
    const since = found.at(-1)?.at ?? tx.now;
    for (const to of await operators(deps, tx)) {
      const view = operatorLetter({
        reader: { id: to.person_id ?? '', name: to.name },
        quarantined: listed(found, 'quarantined'),
        dead: listed(found, 'dead'),
        parked: listed(found, 'parked'),
        since,
      });
      const key = `operator:${tx.now.toISOString()}:${to.email}`;
      await post(deps, tx, { key, lead_id: null, offer_id: null, view, to });
    }
    return 1;
  });
}

async function operators(deps: Deps, tx: Tx): Promise<Addressee[]> {
  const { adminEmail } = deps.house;
  if (adminEmail === null) return admins(tx);
  const user = await findUser(tx, adminEmail);
  return [{ person_id: user?.id ?? null, email: adminEmail, name: user?.name ?? null }];
}

function listed(found: readonly TroubleFound[], sort: TroubleFound['sort']): Troubles {
  const of = found.filter((one) => one.sort === sort);
  return { count: of.length, rows: of.slice(0, troublesShown) };
}
