import { isEvent, type Mailbox, passTime, type Told } from './time.ts';
import { act, type Verb } from './verbs.ts';
import type { Lead, World } from './world.ts';

/**
 * What was asked of two houses at once happened in some order. The chains of facts say in which one: each transaction
 * on a lead left facts of one instant and one actor. The model goes through them and must end where the database is.
 */

/** A verb as it was asked for, and what came of it: `ok` or the kind of the refusal. */
export interface Done {
  readonly lead: string;
  readonly verb: Verb;
  readonly end: string;
  /** Each house speaks over channels of its own, so that its facts can be told from the other's. */
  readonly channel: string;
  /** When it was asked. */
  readonly at: number;
}

interface Step {
  readonly lead: string;
  readonly facts: readonly Told[];
  readonly done: Done | null;
}

export interface Outcome {
  readonly world: World;
  readonly faults: readonly string[];
}

/**
 * @param learn gives offers and claims that are new to the model the ids and times the database has for them
 * @param differs what is different in the end
 */
export function follow(
  before: World,
  told: readonly Told[],
  done: readonly Done[],
  also: { mailbox: (c: string) => Mailbox; learn: (w: World) => void; differs: (w: World) => string[] },
): Outcome {
  const tried: Outcome[] = [];
  for (const order of orders(done)) {
    const clocked = stepsOf(told, order);
    if (!clocked) continue;
    for (const steps of interleavings(clocked)) {
      const outcome = replay(structuredClone(before), steps, done, also);
      if (outcome.faults.length === 0) return outcome;
      tried.push(outcome);
    }
  }
  return tried[0] ?? { world: before, faults: ['no order of the verbs fits the facts'] };
}

function replay(
  w: World,
  steps: readonly Step[],
  done: readonly Done[],
  also: Parameters<typeof follow>[3],
): Outcome {
  const faults: string[] = [];
  also.learn(w);
  const refused = new Set(done.filter((d) => d.end !== 'ok'));
  const pass = (): void => {
    for (const d of refused) if (wouldEnd(w, d) === d.end) refused.delete(d);
  };
  const ends = new Map([...refused].map((d) => [d, wouldEnd(w, d)]));
  pass();
  for (const step of steps) {
    also.learn(w);
    const lead = w.leads[step.lead] as Lead;
    if (step.done) {
      const end = act(w, lead, step.done.verb, (step.facts[0] as Told).at);
      if (end !== 'ok') faults.push(`${say(step.done)} was done, the model says ${end}`);
    } else faults.push(...passTime(w, lead, step.facts, also.mailbox));
    also.learn(w);
    pass();
  }
  for (const d of refused) faults.push(`${say(d)}, the model says ${ends.get(d)}`);
  return { world: w, faults: [...faults, ...also.differs(w)] };
}

const wouldEnd = (w: World, d: Done): string => {
  const copy = structuredClone(w);
  return act(copy, copy.leads[d.lead] as Lead, d.verb, d.at);
};
const say = (d: Done): string => `${JSON.stringify(d.verb)} → ${d.end}`;

const orders = (done: readonly Done[]): Done[][] =>
  done.length < 2 ? [[...done]] : [[...done], [...done].reverse()];

/** The transactions in time; each verb that was done finds its own on its lead. Undefined when the order cannot be. */
function stepsOf(told: readonly Told[], order: readonly Done[]): Step[] | undefined {
  const groups = byTransaction(told);
  const waiting = order.filter((d) => d.end === 'ok');
  const owners = new Map<readonly Told[], Done>();
  for (const group of groups) {
    const first = group[0] as Told;
    if (first.channel === 'timer') continue;
    const at = waiting.findIndex(
      (d) => d.lead === first.lead && d.channel === first.channel && actorOf(d.verb) === first.who,
    );
    const [mine] = at < 0 ? [] : waiting.splice(at, 1);
    if (!mine) return undefined;
    owners.set(group, mine);
  }
  if (waiting.length > 0) return undefined;
  return groups.map((facts) => ({
    lead: (facts[0] as Told).lead,
    facts,
    done: owners.get(facts) ?? null,
  }));
}

/**
 * Each lead's own order is certain. What leads have in common are the places of their partners: a step that takes or
 * gives one may have been committed before or after what happened to other leads at about the same time, whatever the
 * clocks said when they began.
 */
function* interleavings(steps: readonly Step[]): Generator<readonly Step[]> {
  yield steps;
  const movable = steps
    .filter((s) => s.done || s.facts.some((f) => f.what === 'assignment.recalled'))
    .slice(0, 3);
  const ways = 3 ** movable.length;
  for (let way = 1; way < ways; way += 1)
    yield movable.reduce((all, step, i) => moved(all, step, Math.floor(way / 3 ** i) % 3), steps);
}

/** 0: as it is, 1: as early as its lead allows, 2: as late. */
function moved(steps: readonly Step[], step: Step, how: number): readonly Step[] {
  if (how === 0) return steps;
  const at = steps.indexOf(step);
  const rest = steps.filter((s) => s !== step);
  const before = rest.slice(0, at).findLastIndex((s) => s.lead === step.lead) + 1;
  const next = rest.findIndex((s, i) => i >= at && s.lead === step.lead);
  return rest.toSpliced(how === 1 ? before : next < 0 ? rest.length : next, 0, step);
}

export const actorOf = (v: Verb): string | null => ('by' in v ? v.by : null);

function byTransaction(told: readonly Told[]): Told[][] {
  const groups: Told[][] = [];
  const last = new Map<string, Told[]>();
  for (const fact of told) {
    const open = last.get(fact.lead);
    const before = open?.at(-1);
    const same =
      before && before.at === fact.at && before.channel === fact.channel && before.who === fact.who;
    // The machine writes what follows last: an event after it belongs to its next transaction.
    const next = fact.channel === 'timer' && before && !isEvent(before) && isEvent(fact);
    if (open && same && !next) open.push(fact);
    else {
      const group = [fact];
      last.set(fact.lead, group);
      groups.push(group);
    }
  }
  return inOrder(groups);
}

/**
 * By time, and each lead's own as its chain has them: whoever waited for the lead's lock carries the instant at which
 * it began to wait, which may lie before what came first.
 */
function inOrder(groups: readonly Told[][]): Told[][] {
  const latest = new Map<string, number>();
  const timed = groups.map((facts) => {
    const { lead, at } = facts[0] as Told;
    const since = Math.max(latest.get(lead) ?? at, at);
    latest.set(lead, since);
    return { facts, since };
  });
  return timed.sort((a, b) => a.since - b.since).map(({ facts }) => facts);
}
