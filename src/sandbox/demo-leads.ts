import type { Temperature } from '../lead/lead.ts';

/** What becomes of a demo lead besides what the partners do by habit. */
export type Twist =
  | 'none'
  | 'incomplete'
  | 'disqualified'
  | 'nurture'
  | 'duplicate'
  | 'completed'
  | 'kept'
  | 'nobody'
  | 'recalled'
  | 'held'
  | 'open';

export interface DemoLead {
  /** Days before today on which it arrives, and the hour (UTC). The open ones arrive today, whatever the hour. */
  readonly daysAgo: number;
  readonly hour: number;
  readonly product: string;
  readonly temperature: Temperature;
  readonly place: readonly [country: string, postalCode: string, city: string];
  readonly person: string;
  readonly value: number;
  readonly twist: Twist;
  /** The programme it names; null: the default one. */
  readonly program: string | null;
  /** What a partner must be certified for. */
  readonly certificates: readonly string[];
}

const places: readonly DemoLead['place'][] = [
  ['DE', '89073', 'Ulm'],
  ['DE', '20095', 'Hamburg'],
  ['GB', 'SE1 7PB', 'London'],
  ['DE', '80331', 'München'],
  ['AT', '5020', 'Salzburg'],
  ['DE', '50667', 'Köln'],
  ['GB', 'EH1 1YZ', 'Edinburgh'],
  ['DE', '70173', 'Stuttgart'],
  ['AT', '1010', 'Wien'],
  ['DE', '01067', 'Dresden'],
];
const people = [
  'Sabine Kurz',
  'Malte Ohlsen',
  'Rachel Dunn',
  'Verena Stadler',
  'Jakob Lechner',
  'Birgit Faber',
  'Callum Boyd',
  'Dieter Rau',
  'Eva Prager',
  'Hanna Lorenz',
  'Tom Whitfield',
  'Nadine Vogt',
];
const products = ['heat-pump', 'solar', 'heat-pump', 'storage', 'wallbox'];
const temperatures: readonly Temperature[] = ['hot', 'warm', 'warm', 'cold'];

/** Leads that are not worked by habit alone, by their number. */
const twists: Readonly<Record<number, Twist>> = {
  3: 'disqualified',
  7: 'nurture',
  10: 'completed',
  13: 'duplicate',
  17: 'nobody',
  20: 'recalled',
  22: 'kept',
  25: 'incomplete',
  27: 'held',
  30: 'open',
  31: 'open',
  32: 'open',
  33: 'open',
};

/** Leads that run under the two example programmes, by their number: all of them worked by habit. */
const underExample = (number: number): string | null => {
  if ([2, 8, 15, 21].includes(number)) return 'complex-product';
  return [4, 11, 16, 19, 24, 28].includes(number) ? 'volume-product' : null;
};

const count = 34;
const weeksBack = 10;

/** Thirty-four leads over ten weeks, the same ones every time, dated from today. */
export const demoLeads: readonly DemoLead[] = Array.from({ length: count }, (_, i) => ({
  daysAgo: Math.max(0, Math.round((weeksBack * 7 - 1) * (1 - i / (count - 6)))),
  hour: 6 + ((i * 5) % 8),
  product: twists[i] === 'nobody' ? 'geothermal' : (products[i % products.length] as string),
  temperature: temperatures[(i * 3) % temperatures.length] as Temperature,
  place: places[(i * 7) % places.length] as DemoLead['place'],
  person: people[(i * 5) % people.length] as string,
  value: [9_500, 14_000, 18_500, 24_000, 28_000, 42_000][(i * 5) % 6] as number,
  twist: twists[i] ?? 'none',
  program: underExample(i),
  certificates: underExample(i) === 'complex-product' ? ['f-gas'] : [],
}));

const wants: Readonly<Record<string, string>> = {
  'heat-pump': 'Heat pump for a detached house, replaces an oil boiler',
  solar: 'Roof of 90 m² for solar, wants to start in spring',
  storage: 'Battery for an existing 9 kWp roof',
  wallbox: 'Two charging points for a small company',
  geothermal: 'Geothermal probe for a new office building',
};
const briefs = [
  'Spoke with the owner for ten minutes. House of 180 m², radiators from 2004, gas contract ends in six weeks. Wants a quote that names the subsidy. Decides together with the family.',
  'Came from the trade fair. Knows the product, has compared two brands and asks for somebody nearby. Best reached after 16:00.',
  'Filled in the form on the product page and asked to be called. Budget is agreed, the roof was inspected last year.',
];

export const summaryOf = (lead: DemoLead): string => wants[lead.product] ?? lead.product;
export const briefOf = (index: number): string => briefs[index % briefs.length] as string;
