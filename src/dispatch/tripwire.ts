import { suspectAutomation, tripwireMs } from '../lead/automation.ts';
import type { Act, Change, LeadCase } from '../lead/lead-case.ts';
import type { Tx } from '../postgres/database.ts';
import { dropDetails } from '../postgres/letters.ts';
import { otherPressed, suspectPerson } from '../postgres/presses.ts';
import type { Deps } from './deps.ts';
import type { Visitor } from './known-browser.ts';
import type { LinkTarget } from './link-target.ts';

/**
 * A press of one button of an offer, by whoever it was mailed to. Yes and no within a minute from one network are no
 * answer: both are taken back, and the person's browsers are strangers again.
 *
 * @returns undefined where the press is as good as any
 */
export async function tripwire(
  deps: Deps,
  tx: Tx,
  c: LeadCase,
  { claim, person }: LinkTarget,
  visitor: Visitor,
  how: Act,
): Promise<Change | undefined> {
  const { act, obj } = claim;
  const own = c.offers.some((o) => o.id === obj && o.contact_id === person.id);
  if ((act !== 'accept' && act !== 'decline') || !own || visitor.network === '') return undefined;
  const network = deps.links.blurNetwork(visitor.network);
  const press = { offer_id: obj, person_id: person.id, act, network } as const;
  const other = await otherPressed(tx, press, new Date(how.at.getTime() - tripwireMs));
  const back = other ? suspectAutomation(c, obj, how) : undefined;
  if (!back) return undefined;
  suspectPerson(tx, person.id);
  dropDetails(tx, obj);
  return back;
}
