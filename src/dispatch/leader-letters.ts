import type { Fact } from '../lead/facts.ts';
import { contactOf } from '../lead/lead-case.ts';
import { leaderLetter } from '../letters/accepted-letter.ts';
import { leaderReminder } from '../letters/duty-letters.ts';
import { plainLine } from '../letters/plain.ts';
import { leadersOf, programManagers } from './addressees.ts';
import type { Addressee } from './post-letter.ts';
import type { Posting } from './post-letters.ts';

/** Letters to the vendor's own person who leads a lead: in the scenarios `vendor_led` and `joint`. */

/** From this reminder on the program managers read along. */
const readAlongFrom = 3;

export async function postToLeader(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const { scenario } = c.programme;
  const held = c.assignments.find((a) => a.id === fact.id);
  if (!held?.vendor_owes || (scenario !== 'vendor_led' && scenario !== 'joint')) return;
  const contact = contactOf(c, held);
  const partner = c.partners.get(held.partner_id)?.name ?? '';
  const who = plainLine([contact?.name, partner].filter(Boolean).join(', '), 80);
  const expects = { scenario, who, email: contact?.email ?? null, by: null };
  for (const to of await leadersOf(p.tx, c, held.partner_id)) {
    const view = leaderLetter({ reader: reader(to), lead: c.lead, assignment: held, expects });
    p.letters.push({ key: `leads:${held.id}:${to.email}`, lead_id: c.lead.id, offer_id: null, view, to });
  }
}

export async function postLeaderReminder(p: Posting, fact: Fact): Promise<void> {
  const c = p.change.case;
  const held = c.assignments.find((a) => a.id === fact.id);
  if (!held?.vendor_owes) return;
  const partner = c.partners.get(held.partner_id)?.name ?? '';
  const leaders = await leadersOf(p.tx, c, held.partner_id);
  const others = Number(fact.data['chased']) >= readAlongFrom ? await programManagers(p.tx) : [];
  const readers = new Map([...leaders, ...others].map((to) => [to.email, to]));
  for (const to of readers.values()) {
    const view = leaderReminder({ reader: reader(to), lead: c.lead, assignment: held, partner });
    const key = `leader-reminder:${held.id}:${fact.data['deadline']}:${fact.data['chased']}:${to.email}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to });
  }
}

const reader = (to: Addressee): { id: string; name: string | null } => ({
  id: to.person_id ?? '',
  name: to.name,
});
