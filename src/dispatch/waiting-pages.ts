import { isFair } from '../lead/fair.ts';
import type { Refusal } from '../lead/refusals.ts';
import type { Debt } from '../lead/standing.ts';
import { holdOn, queueOf, waitOf } from '../lead/waits.ts';
import type { LinkOrder } from '../letters/acts.ts';
import { button } from '../letters/buttons.ts';
import type { BlockedPage, MessagePage, PageForm, PageLink } from '../letters/page-view.ts';
import { teaser } from '../letters/teaser.ts';
import type { OpenOffer } from '../postgres/lead-reads.ts';
import { leadsById } from '../postgres/weekly-rows.ts';
import type { Deps } from './deps.ts';
import { frame, messagePage, refusalPage, tokenFor, urlOf } from './link-pages.ts';
import type { LinkTarget } from './link-target.ts';

/** The pages of whoever wants a lead and cannot have it yet. */

/** A refusal as a page; those that say "not yet" have pages of their own, with what can be done about it. */
export async function whyNotPage(
  deps: Deps,
  t: LinkTarget,
  refusal: Refusal,
  now: Date,
  others: readonly OpenOffer[] = [],
): Promise<MessagePage | BlockedPage> {
  if (refusal.kind === 'claims-blocked') return blockedPage(deps, t, refusal.until, now);
  if (refusal.kind === 'undo-used-up') return usedUpPage(deps, t, now);
  if (refusal.kind !== 'first-in-line') return refusalPage(deps, t, refusal, now, others);
  if (refusal.queued) return queuedPage(deps, t, refusal.until, now);
  const page = messagePage(deps, t, 'first-in-line', 'info', now);
  const form = formOf(deps, t, { path: 'a', act: 'queue', obj: t.claim.obj }, 'queue', now);
  return { ...page, at: refusal.until.toISOString(), lead: teaser(t.case.lead), form };
}

/** No further undo without a word of the account manager: one button tells them. */
function usedUpPage(deps: Deps, t: LinkTarget, now: Date): MessagePage {
  const page = refusalPage(deps, t, { kind: 'undo-used-up' }, now);
  return { ...page, form: formOf(deps, t, { path: 'a', act: 'undo', obj: t.claim.obj }, 'ask-back', now) };
}

/** "You are next." */
export function queuedPage(deps: Deps, t: LinkTarget, until: Date, now: Date): MessagePage {
  const page = messagePage(deps, t, 'queued', 'ok', now);
  return { ...page, at: until.toISOString(), lead: teaser(t.case.lead) };
}

/** Every lead that waits for a word, with its buttons; and the lead that is wanted, kept for as long as it is. */
export async function blockedPage(
  deps: Deps,
  t: LinkTarget,
  until: Date | null,
  now: Date,
): Promise<BlockedPage> {
  const { case: c, person } = t;
  const standing = person.partner_id ? c.standing?.get(person.partner_id) : undefined;
  const debts = standing?.debts ?? [];
  const leads = await leadsById(
    deps.db,
    debts.map((d) => d.claim.lead_id),
  );
  const contacts = (person.partner_id && c.partners.get(person.partner_id)?.contacts) || [];
  const theirs = until ? undefined : holdOn(c, now);
  const mayHold =
    !isFair(c) && !until && !theirs && !waitOf(c, t.claim.obj)?.hold_until && queueOf(c).length === 0;
  const accept = { path: 'a', act: 'accept', obj: t.claim.obj } as const;
  return {
    ...frame(deps, t, now),
    kind: 'blocked',
    lead: teaser(c.lead),
    until: until?.toISOString() ?? null,
    taken: theirs?.until.toISOString() ?? null,
    limit: standing?.limit ?? 1,
    debts: debts.flatMap((debt) => {
      const lead = leads.get(debt.claim.lead_id);
      if (!lead) return [];
      const own = debt.claim.contact_id === person.id;
      return {
        lead: teaser(lead),
        owes: debt.claim.owes ?? 'update',
        since: (debt.claim.deadline ?? now).toISOString(),
        holder: own ? null : (contacts.find((p) => p.id === debt.claim.contact_id)?.name ?? ''),
        rows: own ? rowsOf(deps, t, debt, now) : [],
      };
    }),
    form: mayHold ? formOf(deps, t, accept, 'hold', now) : null,
  };
}

function rowsOf(deps: Deps, t: LinkTarget, { claim }: Debt, now: Date): PageLink[][] {
  const link = (act: 'contacted' | 'not-reached' | 'quoted' | 'unchanged' | 'won' | 'lost' | 'return') => {
    const b = button(act, claim.id, act === 'contacted' || act === 'quoted' ? 'main' : 'quiet');
    const word = act === 'lost' && claim.owes === 'update' ? 'lost-update' : act;
    return { word, url: urlOf(deps, t, b.order, now), tone: b.tone };
  };
  return claim.owes === 'contact'
    ? [
        [link('contacted'), link('not-reached')],
        [link('lost'), link('return')],
      ]
    : [[link('quoted'), link('unchanged')], [link('won'), link('lost')], [link('return')]];
}

function formOf(
  deps: Deps,
  t: LinkTarget,
  order: LinkOrder,
  word: NonNullable<PageForm['word']>,
  now: Date,
): PageForm {
  const token = tokenFor(deps, t, order, now);
  return { post: `/a/${token}`, nonce: deps.links.mintNonce(token, now), fields: [], word };
}
