import { lastingBarrier, type MatchPartner } from './match-partner.ts';
import { haversineKm, type Locate, placeOf, type Spot, spotOf } from './match-values.ts';
import type { Partner } from './partner.ts';

/**
 * What partners say under one path, each different answer once: a hundred thousand partners name a few hundred sets of
 * products. A criterion is scored once for each answer and looked up for each partner.
 */
export interface Answers {
  /** By the index of the partner: which answer. */
  readonly which: Uint32Array;
  /** One partner who gives the answer. */
  readonly samples: readonly Partner[];
}

/** Where partners are, ready to measure from; `there` is 0 for those who do not say. */
export interface Spots {
  readonly there: Uint8Array;
  /** Points of the unit sphere, three numbers a partner. */
  readonly xyz: Float64Array;
}

/** What is the same for every lead, kept with the list of partners it was read from. */
interface Columns {
  readonly answers: Map<string, Answers>;
  readonly spots: Map<string, { readonly locate: Locate | undefined; readonly spots: Spots }>;
  readonly numbers: Map<string, Float64Array>;
  gates?: Uint8Array;
  places?: ReadonlyMap<string, number>;
}
const remembered = new WeakMap<readonly Partner[], Columns>();

/** Distinct answers under a name; read once for a list of partners. The list must not be changed afterwards. */
export function answersOf(
  partners: readonly Partner[],
  name: string,
  answer: (partner: Partner) => unknown,
): Answers {
  const { answers } = columnsOf(partners);
  const known = answers.get(name);
  if (known) return known;
  const which = new Uint32Array(partners.length);
  const numbers = new Map<string, number>();
  const samples: Partner[] = [];
  for (let i = 0; i < partners.length; i += 1) {
    const partner = partners[i] as Partner;
    const key = JSON.stringify(answer(partner)) ?? '';
    let number = numbers.get(key);
    if (number === undefined) {
      number = samples.push(partner) - 1;
      numbers.set(key, number);
    }
    which[i] = number;
  }
  const found = { which, samples };
  answers.set(name, found);
  return found;
}

/** Places differ from partner to partner, so they are kept as numbers instead. */
export function spotsOf(
  partners: readonly Partner[],
  name: string,
  answer: (partner: Partner) => unknown,
  locate: Locate | undefined,
): Spots {
  const columns = columnsOf(partners);
  const known = columns.spots.get(name);
  if (known && known.locate === locate) return known.spots;
  const there = new Uint8Array(partners.length);
  const xyz = new Float64Array(partners.length * 3);
  for (let i = 0; i < partners.length; i += 1) {
    const place = placeOf(answer(partners[i] as Partner), locate);
    if (!place) continue;
    there[i] = 1;
    xyz.set(spotOf(place), i * 3);
  }
  const spots = { there, xyz };
  columns.spots.set(name, { locate, spots });
  return spots;
}

/** Kilometres from a spot to the partner at an index. */
export const kmTo = ({ xyz }: Spots, here: Spot, i: number): number =>
  haversineKm(here, [xyz[i * 3] as number, xyz[i * 3 + 1] as number, xyz[i * 3 + 2] as number]);

/** 0: nothing bars the partner; 1: something that depends on no day; 2: ask, somebody is away at times or wants less. */
export function gatesOf(partners: readonly MatchPartner[]): Uint8Array {
  const columns = columnsOf(partners);
  columns.gates ??= Uint8Array.from(partners, (p) => {
    if (lastingBarrier(p)) return 1;
    const asks =
      p.calendar.absences.length > 0 || p.contacts.some((c) => c.absences?.length || c.preferences);
    return asks ? 2 : 0;
  });
  return columns.gates;
}

/** Numbers that come from what partners did. @param name of the rule by which they come about */
export function numbersOf(
  partners: readonly MatchPartner[],
  name: string,
  number: (partner: MatchPartner) => number,
): Float64Array {
  const { numbers } = columnsOf(partners);
  const known = numbers.get(name) ?? Float64Array.from(partners, number);
  numbers.set(name, known);
  return known;
}

/** The index of each partner by its id. */
export function placesOf(partners: readonly Partner[]): ReadonlyMap<string, number> {
  const columns = columnsOf(partners);
  columns.places ??= new Map(partners.map((p, i) => [p.id, i]));
  return columns.places;
}

function columnsOf(partners: readonly Partner[]): Columns {
  const known = remembered.get(partners) ?? { answers: new Map(), spots: new Map(), numbers: new Map() };
  remembered.set(partners, known);
  return known;
}
