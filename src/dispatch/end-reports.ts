import { defaultPreferences } from '../lead/preferences.ts';
import type { Tx } from '../postgres/database.ts';
import { endDigest } from '../postgres/preferences.ts';

/** No more reports for somebody: by a page, a mail program's button, or a complaint. They choose otherwise on their page. */
export const endReports = (tx: Tx, personId: string): Promise<void> =>
  endDigest(tx, personId, defaultPreferences);
