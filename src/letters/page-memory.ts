import type { PageView } from './page-view.ts';

/** Where a page's nonce will stand; a private-use character, which no text of ours keeps (plain.ts). */
const nonceHere = '\uE002';
/** A few hundred pages of some six kilobytes each. */
const mostKept = 300;

/**
 * Renders action pages that say the same within one minute once: scanners open each link of a mail several times, and
 * then its reader does. A page is all that its view says, so the view is the key, whole, but for the nonce that is new each
 * time and the seconds no page shows. Whether the view is true is none of its business: it is made anew for every look.
 */
export function rememberingPages(render: (view: PageView) => string): (view: PageView) => string {
  const kept = new Map<string, readonly string[]>();
  return (view) => {
    if (view.kind !== 'action' || !/^[\w.-]+$/.test(view.form.nonce)) return render(view);
    const { nonce } = view.form;
    const now = new Date(Math.floor(view.now.getTime() / 60_000) * 60_000);
    const said: PageView = { ...view, now, form: { ...view.form, nonce: nonceHere } };
    const key = JSON.stringify(said);
    const known = kept.get(key);
    if (known) return known.join(nonce);
    // A text that holds our sign would be cut at the wrong place.
    if (key.split(nonceHere).length !== 2) return render(view);
    const parts = render(said).split(nonceHere);
    for (const oldest of kept.keys()) if (kept.size >= mostKept) kept.delete(oldest);
    kept.set(key, parts);
    return parts.join(nonce);
  };
}
