import { returnedLetter } from '../postgres/bounces.ts';
import { type InboundEnd, type InboundRow, settleInbound } from '../postgres/inbound.ts';
import { bounceKeys } from '../replies/bounce-address.ts';
import type { InboundMail } from '../replies/inbound-mail.ts';
import type { Deps } from './deps.ts';
import { endReports } from './end-reports.ts';

/**
 * The mail that a mail program writes for its "unsubscribe" button, to the address in List-Unsubscribe (RFC 2369). The
 * key in the address says whose reports end and proves it; whoever the mail claims to be from does not matter.
 *
 * @returns whether it was one
 */
export async function unsubscribeByMail(
  deps: Deps,
  row: InboundRow,
  mail: InboundMail,
  told: Pick<InboundEnd, 'from_address' | 'subject' | 'class' | 'reading'>,
): Promise<boolean> {
  if (!/^\s*unsubscribe\s*$/i.test(mail.subject)) return false;
  const { keys, addressed } = bounceKeys(mail, deps.house.bounceAddress);
  const named = addressed ? keys.map((key) => deps.links.bounces.letter(key)).find(Boolean) : undefined;
  const letter = named ? await returnedLetter(deps.db, named) : undefined;
  const person = letter?.kind.endsWith('digest') ? letter.person_id : null;
  if (!person) return false;
  await deps.db.inTransaction(async (tx) => {
    await endReports(tx, person);
    await settleInbound(tx, row, { ...told, state: 'applied', person_id: person });
  });
  return true;
}
