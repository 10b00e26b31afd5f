import type { Answered } from '../letters/answer-letters.ts';
import type { Tx } from '../postgres/database.ts';
import { settleInbound } from '../postgres/inbound.ts';
import { partnersById } from '../postgres/partners.ts';
import type { Person } from '../postgres/people.ts';
import type { Actor, Deps } from './deps.ts';
import type { ReadMail } from './read-mail.ts';

/** Closes a reply as what it turned out to be, in the transaction that carries out what it says. */
export async function settleIn(
  tx: Tx,
  read: ReadMail,
  state: 'applied' | 'proposed' | 'noted' | 'ignored' | 'suspicious',
): Promise<void> {
  const { row, mail, understood, thread, person } = read;
  const settled = await settleInbound(tx, row, {
    state,
    class: understood.class,
    from_address: mail.from?.address ?? null,
    subject: mail.subject.slice(0, 300),
    lead_id: thread.lead_id,
    person_id: person.id,
    thread_id: thread.id,
    reading: understood,
  });
  // Another worker has taken the mail since: what was done here must not be done twice, so all of it is rolled back.
  if (!settled) throw new Error('the mail was handled by somebody else in the meantime');
}

/** Whoever wrote the reply acts. */
export const actorOf = (read: ReadMail): Actor => ({
  who: { kind: read.person.kind, id: read.person.id },
  channel: 'reply',
  evidence: { inbound_id: read.row.id },
});

/** Who is answered where no lead says it. */
export async function readerOf(deps: Deps, tx: Tx, person: Person): Promise<Answered> {
  const [partner] = person.partner_id ? await partnersById(tx, deps.db, [person.partner_id]) : [];
  const contact = partner?.contacts.find((c) => c.id === person.id);
  return partner && contact
    ? { side: 'partner', partner, contact }
    : { side: 'vendor', reader: { id: person.id, name: person.name } };
}
