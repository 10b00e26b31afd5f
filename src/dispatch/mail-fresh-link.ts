import type { LeadCase } from '../lead/lead-case.ts';
import { type LinkPath, linkPaths } from '../letters/acts.ts';
import { type Answered, askLetter } from '../letters/answer-letters.ts';
import type { LinkClaim } from '../letters/signed-links.ts';
import type { Tx } from '../postgres/database.ts';
import { readCase } from '../postgres/leads.ts';
import { countLetters } from '../postgres/letters.ts';
import { partnersById } from '../postgres/partners.ts';
import { findPerson, type Person } from '../postgres/people.ts';
import type { Pressed } from './act-on-link.ts';
import { type Deps, vendorCalendar } from './deps.ts';
import type { FormBody } from './form-fields.ts';
import { messagePage } from './link-pages.ts';
import { expired, lost, openActionLink, type Shown } from './open-link.ts';
import { post } from './post-letter.ts';

/** However often and by whomever it is asked: so many such mails a person gets in a day, ten minutes apart. */
const mostADay = 5;
const pauseMs = 10 * 60_000;
const dayMs = 24 * 3_600_000;

/**
 * A fresh link in place of one whose time is over (expired, revoked, signed with a key that was taken away), mailed to
 * the address on file. The answer is the same whether or not there is such a person.
 */
export async function mailFreshLink(
  deps: Deps,
  token: string,
  body: FormBody,
  pressed: Pressed,
): Promise<Shown> {
  const now = await deps.db.now();
  const verdict = deps.links.verify(token, now);
  const claim = 'claim' in verdict ? verdict.claim : undefined;
  if (!claim) return lost(deps, { ok: false, why: 'link-forged', now });
  const person = await findPerson(deps.db, claim.sub);
  const works = verdict.ok && person?.active && person.epoch === claim.ver;
  if (works) return openActionLink(deps, token);
  const nobody = { id: claim.sub, epoch: claim.ver };
  if (!pressed(body['nonce'] ?? '', token, now, nobody) || (body['website'] ?? '') !== '')
    return expired(deps, token, now);
  if (person?.active) await deps.db.inTransaction((tx) => postLink(deps, tx, person, claim));
  return { status: 200, page: messagePage(deps, null, 'link-mailed', 'ok', now) };
}

async function postLink(deps: Deps, tx: Tx, person: Person, claim: LinkClaim): Promise<void> {
  const prefix = `new-link:${person.id}:`;
  if ((await countLetters(tx, prefix, new Date(tx.now.getTime() - dayMs))) >= mostADay) return;
  const found = await readCase(tx, deps.db, { about: claim.obj }, vendorCalendar(deps.house));
  // What a link claims is not proven when its key is gone: only whoever has to do with the lead hears of it.
  const c = found && concerns(found.case, person) ? found.case : undefined;
  if (found && !c) return;
  const link = { path: pathOf(claim), act: claim.act, obj: claim.obj };
  await post(deps, tx, {
    key: `${prefix}${Math.floor(tx.now.getTime() / pauseMs)}`,
    lead_id: c?.lead.id ?? null,
    offer_id: null,
    view: askLetter({
      to: await readerOf(deps, tx, person),
      lead: c?.lead ?? null,
      question: 'new-link',
      about: null,
      link,
    }),
    to: { person_id: person.id, email: person.email, name: person.name },
  });
}

const concerns = (c: LeadCase, { id, kind }: Person): boolean =>
  kind === 'user' || [...c.offers, ...c.assignments].some((x) => x.contact_id === id);

async function readerOf(deps: Deps, tx: Tx, person: Person): Promise<Answered> {
  const { partner_id: id } = person;
  const [partner] = id ? await partnersById(tx, deps.db, [id]) : [];
  const contact = partner?.contacts.find((x) => x.id === person.id);
  return partner && contact
    ? { side: 'partner', partner, contact }
    : { side: 'vendor', reader: { id: person.id, name: person.name } };
}

const pathOf = ({ act }: LinkClaim): LinkPath =>
  act === 'lead' ? 'l' : (linkPaths.find((path) => path === act) ?? 'a');
