import type { LeadCase } from '../lead/lead-case.ts';
import { unpackUuid } from '../letters/compact-uuid.ts';
import { readCase } from '../postgres/leads.ts';
import { findPerson, namesOf } from '../postgres/people.ts';
import { type Deps, vendorCalendar } from './deps.ts';

/** What an action link means. Never the token itself, nor anything that could be pressed. */
export interface InspectedToken {
  /** Whether it opens its page today. */
  readonly works: boolean;
  readonly why: 'good' | 'malformed' | 'forged' | 'retired' | 'expired' | 'revoked' | 'nobody' | 'nothing';
  /** What the token claims, proven or not; null when it cannot even be read. */
  readonly act: string | null;
  readonly kid: string | null;
  readonly expires_at: string | null;
  readonly person: {
    readonly id: string;
    readonly name: string | null;
    readonly kind: string | null;
    readonly partner: string | null;
  } | null;
  readonly object: {
    readonly id: string;
    readonly thing: 'lead' | 'offer' | 'assignment' | 'person' | null;
    readonly state: string | null;
    readonly reference: string | null;
  } | null;
}

/** @param link the token, or any address that contains it */
export async function inspectToken(deps: Deps, link: string): Promise<InspectedToken> {
  const token = /[\w-]+\.[\w-]+\.[\w-]+$/.exec(link.trim().replace(/[/?#]+$/, ''))?.[0] ?? '';
  const now = await deps.db.now();
  const verdict = deps.links.verify(token, now);
  const { sub, obj, ...claimed } = claimsOf(token);
  const person = sub ? await findPerson(deps.db, sub) : undefined;
  const names = person ? await namesOf(deps.db, [person.id]) : undefined;
  const object = obj ? await objectOf(deps, obj) : null;
  const why = ((): InspectedToken['why'] => {
    if (!verdict.ok) return verdict.why;
    if (!person?.active) return 'nobody';
    if (person.epoch !== verdict.claim.ver) return 'revoked';
    return object?.thing ? 'good' : 'nothing';
  })();
  const known = {
    name: person?.name ?? null,
    kind: person?.kind ?? null,
    partner: (person && names?.get(person.id)?.partner) ?? null,
  };
  return { works: why === 'good', why, ...claimed, person: sub ? { id: sub, ...known } : null, object };
}

async function objectOf(deps: Deps, id: string): Promise<InspectedToken['object']> {
  const found = (await readCase(deps.db, deps.db, { about: id }, vendorCalendar(deps.house)))?.case;
  if (found) return { id, reference: found.lead.reference, ...thingOf(found, id) };
  const person = await findPerson(deps.db, id);
  return { id, thing: person ? 'person' : null, state: null, reference: null };
}

function thingOf(c: LeadCase, id: string): { thing: 'lead' | 'offer' | 'assignment'; state: string } {
  const offer = c.offers.find((o) => o.id === id);
  if (offer) return { thing: 'offer', state: offer.state };
  const held = c.assignments.find((a) => a.id === id);
  return held ? { thing: 'assignment', state: held.state } : { thing: 'lead', state: c.lead.state };
}

/** What a token says without asking whether it is true. */
function claimsOf(token: string): {
  act: string | null;
  kid: string | null;
  expires_at: string | null;
  sub: string | null;
  obj: string | null;
} {
  const [header = '', payload = ''] = token.split('.');
  const { kid } = objectIn(header);
  const { act, exp, sub, obj } = objectIn(payload);
  const until = typeof exp === 'number' ? new Date(exp * 1000) : null;
  return {
    act: typeof act === 'string' ? act.slice(0, 40) : null,
    kid: typeof kid === 'string' ? kid.slice(0, 8) : null,
    expires_at: until && !Number.isNaN(until.getTime()) ? until.toISOString() : null,
    sub: unpackUuid(sub) ?? null,
    obj: unpackUuid(obj) ?? null,
  };
}

function objectIn(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
