import type { activeAssignment, LeadCase } from '../lead/lead-case.ts';
import { canPassOn } from '../lead/pass-on.ts';
import { button } from '../letters/buttons.ts';
import { heldLead } from '../letters/held-lead.ts';
import type { LeadPage, PageLink } from '../letters/page-view.ts';
import type { Person } from '../postgres/people.ts';
import { mailHost } from './compose-letter.ts';
import type { Deps } from './deps.ts';
import { frame, undoOf, urlOf } from './link-pages.ts';
import type { LinkTarget } from './link-target.ts';

/** The lead for its holder: the one page that shows who the customer is. */
export function leadPage(deps: Deps, t: LinkTarget, names: ReadonlyMap<string, string>, now: Date): LeadPage {
  const { case: c } = t;
  const held = c.assignments.find((a) => a.id === t.claim.obj) as NonNullable<
    ReturnType<typeof activeAssignment>
  >;
  const order = (
    act: 'contacted' | 'not-reached' | 'meeting' | 'quoted' | 'won' | 'lost' | 'return' | 'pass-on',
  ): PageLink => {
    const b = button(act, held.id, act === 'contacted' && held.owes === 'contact' ? 'go' : 'quiet');
    return { word: b.word, url: urlOf(deps, t, b.order, now), tone: b.tone };
  };
  const rows =
    held.state === 'active'
      ? [
          [order('contacted'), order('not-reached')],
          [order('meeting'), order('quoted')],
          [order('won'), order('lost')],
          canPassOn(c, held, now) ? [order('return'), order('pass-on')] : [order('return')],
        ]
      : [];
  return {
    ...frame(deps, t, now),
    kind: 'lead',
    lead: heldLead(c.lead),
    stage: held.stage,
    claimId: held.id,
    host: mailHost(deps.house.from.address),
    sequence: c.facts.at(-1)?.seq ?? 0,
    files: {
      contact: `/l/${t.token}/contact.vcf`,
      calendar: held.state === 'active' && held.deadline ? `/l/${t.token}/next-step.ics` : null,
    },
    fresh: held.phase === 'claimed' && now.getTime() - held.claimed_at.getTime() < 10 * 60_000,
    owes: held.owes,
    dueAt: held.deadline?.toISOString() ?? null,
    rows,
    timeline: ownFacts(c, t.person, names),
    undo: undoOf(deps, t, now),
  };
}

/** The timeline a holder sees: their own claim and what followed, not who else was asked. */
function ownFacts(c: LeadCase, person: Person, names: ReadonlyMap<string, string>): LeadPage['timeline'] {
  const own = new Set(
    [
      ...c.assignments.filter((a) => a.contact_id === person.id),
      ...c.offers.filter((o) => o.contact_id === person.id),
    ].map((x) => x.id),
  );
  return c.facts
    .filter((f) => own.has(f.id) || (f.what === 'note.added' && f.who.id === person.id))
    .map((f) => ({
      at: f.at.toISOString(),
      what: f.what,
      by: (f.who.id && names.get(f.who.id)) || null,
      words: f.words,
    }));
}
