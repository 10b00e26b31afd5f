import type { FieldFault, Refusal } from '../lead/refusals.ts';

/** An RFC 9457 problem; `request_id` is added when it is sent. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  readonly state?: string;
  readonly allowed?: readonly string[];
}

/** What a handler answers with: JSON, or a problem, or the bytes of a mail. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly type: 'json' | 'problem' | 'mail';
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (status: number, body: unknown, headers: Reply['headers'] = {}): Reply => ({
  status,
  body,
  type: 'json',
  headers,
});

/** A problem as an answer. @param name the last part of its type, a stable word for programs */
export function problem(
  status: number,
  name: string,
  title: string,
  detail: string,
  more: Pick<Problem, 'errors' | 'state' | 'allowed'> & {
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Reply {
  const { headers = {}, ...members } = more;
  const body: Problem = { type: `urn:leadpost:problem:${name}`, title, status, detail, ...members };
  return { status, body, type: 'problem', headers };
}

export const notFound = (what: string, fix: string): Reply =>
  problem(404, 'not-found', `No such ${what}`, fix);

export function invalid(errors: readonly FieldFault[], where: 'body' | 'query' = 'body'): Reply {
  const n = errors.length;
  const detail = `${n === 1 ? 'One thing' : `${n} things`} in the ${where} must be corrected; errors names ${n === 1 ? 'it' : 'each'}. Nothing was changed.`;
  return problem(where === 'query' ? 400 : 422, 'invalid', `The ${where} is not valid`, detail, { errors });
}

type Of<K extends Refusal['kind']> = Extract<Refusal, { kind: K }>;
type Words = { readonly [K in Refusal['kind']]: (refusal: Of<K>) => Reply };

const conflict = (
  name: string,
  detail: string,
  more: { state?: string; allowed?: readonly string[] } = {},
): Reply => problem(409, name, 'Not possible in the present state', detail, more);

/** Complete by construction: a new kind of refusal does not compile until it has its words. */
const words: Words = {
  'not-found': (r) => notFound(r.what, `There is no such ${r.what}; check the reference and try again.`),
  'illegal-move': (r) => conflict('illegal-move', illegalMove(r), { state: r.state, allowed: r.allowed }),
  'already-taken': (r) =>
    conflict('already-taken', `Another partner has held this lead since ${r.takenAt.toISOString()}.`),
  'already-yours': (r) =>
    conflict('already-yours', `This lead has been held by the same contact since ${r.at.toISOString()}.`),
  'already-declined': (r) => conflict('already-declined', `The offer was declined at ${r.at.toISOString()}.`),
  'already-asked': (r) => conflict('already-asked', `Another chance was asked for at ${r.at.toISOString()}.`),
  'already-wished': (r) =>
    conflict('already-wished', `The yes is noted; it is decided at ${r.until.toISOString()}.`),
  'offer-withdrawn': () =>
    conflict('offer-withdrawn', 'The offer was withdrawn; dispatch the lead again to make new offers.'),
  'offer-bounced': () =>
    conflict(
      'offer-bounced',
      'The offer could not be delivered; correct the contact’s address with PUT /partners.',
    ),
  'lead-over': (r) =>
    conflict('lead-over', `The lead is ${r.state}; nothing more can be done with it.`, {
      state: r.state,
      allowed: [],
    }),
  'not-yours': () =>
    problem(403, 'not-yours', 'Not the holder', 'Only the present holder of the lead may do this.'),
  'passed-on': (r) => conflict('passed-on', `The lead was passed on to ${r.to} at ${r.at.toISOString()}.`),
  'no-capacity': (r) =>
    conflict(
      'no-capacity',
      `The partner has its ${r.limit} leads, at once or of this week; raise capacity with PUT /partners, or wait.`,
    ),
  away: (r) => conflict('away', `The partner is away until ${r.until.toISOString()}.`),
  suspended: () =>
    conflict('suspended', 'The partner is suspended until its account manager lifts the suspension.'),
  'not-suspended': () => conflict('not-suspended', 'The partner is not suspended; there is nothing to lift.'),
  'claims-blocked': (r) =>
    conflict(
      'claims-blocked',
      `${r.debts} leads of the partner wait for a word; from ${r.limit} on it cannot accept.`,
    ),
  'first-in-line': (r) =>
    conflict('first-in-line', `The lead is kept for another partner until ${r.until.toISOString()}.`),
  'not-enough-points': (r) =>
    conflict('not-enough-points', `The partner has ${r.points} points; this needs ${r.needed}.`),
  'already-decided': (r) => conflict('already-decided', `This was decided at ${r.at.toISOString()}.`),
  'nothing-to-undo': () => conflict('nothing-to-undo', 'There is nothing to undo.'),
  'undo-too-late': (r) => conflict('undo-too-late', `Undo was possible until ${r.until.toISOString()}.`),
  'undo-used-up': () =>
    conflict('undo-used-up', 'This partner has undone as many accepts as it may in 30 days.'),
  'undo-blocked': () =>
    conflict('undo-blocked', 'Somebody else has acted on the lead since; what they did would be lost.'),
  'not-claimed': () => conflict('not-claimed', 'Nobody holds this lead; this needs a claim.'),
  invalid: (r) => invalid(r.errors),
};

function illegalMove(r: Of<'illegal-move'>): string {
  const may =
    r.allowed.length > 0 ? `possible from there: ${r.allowed.join(', ')}` : 'nothing is possible from there';
  return `The lead is ${r.state}; ${may}.`;
}

/** The answer to an expected "no". */
export const refused = (refusal: Refusal): Reply => (words[refusal.kind] as (r: Refusal) => Reply)(refusal);
