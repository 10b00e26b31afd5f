import type { ContactRole, PartnerKind, UserRole } from '../lead/partner.ts';

/** How a demo partner behaves; hours are elapsed hours after the mail that calls for the act. */
export interface Habit {
  /** Of ten offers, how many are accepted, declined; the rest lapse. */
  readonly accepts: number;
  readonly declines: number;
  readonly answersAfter: number;
  readonly declineReason: string;
  /** Null: never calls anybody. */
  readonly callsAfter: number | null;
  /** Of ten claims that were worked, how many are won. */
  readonly wins: number;
  readonly lostReason: string;
  /** Answers by mail rather than by button. */
  readonly writes: boolean;
}

export interface CastPartner {
  readonly external_id: string;
  readonly name: string;
  readonly kind: PartnerKind;
  readonly level: string;
  readonly country: string;
  readonly postal_code: string;
  readonly timezone: string;
  /** What its people read and write. */
  readonly language: 'de' | 'en';
  readonly territories: readonly string[];
  readonly products: readonly string[];
  readonly capacity: number | null;
  readonly cam: string;
  readonly contacts: readonly { readonly id: string; readonly name: string; readonly role: ContactRole }[];
  readonly habit: Habit;
}

const worker: Habit = {
  accepts: 7,
  declines: 2,
  answersAfter: 2,
  declineReason: 'no-capacity',
  callsAfter: 5,
  wins: 4,
  lostReason: 'price',
  writes: false,
};
const all = ['heat-pump', 'solar', 'storage', 'wallbox'];
const cam = 'carla.weiss@vendor.example';

/** Eight partners in three countries and zones: a star, a silent one, one who forgets, and honest hands between. */
export const partners: readonly CastPartner[] = [
  {
    external_id: 'nordwaerme',
    name: 'Nordwärme GmbH',
    kind: 'reseller',
    level: 'gold',
    country: 'DE',
    postal_code: '20095',
    timezone: 'Europe/Berlin',
    language: 'de',
    territories: ['DE'],
    products: all,
    capacity: 10,
    cam,
    contacts: [
      { id: 'ines', name: 'Ines Hansen', role: 'owner' },
      { id: 'jan', name: 'Jan Petersen', role: 'rep' },
    ],
    habit: { ...worker, accepts: 9, declines: 1, answersAfter: 1, callsAfter: 3, wins: 6 },
  },
  {
    external_id: 'solar-sued',
    name: 'Solar Süd KG',
    kind: 'reseller',
    level: 'gold',
    country: 'DE',
    postal_code: '89073',
    timezone: 'Europe/Berlin',
    language: 'de',
    territories: ['DE-8', 'DE-7'],
    products: all,
    capacity: null,
    cam,
    contacts: [{ id: 'mara', name: 'Mara Vogel', role: 'owner' }],
    habit: { ...worker, writes: true, wins: 5 },
  },
  {
    external_id: 'becker',
    name: 'Becker Haustechnik',
    kind: 'reseller',
    level: 'silver',
    country: 'DE',
    postal_code: '50667',
    timezone: 'Europe/Berlin',
    language: 'de',
    territories: ['DE'],
    products: ['heat-pump', 'wallbox'],
    capacity: null,
    cam,
    contacts: [{ id: 'uwe', name: 'Uwe Becker', role: 'owner' }],
    habit: { ...worker, accepts: 2, declines: 7, declineReason: 'too-far', answersAfter: 4 },
  },
  {
    external_id: 'bauer',
    name: 'Bauer & Söhne',
    kind: 'reseller',
    level: 'registered',
    country: 'DE',
    postal_code: '80331',
    timezone: 'Europe/Berlin',
    language: 'de',
    territories: ['DE-8', 'DE-9'],
    products: ['heat-pump', 'solar'],
    capacity: 3,
    cam,
    contacts: [
      { id: 'toni', name: 'Toni Bauer', role: 'owner' },
      { id: 'resi', name: 'Resi Bauer', role: 'manager' },
    ],
    habit: { ...worker, callsAfter: 30, wins: 4, lostReason: 'competitor' },
  },
  {
    external_id: 'alpenklima',
    name: 'Alpenklima GmbH',
    kind: 'reseller',
    level: 'silver',
    country: 'AT',
    postal_code: '5020',
    timezone: 'Europe/Vienna',
    language: 'de',
    territories: ['AT', 'DE-83'],
    products: all,
    capacity: null,
    cam,
    contacts: [{ id: 'lena', name: 'Lena Moser', role: 'owner' }],
    habit: { ...worker, callsAfter: 52, writes: true },
  },
  {
    external_id: 'donau',
    name: 'Donau Energie',
    kind: 'distributor',
    level: 'registered',
    country: 'AT',
    postal_code: '1010',
    timezone: 'Europe/Vienna',
    language: 'de',
    territories: ['AT'],
    products: all,
    capacity: null,
    cam: '',
    contacts: [{ id: 'karl', name: 'Karl Gruber', role: 'owner' }],
    habit: { ...worker, accepts: 0, declines: 0 },
  },
  {
    external_id: 'thames',
    name: 'Thames Heating Ltd',
    kind: 'reseller',
    level: 'gold',
    country: 'GB',
    postal_code: 'SE1',
    timezone: 'Europe/London',
    language: 'en',
    territories: ['GB'],
    products: all,
    capacity: 8,
    cam,
    contacts: [{ id: 'olivia', name: 'Olivia Reed', role: 'owner' }],
    habit: { ...worker, wins: 3, writes: true },
  },
  {
    external_id: 'highland',
    name: 'Highland Renewables',
    kind: 'reseller',
    level: 'silver',
    country: 'GB',
    postal_code: 'EH1',
    timezone: 'Europe/London',
    language: 'en',
    territories: ['GB'],
    products: ['heat-pump', 'solar', 'storage'],
    capacity: null,
    cam,
    contacts: [{ id: 'ewan', name: 'Ewan Fraser', role: 'owner' }],
    habit: { ...worker, accepts: 8, callsAfter: null },
  },
];

/** Who may work on what holds coolants. */
export const certified: ReadonlySet<string> = new Set(['nordwaerme', 'solar-sued', 'alpenklima', 'thames']);

export const users: readonly { readonly email: string; readonly name: string; readonly role: UserRole }[] = [
  { email: cam, name: 'Carla Weiss', role: 'cam' },
  { email: 'peter.lang@vendor.example', name: 'Peter Lang', role: 'program_manager' },
  { email: 'quinn.adler@vendor.example', name: 'Quinn Adler', role: 'qualifier' },
];
