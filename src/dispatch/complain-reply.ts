import { changeOf, draftOf, note } from '../lead/lead-case.ts';
import { ok } from '../lead/result.ts';
import { changeLeadIn } from './change-lead.ts';
import type { Deps } from './deps.ts';
import type { ReadMail } from './read-mail.ts';
import { leadOf } from './reply-about.ts';
import { postAnswer } from './reply-letters.ts';
import { actorOf, settleIn } from './settle-reply.ts';
import { postQualityAlert } from './trouble-letters.ts';

/** "WRONG": something is the matter with the lead itself. Kept like a note, and told to whoever can look into it. */
export async function complain(deps: Deps, read: ReadMail): Promise<void> {
  const { person, row, understood } = read;
  await deps.db.inTransaction(async (tx) => {
    const words = understood.visible;
    const done = await changeLeadIn(deps, tx, leadOf(read), actorOf(read), (c, act) => {
      const d = draftOf(c, act);
      note(d, 'note.added', { thing: 'inbound', id: row.id, words, data: { about: 'quality' } });
      return ok(changeOf(d));
    });
    if (done.ok && person.partner_id) {
      const contact = { id: person.id, partner_id: person.partner_id };
      await postQualityAlert(deps, tx, done.value, contact, { inbound: row.id, words });
    }
    const noted = { verb: 'quality-complaint', money: null, date: null, time: null, reason: null };
    await postAnswer(deps, tx, read, { kind: 'noted', noted });
    await settleIn(tx, read, 'applied');
  });
}
