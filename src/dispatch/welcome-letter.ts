import type { Fact } from '../lead/facts.ts';
import { welcomeLetter } from '../letters/welcome-letter.ts';
import type { Database } from '../postgres/database.ts';
import { hasLetter } from '../postgres/letters.ts';
import { addressee, partnerReader } from './partner-letters.ts';
import type { Posting } from './post-letters.ts';

/** Contacts known to have had their welcome: it spares the busiest path of all a look at the database. */
const welcomed = new WeakMap<Database, Set<string>>();

/**
 * A contact's first offer has gone out: now, and never before, they are told what this is. Nothing waits for it; the
 * letter's key keeps it to one in a lifetime.
 */
export async function postWelcome(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const offer = c.offers.find((o) => o.id === fact.id);
  const to = offer && partnerReader(c, offer);
  if (!to) return;
  const known = welcomed.get(p.deps.db) ?? new Set();
  welcomed.set(p.deps.db, known);
  if (known.has(to.contact.id)) return;
  const key = `welcome:${to.contact.id}`;
  if (await hasLetter(p.tx, key)) {
    known.add(to.contact.id);
    return;
  }
  const view = welcomeLetter({ ...to, desk: p.deps.house.desk, currency: c.programme.currency });
  p.letters.push({ key, lead_id: null, offer_id: null, view, to: addressee(to.contact) });
}
