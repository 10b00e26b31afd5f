import type { Calendar } from '../lead/calendar.ts';
import type { LeadCase } from '../lead/lead-case.ts';
import { clockSql } from './clock.ts';
import type { Database, Question, Tx } from './database.ts';
import { readAhead, readCase } from './leads.ts';
import { findPerson, type Person, personQuestion } from './people.ts';
import { type ClaimRow, claimsOfOffer, claimsRevived } from './standing.ts';

/** What a link is about: whom it was mailed to, and the lead, offer or assignment it names. */
export interface TargetKey {
  readonly sub: string;
  readonly about: string;
  /** Whether the claims that the partner of the offer holds are wanted. */
  readonly claims: boolean;
}

/** What a link leads to, at one instant. */
export interface ReadTarget {
  readonly now: Date;
  readonly person: Person | undefined;
  readonly case: LeadCase | undefined;
  /** What the partner of the offer holds; null where that was not wanted. */
  readonly claims: readonly ClaimRow[] | null;
}

interface State {
  readonly now: Date;
  readonly partners: string;
  readonly person: string | null;
  readonly lead: string | null;
  readonly claims: readonly ClaimRow[] | null;
}

interface Known {
  readonly state: Pick<State, 'partners' | 'person' | 'lead'>;
  readonly person: Person;
  readonly case: LeadCase;
}

/** Links are opened again within minutes, by scanners, then by people; a case takes some ten kilobytes. */
const mostKnown = 250;
const known = new WeakMap<object, Map<string, Known>>();

/**
 * Reads what a link leads to, in one trip. What was read before is taken from memory when one statement says that
 * nothing of it has changed since: every change of a lead, by whatever process, writes the lead's row, every change of a
 * person theirs, every change of a partner raises the partners' version. The clock is read each time and nothing that was
 * decided is remembered, so a window that has ended has ended.
 */
export async function readTarget(db: Database, key: TargetKey, vendor: Calendar): Promise<ReadTarget> {
  const memory = known.get(db) ?? new Map<string, Known>();
  known.set(db, memory);
  const name = `${key.sub} ${key.about}`;
  const before = memory.get(name);
  if (before) {
    const state = await askedTogether(db, key);
    const { now, claims } = state;
    if (isSame(before.state, state))
      return {
        now,
        person: before.person,
        case: before.case,
        claims: key.claims ? claimsRevived(claims) : null,
      };
  }
  const question = statesOf([key]);
  const { state, ...read } = await db.inTransaction((tx) => readAnew(tx, db, key, question, vendor), {
    ahead: [question, personQuestion(key.sub), ...readAhead({ about: key.about })],
    repeatable: true,
  });
  memory.delete(name);
  if (read.person && read.case) {
    for (const oldest of memory.keys()) if (memory.size >= mostKnown) memory.delete(oldest);
    memory.set(name, { state, person: read.person, case: read.case });
  }
  return read;
}

/** The state is read before what it is the state of: a change in between is found at the next look. */
async function readAnew(
  tx: Tx,
  db: Database,
  key: TargetKey,
  { text, values }: Question,
  vendor: Calendar,
): Promise<ReadTarget & { readonly state: Known['state'] }> {
  const [[state], person, loaded] = await Promise.all([
    tx.query<State>(text, values) as Promise<[State]>,
    findPerson(tx, key.sub),
    readCase(tx, db, { about: key.about }, vendor),
  ]);
  return {
    now: tx.now,
    person,
    case: loaded?.case,
    claims: key.claims ? claimsRevived(state.claims) : null,
    state: { ...state, partners: tx.versions.partners },
  };
}

const isSame = (a: Known['state'], b: Known['state']): boolean =>
  a.lead === b.lead && a.person === b.person && a.partners === b.partners;

interface Waiting {
  readonly key: TargetKey;
  readonly answer: (state: State) => void;
  readonly fail: (why: unknown) => void;
}
const waiting = new WeakMap<object, Waiting[]>();

/** What is wanted to know in one turn of the event loop is one question: under load a trip serves many pages. */
function askedTogether(db: Database, key: TargetKey): Promise<State> {
  return new Promise((answer, fail) => {
    const others = waiting.get(db);
    if (others) others.push({ key, answer, fail });
    else {
      waiting.set(db, [{ key, answer, fail }]);
      setImmediate(() => void askForAll(db));
    }
  });
}

async function askForAll(db: Database): Promise<void> {
  const asked = waiting.get(db) ?? [];
  waiting.delete(db);
  const { text, values } = statesOf(asked.map((a) => a.key));
  try {
    const states = await db.query<State>(text, values);
    for (const [i, { answer }] of asked.entries()) answer(states[i] as State);
  } catch (error) {
    for (const { fail } of asked) fail(error);
  }
}

/**
 * One row a key, in their order. `xmin` names the transaction that has written a row as it is. The keys come as JSON: of
 * an array the planner would count the members, and plan anew each time.
 */
const statesOf = (keys: readonly TargetKey[]): Question => ({
  text: `
    select c.now, c.partners,
      (select p.xmin::text from people p where p.id = k.sub) as person,
      (select l.xmin::text || ' ' || l.fact_seq from leads l where l.id = coalesce(
         (select o.lead_id from offers o where o.id = k.about), (select a.lead_id from assignments a where a.id = k.about),
         k.about)) as lead,
      (select json_agg(h) from (${claimsOfOffer('k.about', 'k.claims', 'c.now')}) h) as claims
    from json_to_recordset($1::json) as k(n int, sub uuid, about uuid, claims boolean), (${clockSql} limit 1) c
    order by k.n`,
  values: [JSON.stringify(keys.map((key, n) => ({ n, ...key })))],
});
