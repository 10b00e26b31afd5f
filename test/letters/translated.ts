import { readdirSync, readFileSync } from 'node:fs';
import type { Lead } from '../../src/lead/lead.ts';
import type { LetterView } from '../../src/letters/letter.ts';
import { takenReasons } from '../../src/letters/letter.ts';
import { takenLetter } from '../../src/letters/taken-letter.ts';
import { everyLetter, lead, prospect, to } from './samples.ts';

/** What tests of translated mails and pages share: their texts, leads in no language that is tried, what a reader sees. */

const dir = new URL('../../templates/locales/', import.meta.url);
export const locales = Object.fromEntries(
  readdirSync(dir).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(file, dir), 'utf8')),
  ]),
);

/** Every text of a locale by its path, without what says how the language works. */
export const ownTexts = (name: string): [string, string][] =>
  texts(locales[name]).filter(([path]) => !path.startsWith('meta.'));

function texts(node: unknown, path = ''): [string, string][] {
  if (typeof node === 'string') return [[path, node]];
  return Object.entries(node as object).flatMap(([key, value]) =>
    texts(value, path === '' ? key : `${path}.${key}`),
  );
}

/** A lead whose own words are German, so that leftovers of English stand out in every language. */
export const germanLead: Lead = {
  ...lead,
  source: 'Messe',
  summary: 'Luft-Wasser-Wärmepumpe für ein Haus mit 180 m², Entscheidung in 6 Wochen',
  brief: 'Freistehendes Haus von 1984, der Gaskessel ist 22 Jahre alt.',
  products: ['Wärmepumpe'],
  industries: ['Wohnbau'],
  custom: { Wohnfläche: '180 m²' },
};

/** The longest names that occur. */
export const longLead: Lead = {
  ...germanLead,
  products: ['Photovoltaikanlage mit Batteriespeicher und Wallbox für Gewerbe'],
  value: { minor: 1_284_500_000, currency: 'EUR' },
  prospect: {
    ...prospect,
    name: 'Dr. Maximiliane Freifrau von Hohenstein-Wallenburg',
    company: 'Oberschwäbische Wohnungsbaugenossenschaft eingetragene Genossenschaft',
    city: 'Hellenthal-Oberpreth am Rande des Nationalparks',
  },
};

/** Names as long as German ones usually are. */
export const usualLead: Lead = {
  ...germanLead,
  products: ['Photovoltaikanlage'],
  temperature: 'warm',
  prospect: { ...prospect, city: 'Mönchengladbach' },
};

/** What leads, people and partners supply is theirs and never translated; here it is German. */
const theirs: Readonly<Record<string, string>> = {
  summary: 'Worum es der Familie geht',
  brief: 'Freistehendes Haus',
  words: 'Ich schaue nächsten Monat',
  role: 'Inhaberin',
  vendorName: 'Acme Wärme',
};
export const withGermanData = <T>(view: T): T =>
  JSON.parse(JSON.stringify(view), (key, value: unknown) =>
    typeof value === 'string' && key in theirs ? theirs[key] : value,
  ) as T;

/** One letter of every kind and topic about a lead. */
export const lettersAbout = (of: Lead): [string, LetterView][] => [
  ...Object.entries(everyLetter(of)),
  ...takenReasons.map((reason): [string, LetterView] => [
    `taken ${reason}`,
    takenLetter({ ...to, lead: of, reason }),
  ]),
];

/** What a reader sees of a page or mail. */
export const visible = (html: string): string =>
  html
    .replace(/<(style|script)[\s\S]*?<\/\1>/g, ' ')
    .replace(/<!--[\s\S]*?-->/g, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&\w+;|&#\w+;/g, ' ');

/** The first word of another language with what stands around it, or nothing. Addresses are in no language. */
export function foreignWord(text: string, words: RegExp): string | undefined {
  const plain = text.replace(/https?:\/\/\S+|\S+@\S+/g, ' ');
  const found = words.exec(plain);
  return found ? plain.slice(Math.max(0, found.index - 30), found.index + 30) : undefined;
}
