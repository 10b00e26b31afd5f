import { localTime } from '../lead/calendar.ts';
import type { Noted } from '../letters/letter.ts';
import type { ActionPage, MessagePage, PageForm } from '../letters/page-view.ts';
import { type AbsenceRow, endAbsences, findAbsence, personChanged } from '../postgres/absences.ts';
import { findPerson, type Person } from '../postgres/people.ts';
import type { Pressed } from './act-on-link.ts';
import { dayFaults, instantOfReturn, startAbsence } from './announce-absence.ts';
import type { Deps } from './deps.ts';
import type { FormBody } from './form-fields.ts';
import { stampFor } from './known-browser.ts';
import { anyTime } from './link-target.ts';
import { expired, type Shown } from './open-link.ts';
import { personFrame, personMessage } from './person-pages.ts';

/** Links about somebody's absence: one tap confirms it, one press ends it. They are about a person, not about a lead. */

interface AbsenceTarget {
  readonly token: string;
  readonly now: Date;
  /** Whom the link was mailed to. */
  readonly person: Person;
  /** Who is away; the reader or a colleague. */
  readonly away: Person;
  readonly absence: AbsenceRow;
}

/** GET: what would happen. Undefined for a link about anything else. */
export async function openAbsenceLink(deps: Deps, token: string): Promise<Shown | undefined> {
  const found = await findAbsenceTarget(deps, token);
  if (!found) return undefined;
  return 'page' in found ? found : { status: 200, page: pageOf(deps, found, []) };
}

/** POST: confirms or ends, with the nonce of the page, like every other act. */
export async function actOnAbsenceLink(
  deps: Deps,
  token: string,
  body: FormBody,
  isPressed: Pressed,
): Promise<Shown | undefined> {
  const found = await findAbsenceTarget(deps, token);
  if (!found || 'page' in found) return found;
  const t = found;
  if (!isPressed(body['nonce'] ?? '', token, t.now, t.person) || (body['website'] ?? '') !== '')
    return { status: 200, page: pageOf(deps, t, []) };
  if (t.absence.confirmed_at) {
    if (body['back'] === undefined) return { status: 200, page: pageOf(deps, t, []) };
    await end(deps, t);
    return done(deps, t, { verb: 'back', date: null });
  }
  const today = localTime(t.away.timezone, t.now).date;
  const until = body['date']?.trim() || returnDay(t);
  const wrong = !/^\d{4}-\d\d-\d\d$/.test(until) || Number.isNaN(Date.parse(until));
  if (wrong || dayFaults({ from: null, until }, today).length > 0)
    return { status: 422, page: pageOf(deps, t, ['date']) };
  await confirm(deps, t, instantOfReturn(t.away, until));
  return done(deps, t, { verb: 'absence', date: until });
}

const confirm = (deps: Deps, t: AbsenceTarget, until: Date): Promise<void> =>
  deps.db.inTransaction((tx) => startAbsence(tx, t.absence, until));

const end = (deps: Deps, t: AbsenceTarget): Promise<void> =>
  deps.db.inTransaction(async (tx) => {
    await endAbsences(tx, t.away.id);
    await personChanged(tx, t.away.id);
  });

/** Works for the addressee while they and whoever is away belong to the same partner. */
async function findAbsenceTarget(deps: Deps, token: string): Promise<AbsenceTarget | Shown | undefined> {
  // A link about anything else costs no look at the clock.
  const signed = deps.links.verify(token, anyTime);
  if (!signed.ok || signed.claim.act !== 'absence') return undefined;
  const now = await deps.db.now();
  const verdict = deps.links.verify(token, now);
  if (!verdict.ok) return undefined;
  const { claim } = verdict;
  const person = await findPerson(deps.db, claim.sub);
  if (!person?.active || person.epoch !== claim.ver) return expired(deps, token, now);
  const absence = await findAbsence(deps.db, claim.obj);
  const away = absence && (await findPerson(deps.db, absence.person_id));
  if (!absence || !away || absence.until_at <= now)
    return { status: 200, page: personMessage(deps, person, 'absence-over', now) };
  if (person.kind !== 'contact' || away.partner_id !== person.partner_id)
    return { status: 403, page: personMessage(deps, person, 'not-yours', now) };
  return { token, now, person, away, absence };
}

function pageOf(deps: Deps, t: AbsenceTarget, faults: readonly string[]): ActionPage | MessagePage {
  const form: PageForm = {
    post: `/a/${t.token}`,
    nonce: deps.links.mintNonce(t.token, t.now),
    fields: [{ type: 'date', value: returnDay(t), required: true }],
  };
  if (t.absence.confirmed_at) {
    const page = personMessage(deps, t.person, 'absent', t.now);
    const at = t.absence.until_at.toISOString();
    return { ...page, tone: 'info', at, form: { ...form, fields: [], word: 'back' } };
  }
  return {
    ...personFrame(deps, t.person, t.now),
    kind: 'action',
    act: 'absence',
    form,
    lead: null,
    deadline: null,
    others: null,
    capacity: null,
    params: { partner: t.away.name },
    links: [],
    again: false,
    faults,
  };
}

const returnDay = (t: AbsenceTarget): string => localTime(t.away.timezone, t.absence.until_at).date;

function done(deps: Deps, t: AbsenceTarget, did: Pick<Noted, 'verb' | 'date'>): Shown {
  const message = personMessage(deps, t.person, 'done', t.now);
  const page = { ...message, tone: 'ok' as const, did: { money: null, time: null, reason: null, ...did } };
  return { status: 200, page, stamp: stampFor(deps, t.person, t.now) };
}
