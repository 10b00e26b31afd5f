import type { Assignment } from '../lead/assignment.ts';
import { businessMs, type Calendar } from '../lead/calendar.ts';
import { firstChance } from '../lead/chance.ts';
import type { Fact } from '../lead/facts.ts';
import { missingInformation } from '../lead/intake.ts';
import { calendarOf, contactOf, type LeadCase } from '../lead/lead-case.ts';
import { redactor } from '../lead/redact.ts';
import { escalationLetter, qualifyLetter, unplacedLetter } from '../letters/vendor-letters.ts';
import { camOf, catchAll, programManagers, qualifiers } from './addressees.ts';
import { disclosuresOf } from './disclose.ts';
import { findCandidates } from './find-candidates.ts';
import { consequenceOf, addressee as contactAddressee } from './partner-letters.ts';
import type { Addressee } from './post-letter.ts';
import { explanationFor, type Posting } from './post-letters.ts';
import { excludedCounts, whyLines } from './why-lines.ts';

/** Letters to the vendor's own people: account managers, qualifiers, program managers, the catch-all. */

export async function postEscalation(p: Posting, fact: Fact): Promise<void> {
  const { deps, tx, change } = p;
  const c = change.case;
  const held = c.assignments.find((a) => a.id === fact.id);
  const partner = held && c.partners.get(held.partner_id);
  if (!held?.deadline || !partner) return;
  const { candidates, partners, explanation } = await findCandidates(tx, deps, c, { keep: false });
  const first = firstChance(c, tx.now) ?? candidates[0];
  const next = first && partners.get(first.partner_id);
  for (const to of await escalationReaders(p, fact, held)) {
    const view = escalationLetter({
      reader: reader(to),
      lead: c.lead,
      assignment: held,
      partner,
      holder: contactOf(c, held) ?? null,
      dueAt: held.deadline,
      daysLate: workingDays(calendarOf(c, held), held.deadline, tx.now),
      reminders: reminders(c, held),
      nextPartner: next ? { name: next.name } : null,
      nextWhy: next ? whyLines(explanation, next.external_id, redactor(c.lead.prospect)) : [],
      next: consequenceOf(c, held),
      events: c.facts.filter((f) => f.thing !== 'letter').map((f) => ({ at: f.at, what: f.what, by: null })),
    });
    const key = `escalation:${held.id}:${fact.data['deadline']}:${fact.data['rung']}:${to.email}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to });
  }
}

export async function postQualify(p: Posting, fact: Fact): Promise<void> {
  const { tx, change } = p;
  const { lead, programme } = change.case;
  const missing = missingInformation(lead, programme.qualification.required);
  const duplicates = [...change.case.facts, ...change.facts]
    .filter((f) => f.what === 'duplicate.suspected')
    .map((f) => ({ reference: String(f.data['of']), reason: String(f.data['reason']) }));
  for (const to of await qualifiers(tx)) {
    const view = qualifyLetter({ reader: reader(to), lead, missing, duplicates });
    const key = `qualify:${lead.id}:${tx.now.getTime()}:${fact.data['chased']}:${to.email}`;
    p.letters.push({ key, lead_id: lead.id, offer_id: null, view, to });
  }
}

export async function postUnplaced(p: Posting, fact: Fact): Promise<void> {
  const { tx, change } = p;
  const c = change.case;
  const explanation = await explanationFor(p);
  const nameOf = (o: { partner_id: string }): string => c.partners.get(o.partner_id)?.name ?? '';
  const rules = await disclosuresOf(tx, [c.lead.id]);
  const tells = (o: { partner_id: string }): boolean =>
    rules.of(c.lead.id, c.partners.get(o.partner_id)?.external_id).has('reason');
  for (const to of await catchAll(tx, c)) {
    const view = unplacedLetter({
      reader: reader(to),
      lead: c.lead,
      asked: c.offers.length,
      declined: c.offers
        .filter((o) => o.state === 'declined')
        .map((o) => ({ partner: nameOf(o), reason: tells(o) ? o.reason : null })),
      silent: c.offers.filter((o) => o.state === 'expired').map(nameOf),
      excluded: excludedCounts(explanation),
    });
    const key = `unplaced:${c.lead.id}:${fact.at.getTime()}:${to.email}`;
    p.letters.push({ key, lead_id: c.lead.id, offer_id: null, view, to });
  }
}

/** Whom a rung of the ladder writes to when it escalates. */
async function escalationReaders(p: Posting, fact: Fact, held: Assignment): Promise<Addressee[]> {
  const c = p.change.case;
  if (fact.data['to'] === 'program_manager') return programManagers(p.tx);
  const managers = (c.partners.get(held.partner_id)?.contacts ?? []).filter((x) => x.role === 'manager');
  if (fact.data['to'] === 'manager' && managers.length > 0) return managers.map(contactAddressee);
  return camOf(p.tx, c, held.partner_id);
}

const reader = (to: Addressee): { id: string; name: string | null } => ({
  id: to.person_id ?? '',
  name: to.name,
});

/** Whole working days of a calendar between two instants. */
function workingDays(cal: Calendar, from: Date, until: Date): number {
  const minutes = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
  const day = (minutes(cal.to) - minutes(cal.from)) * 60_000;
  return Math.floor(businessMs(cal, from, until) / day);
}

const reminders = (c: LeadCase, held: Assignment): number =>
  c.facts.filter((f) => f.id === held.id && (f.what === 'reminder.sent' || f.what === 'warning.sent')).length;
