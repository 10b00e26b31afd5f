import type { HelperOptions } from 'handlebars';
import Handlebars from 'handlebars';
import type { Money } from '../lead/money.ts';
import type { LinkOrder } from './acts.ts';
import { isMail, telDigits } from './held-lead.ts';
import type { HeldLead, Noted } from './letter.ts';
import { notedSentence, reasonWord } from './noted.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';
import type { Params } from './words.ts';

const { SafeString, escapeExpression } = Handlebars;
type Safe = InstanceType<typeof SafeString>;
type Helper = (this: unknown, ...args: never[]) => unknown;

const inkOf = (options: HelperOptions): Ink => (options.data as { ink: Ink }).ink;
const safe = (html: string): Safe => new SafeString(html);
/** Handlebars writes `=` as an entity, which some link rewriters stumble over; an attribute only needs these four. */
const attribute = (url: string): string =>
  // Our own addresses have none of them.
  /[&"<>]/.test(url) ? escapedUrl(url) : url;
const escapedUrl = (url: string): string =>
  url.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** Helpers that print the same in HTML and in text; escaping is left to the template. */
const common: Record<string, Helper> = {
  t: (key: string, o: HelperOptions) => inkOf(o).words.t(key, o.hash as Params),
  key: (...parts: (string | HelperOptions)[]) => parts.slice(0, -1).join('.'),
  join: (...parts: (string | HelperOptions)[]) => parts.slice(0, -1).filter(Boolean).join(' · '),
  when: (iso: string, o: HelperOptions) => inkOf(o).formats.when(iso),
  zoned: (iso: string, o: HelperOptions) => inkOf(o).formats.zoned(iso),
  moment: (iso: string, o: HelperOptions) => inkOf(o).formats.moment(iso),
  clock: (iso: string, o: HelperOptions) => inkOf(o).formats.clock(iso),
  either: (a: string | null, b: string) => a ?? b,
  day: (iso: string, o: HelperOptions) => inkOf(o).formats.day(iso),
  relative: (iso: string, o: HelperOptions) => inkOf(o).formats.relative(iso),
  money: (money: Money, o: HelperOptions) =>
    inkOf(o).formats.money(money, inkOf(o).plain ? 'code' : 'symbol'),
  num: (value: number, o: HelperOptions) => inkOf(o).formats.number(value),
  country: (code: string, o: HelperOptions) => inkOf(o).formats.countryName(code),
  language: (code: string, o: HelperOptions) => inkOf(o).formats.languageName(code),
  cap: (text: string) => spoken(text),
  upper: (text: string, o: HelperOptions) => text.toLocaleUpperCase(inkOf(o).words.tag),
  term: (table: string, code: string, o: HelperOptions) => {
    const { words } = inkOf(o);
    return words.has(`${table}.${code}`) ? words.t(`${table}.${code}`) : spoken(code.replace(/[._]/g, '-'));
  },
  reasons: (code: string, o: HelperOptions) => reasonWord(code, inkOf(o).words),
  sentence: (noted: Noted, o: HelperOptions) => notedSentence(noted, inkOf(o)),
  because: (line: { kind: string; detail: string | null }, o: HelperOptions) => whyWords(line, inkOf(o)),
  called: (lead: HeldLead) => lead.person.called ?? spoken(lead.topic),
  due: (iso: string | null, o: HelperOptions) => (iso === null ? '–' : inkOf(o).formats.when(iso)),
  eq: (a: unknown, b: unknown) => a === b,
  digits: (phone: string) => telDigits(phone) ?? false,
  ismail: (email: string) => isMail(email),
};

/** For HTML: rich text, line breaks and links. */
export const htmlHelpers: Record<string, Helper> = {
  ...common,
  rich: (key: string, o: HelperOptions) => {
    const values: Record<string, string> = {};
    for (const [name, value] of Object.entries(o.hash as Params))
      values[name] = escapeExpression(String(value)).replaceAll('*', shielded);
    return safe(bold(inkOf(o).words.t(key, values)).replaceAll(shielded, '*'));
  },
  lines: (text: string) => safe(escapeExpression(text).replace(/\n/g, '<br>')),
  link: (order: LinkOrder, o: HelperOptions) => safe(attribute(inkOf(o).links.url(order))),
  href: (url: string) => safe(attribute(url)),
  mailto: (email: string) => safe(attribute(`mailto:${encodeURIComponent(email).replace('%40', '@')}`)),
};

/** For plain text: the same names, no markup. */
export const textHelpers: Record<string, Helper> = {
  ...common,
  rich: (key: string, o: HelperOptions) =>
    inkOf(o)
      .words.t(key, o.hash as Params)
      .replaceAll('**', ''),
  quote: (text: string) =>
    text
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n'),
  link: (order: LinkOrder, o: HelperOptions) => inkOf(o).links.url(order),
};

/**
 * `**bold**` belongs to the text of the locale only: asterisks in a value stay asterisks. They are shielded by a
 * private-use character, which no lead text keeps (plain.ts).
 */
const shielded = '\uE001';
const bold = (text: string): string => text.replace(/\*\*(.*?)\*\*/gs, '<strong>$1</strong>');

function whyWords(line: { readonly kind: string; readonly detail: string | null }, { words }: Ink): string {
  if (line.kind === 'plain') return line.detail ?? '';
  return line.detail === null
    ? words.t(`why.${line.kind}_plain`)
    : words.t(`why.${line.kind}`, { detail: line.detail });
}
