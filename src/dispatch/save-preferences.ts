import type { PrefsPage } from '../letters/prefs-view.ts';
import type { Tx } from '../postgres/database.ts';
import { putCapacity, putPreferences } from '../postgres/preferences.ts';
import { setAbsence } from './announce-absence.ts';
import type { Deps } from './deps.ts';
import { moveOffers } from './move-offers.ts';
import type { Shown } from './open-link.ts';
import { findPersonLink, hasPressed, type PersonLink } from './person-link.ts';
import { type Choices, choicesOf, preferencesPage } from './preferences-page.ts';
import { type PrefsBody, type PrefsRead, readPreferences } from './read-preferences.ts';

/** GET of `/prefs/`. */
export async function openPreferences(deps: Deps, token: string): Promise<Shown> {
  const link = await findPersonLink(deps, token, 'prefs');
  if ('page' in link) return link;
  return { status: 200, page: preferencesPage(deps, link, await choicesOf(deps, deps.db, link)) };
}

/** POST of `/prefs/`: all of it or nothing; what is wrong is named and stays as it was typed. */
export async function savePreferences(deps: Deps, token: string, body: PrefsBody): Promise<Shown> {
  const found = await findPersonLink(deps, token, 'prefs');
  if ('page' in found) return found;
  const shown = await deps.db.inTransaction(async (tx): Promise<Shown & { page: PrefsPage }> => {
    const link = { ...found, now: tx.now };
    const choices = await choicesOf(deps, tx, link);
    const read = readPreferences(body, choices.now);
    if (!hasPressed(deps, link, body.values))
      return {
        status: 200,
        page: preferencesPage(deps, link, choices, { again: true, read: { ...read, faults: {} } }),
      };
    if (Object.keys(read.faults).length > 0)
      return { status: 422, page: preferencesPage(deps, link, choices, { read }) };
    await keep(deps, tx, link, choices, read);
    const after = await choicesOf(deps, tx, link);
    return { status: 200, page: preferencesPage(deps, link, after, { saved: true }) };
  });
  if (shown.page.saved) await moveOffers(deps, found.person.id);
  return shown;
}

async function keep(
  deps: Deps,
  tx: Tx,
  { person }: PersonLink,
  choices: Choices,
  read: PrefsRead,
): Promise<void> {
  await putPreferences(tx, person.id, read.chosen);
  if (read.capacity && person.partner_id) await putCapacity(tx, person.partner_id, read.capacity);
  const { away } = choices.now;
  const same = (['from', 'until', 'deputy'] as const).every((name) => away[name] === read.away[name]);
  if (person.kind !== 'contact' || same) return;
  const deputy = choices.partner?.contacts.find((c) => c.external_id === read.away.deputy)?.id ?? null;
  // An absence that runs goes on from where it began.
  const from = read.away.from > choices.now.today ? read.away.from : null;
  await setAbsence(deps, tx, person, { from, until: read.away.until || null }, { source: 'link', deputy });
}
