import { defaultPreferences } from '../lead/preferences.ts';
import type { MessagePage } from '../letters/page-view.ts';
import { findPreferences } from '../postgres/preferences.ts';
import type { Deps } from './deps.ts';
import { endReports } from './end-reports.ts';
import type { FormBody } from './form-fields.ts';
import { ownFrame } from './my-page.ts';
import type { Shown } from './open-link.ts';
import { findPersonLink, hasPressed, ownPage, type PersonLink } from './person-link.ts';
import { personMessage } from './person-pages.ts';

/**
 * The reports of one person end; what a lead needs still comes. A mail program posts
 * `List-Unsubscribe=One-Click` (RFC 8058) without having seen a page; a person gets a page with a button.
 */

/** GET of `/stop/`: names what would stop and what would still come. */
export async function openStop(deps: Deps, token: string): Promise<Shown> {
  const link = await findPersonLink(deps, token, 'stop');
  if ('page' in link) return link;
  return { status: 200, page: await stopPage(deps, link) };
}

/** POST of `/stop/`, by a mail program or by the button of the page. Done twice, it changes nothing. */
export async function stopDigests(deps: Deps, token: string, body: FormBody): Promise<Shown> {
  const link = await findPersonLink(deps, token, 'stop');
  if ('page' in link) return link;
  const oneClick = body['List-Unsubscribe']?.trim() === 'One-Click';
  if (!oneClick && !hasPressed(deps, link, body))
    return { status: 200, page: await stopPage(deps, link, true) };
  const { id } = link.person;
  await deps.db.inTransaction((tx) => endReports(tx, id));
  return { status: 200, page: await stopPage(deps, link) };
}

/** The page as things are: the button while reports come, else that they have stopped and how to have them again. */
async function stopPage(deps: Deps, link: PersonLink, again = false): Promise<MessagePage> {
  const { person, now, token } = link;
  const chosen = (await findPreferences(deps.db, person.id)) ?? defaultPreferences;
  const stopped = chosen.digest === 'off';
  const page = personMessage(deps, person, stopped ? 'stopped' : 'stop', now);
  const form = {
    post: `/stop/${token}`,
    nonce: deps.links.mintNonce(token, now),
    fields: [],
    word: 'stop',
  } as const;
  return {
    ...page,
    ...ownFrame(deps, link, null),
    tone: stopped ? 'ok' : 'info',
    again,
    links: [{ word: 'prefs', url: ownPage(deps, link, 'prefs', 'prefs'), tone: 'quiet' }],
    form: stopped ? null : form,
  };
}
