import { defaultPreferences } from '../lead/preferences.ts';
import type { Tx } from '../postgres/database.ts';
import { findPreferences, putPreferences } from '../postgres/preferences.ts';

/** No more reports for somebody: by a page, a mail program's button, or a complaint. They choose otherwise on their page. */
export async function endReports(tx: Tx, personId: string): Promise<void> {
  const chosen = (await findPreferences(tx, personId)) ?? defaultPreferences;
  await putPreferences(tx, personId, { ...chosen, digest: 'off' });
}
