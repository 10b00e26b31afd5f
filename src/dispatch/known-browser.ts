import { lastAct, undoneAcceptsAllowed, undoUntil } from '../lead/undo.ts';
import type { Act } from '../letters/acts.ts';
import type { Field } from '../letters/page-view.ts';
import type { LinkPerson } from '../letters/signed-links.ts';
import type { Deps } from './deps.ts';
import { hasUndo } from './link-acts.ts';
import type { LinkTarget } from './link-target.ts';
import { undonesOf } from './undone-accepts.ts';

/** Who comes by, as far as a request tells. */
export interface Visitor {
  /** Stamps of earlier presses, as this browser has kept them. */
  readonly stamps: readonly string[];
  /** The part of the network address that an office or a scanner shares. */
  readonly network: string;
  /** The page is fetched before anybody asked for it. */
  readonly early: boolean;
}

/** A request of which nothing is known. */
export const stranger: Visitor = { stamps: [], network: '', early: false };

/** Somebody whose browsers may be known; those that pressed before a machine was suspected are strangers again. */
export type Known = LinkPerson & { readonly suspected_at?: Date | null };

/** Whether this person has pressed a button in this browser before. No scanner of mails ever has. */
export const isKnown = (deps: Pick<Deps, 'links'>, visitor: Visitor, person: Known, now: Date): boolean =>
  visitor.stamps.some((stamp) => deps.links.verifyHuman(stamp, person, now, person.suspected_at ?? null));

/** What a browser keeps after a press: proof that this person has pressed in it, in place of an older one. */
export interface Stamp {
  readonly value: string;
  readonly replaces: (earlier: string) => boolean;
}

export const stampFor = ({ links }: Pick<Deps, 'links'>, person: LinkPerson, now: Date): Stamp => ({
  value: links.signHuman(person, now),
  replaces: (earlier) => links.verifyHuman(earlier, person, now),
});

/**
 * Whether the page may press its button by itself: in a known browser, when the act can be taken back, and when the form
 * asks for nothing that only the person knows.
 */
export async function pressesItself(
  deps: Deps,
  t: LinkTarget,
  fields: readonly Field[],
  visitor: Visitor,
  now: Date,
): Promise<boolean> {
  const { act } = t.claim;
  if (visitor.early || !hasUndo(act) || !isKnown(deps, visitor, t.person, now)) return false;
  if (wantsWords(act, fields) || wasJustDone(t, now)) return false;
  return act !== 'accept' || (await undonesOf(deps, t.person, now)) < undoneAcceptsAllowed;
}

/** An amount, a day, or why a lead is lost: a guess would be worse than a press. */
const wantsWords = (act: Act, fields: readonly Field[]): boolean =>
  act === 'lost' || fields.some((f) => f.type !== 'choice' && f.type !== 'note');

/** Whoever opens the link of what they have just reported wants to see it, and not to report it twice. */
function wasJustDone({ case: c, claim, person }: LinkTarget, now: Date): boolean {
  const last = lastAct(c, person.id);
  return last !== undefined && undoUntil(last) >= now && last.data['verb'] === claim.act;
}
