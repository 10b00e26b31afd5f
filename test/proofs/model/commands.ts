import fc from 'fast-check';
import type { Said, Verb } from './verbs.ts';
import { held, isOpen, type Lead, type World } from './world.ts';

/** One step of the driver. `door`: through which of the two houses. Numbers are dice: what they hit depends on the world. */
export type Door = 0 | 1;
export interface Deal {
  readonly kind: Verb['verb'];
  readonly door: Door;
  /** Which lead, which of its offers, who. */
  readonly dice: readonly [number, number, number];
  readonly say: Said;
  readonly next: 'reoffer' | 'hold';
}
export type Command =
  | { readonly kind: 'arrive'; readonly door: Door; readonly rules: string; readonly dispatch: boolean }
  | { readonly kind: 'deal'; readonly deal: Deal }
  | { readonly kind: 'both'; readonly one: Deal; readonly other: Deal; readonly same: boolean }
  | { readonly kind: 'work'; readonly doors: readonly Door[]; readonly during: Deal | null }
  | { readonly kind: 'clock'; readonly minutes: number; readonly doors: readonly Door[] }
  | { readonly kind: 'mailbox'; readonly dice: number; readonly is: 'fine' | 'bounces' | 'busy' }
  | {
      readonly kind: 'absence';
      readonly dice: number;
      readonly days: number;
      readonly later: boolean;
      readonly deputy: boolean;
    };

const door = fc.constantFrom<Door>(0, 1);
const die = fc.nat(5039);
const some = <T>(...weighted: [number, T][]): fc.Arbitrary<T> =>
  fc.oneof(...weighted.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })));

const deal: fc.Arbitrary<Deal> = fc.record({
  kind: some<Verb['verb']>(
    ...([
      [9, 'accept'],
      [7, 'decline'],
      [3, 'chance'],
      [4, 'pass'],
      [6, 'report'],
      [6, 'undo'],
    ] as [number, Verb['verb']][]),
    ...([
      [3, 'recall'],
      [1, 'move'],
      [1, 'assign'],
      [3, 'dispatch'],
      [1, 'extend'],
    ] as [number, Verb['verb']][]),
  ),
  door,
  dice: fc.tuple(die, die, die),
  say: some<Said>(
    ...([
      [3, 'contacted'],
      [1, 'not-reached'],
      [1, 'meeting'],
      [1, 'quoted'],
      [3, 'won'],
    ] as [number, Said][]),
    ...([
      [3, 'lost'],
      [1, 'snooze'],
      [2, 'return'],
      [1, 'unchanged'],
    ] as [number, Said][]),
  ),
  next: some<'reoffer' | 'hold'>([2, 'reoffer'], [1, 'hold']),
});
const doors = fc.constantFrom<readonly Door[]>([0], [1], [0, 1]);
const weigh = (weight: number, arbitrary: fc.Arbitrary<Command>) => ({ weight, arbitrary });

export const command: fc.Arbitrary<Command> = fc.oneof(
  weigh(
    5,
    fc.record({
      kind: fc.constant('arrive'),
      door,
      rules: fc.constantFrom('group', 'sequence', 'pool', 'fair'),
      dispatch: some([5, true], [1, false]),
    }),
  ),
  weigh(42, fc.record({ kind: fc.constant('deal'), deal })),
  weigh(
    20,
    fc.record({ kind: fc.constant('both'), one: deal, other: deal, same: some([3, true], [1, false]) }),
  ),
  weigh(12, fc.record({ kind: fc.constant('work'), doors, during: fc.option(deal, { nil: null }) })),
  weigh(
    5,
    fc.record({
      kind: fc.constant('clock'),
      minutes: some([4, 4], [3, 37], [3, 5 * 60], [3, 26 * 60], [1, 4 * 1440]),
      doors,
    }),
  ),
  weigh(
    4,
    fc.record({
      kind: fc.constant('mailbox'),
      dice: die,
      is: some<'fine' | 'bounces' | 'busy'>([4, 'fine'], [2, 'bounces'], [1, 'busy']),
    }),
  ),
  weigh(
    4,
    fc.record({
      kind: fc.constant('absence'),
      dice: die,
      days: fc.constantFrom(0, 0, 1, 3),
      later: fc.boolean(),
      deputy: fc.boolean(),
    }),
  ),
);

/** Aims a deal at a lead of the world. Mostly somebody who may, now and then somebody who may not. */
export function aim(w: World, l: Lead, d: Deal): Verb | undefined {
  const [, what, who] = d.dice;
  const anybody = (): string =>
    pick(
      w.partners.flatMap((p) => p.contacts),
      who,
    ) as string;
  const stranger = who % 9 === 0;
  const claim = held(l) ?? l.claims.at(-1);
  const openOnes = l.offers.flatMap((o, i) => (isOpen(o) ? [i] : []));
  const index =
    pick(
      openOnes.length > 0 && d.kind !== 'chance' && what % 3 > 0 ? openOnes : l.offers.map((_, i) => i),
      who,
    ) ?? 0;
  const offer = l.offers[index];
  if (d.kind === 'assign') return { verb: 'assign', to: anybody() };
  if (d.kind === 'recall') return { verb: 'recall', next: d.next };
  if (d.kind === 'move' || d.kind === 'dispatch' || d.kind === 'extend') return { verb: d.kind };
  if (d.kind === 'report')
    return {
      verb: 'report',
      say: d.say,
      by: stranger ? anybody() : who % 9 === 1 && closes(d.say) ? null : (claim?.contact ?? anybody()),
    };
  if (d.kind === 'undo')
    return {
      verb: 'undo',
      by: stranger ? anybody() : (l.deeds.findLast((x) => x.by !== 'vendor')?.by ?? anybody()),
    };
  if (!offer) return undefined;
  const by = stranger ? anybody() : offer.contact;
  if (d.kind !== 'pass') return { verb: d.kind, offer: index, by };
  const thing =
    claim && what % 2 === 0
      ? ({ thing: 'claim', index: l.claims.indexOf(claim) } as const)
      : ({ thing: 'offer', index } as const);
  const owner = thing.thing === 'claim' && claim ? claim : offer;
  const near = w.partners
    .filter((p) => p.key === owner.partner || p.above === owner.partner)
    .flatMap((p) => p.contacts);
  const to = stranger ? anybody() : (pick(near, who) as string);
  return { verb: 'pass', ...thing, by: who % 4 === 0 ? to : owner.contact, to };
}

const closes = (say: Said): boolean => say === 'won' || say === 'lost';
export const pick = <T>(from: readonly T[], dice: number): T | undefined =>
  from[dice % Math.max(1, from.length)];
