import type { MessageCode } from '../letters/message-codes.ts';
import type { MessagePage, PageFrame } from '../letters/page-view.ts';
import type { Person } from '../postgres/people.ts';
import type { Deps } from './deps.ts';
import { bareFrame, sideOf } from './link-pages.ts';

/** Pages about a person or a company and not about a lead: an absence, a partner's standing. */

/** The frame of such a page; the house's own where nobody is known. */
export const personFrame = (deps: Deps, person: Person | null, now: Date): PageFrame => ({
  ...bareFrame(deps, now),
  ...(person
    ? {
        locale: `${person.language}, ${deps.house.locale}`,
        side: sideOf(person),
        timezone: person.timezone,
        addressee: { name: person.name, company: null },
      }
    : {}),
});

/** A page with nothing but a message. */
export function personMessage(deps: Deps, person: Person | null, what: MessageCode, now: Date): MessagePage {
  const empty = { did: null, at: null, lead: null, links: [], undo: null, form: null, others: [] };
  return { ...personFrame(deps, person, now), kind: 'message', what, tone: 'sorry', ...empty };
}
