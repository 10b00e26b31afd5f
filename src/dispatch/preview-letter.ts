import type { Lead } from '../lead/lead.ts';
import type { LetterKind, LetterView } from '../letters/letter.ts';
import { readCase } from '../postgres/leads.ts';
import { findLetter, listLetters } from '../postgres/letters.ts';
import { type Deps, vendorCalendar } from './deps.ts';

/**
 * What a mail of a kind says about a lead: the newest one that was written, else one made from the lead as it is now.
 *
 * @param made builds the view for a lead that has no such mail yet
 * @returns undefined when there is no such lead
 */
export async function previewLetter(
  deps: Deps,
  reference: string,
  kind: LetterKind,
  made: (lead: Lead) => LetterView | undefined,
): Promise<LetterView | undefined> {
  const found = (await readCase(deps.db, deps.db, { reference }, vendorCalendar(deps.house)))?.case;
  if (!found) return undefined;
  const filter = { lead: reference, to: null, state: null, before: null, limit: 200 };
  const written = (await listLetters(deps.db, filter)).find((letter) => letter.kind === kind);
  const view = written && (await findLetter(deps.db, written.id))?.view;
  return (view as LetterView | undefined) ?? made(found.lead);
}
