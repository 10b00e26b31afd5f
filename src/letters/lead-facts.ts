import type { Money } from '../lead/money.ts';
import type { Formats } from './formats.ts';
import { listed } from './intl.ts';
import type { EscalationView, HeldLead, LetterView, PartnerView } from './letter.ts';
import type { Ink } from './press.ts';
import type { TeaserLead } from './teaser.ts';
import { spoken } from './teaser.ts';
import type { Words } from './words.ts';

export interface FactRow {
  readonly label: string;
  readonly value: string;
  /** What the value says, where it is an amount. */
  readonly money?: Money;
}

/** The same rows with amounts the way plain text writes them. */
export const plainFacts = (rows: readonly FactRow[], { formats }: Ink): FactRow[] =>
  rows.map((row) => (row.money ? { ...row, value: formats.money(row.money, 'code') } : row));

/** The rows of a fact table: only what is known, in the order a reader weighs it. */
export function leadFacts(
  lead: TeaserLead | HeldLead,
  words: Words,
  formats: Formats,
  style: 'symbol' | 'code',
): FactRow[] {
  const rows: Row[] = [
    ['products', listed(words.tag, lead.products)],
    ['value', lead.value && formats.money(lead.value, style)],
    ['expectedClose', closeDay(lead.expectedClose, formats)],
    ['place', placeLine(lead, formats)],
    ['quality', words.t(`quality.${lead.quality}`)],
    ['industries', listed(words.tag, lead.industries)],
    [
      'languages',
      listed(
        words.tag,
        lead.languages.map((l) => formats.languageName(l)),
      ),
    ],
    ['source', lead.source],
  ];
  return [
    ...labelled(rows, words, lead.value),
    ...lead.custom.map(({ name, value }) => ({ label: name, value })),
  ];
}

/** "89073 Ulm, Germany". */
export const placeLine = (lead: TeaserLead, formats: Formats): string | null =>
  [lead.place, lead.country && formats.countryName(lead.country)].filter(Boolean).join(', ') || null;

const closeDay = (close: string | null, formats: Formats): string | null =>
  close !== null && /^\d{4}-\d\d-\d\d$/.test(close) && !Number.isNaN(Date.parse(close))
    ? formats.day(close)
    : close;

/** The fact table of a letter: what it is about, in labelled rows; empty for a kind without one. */
export function letterFacts(view: LetterView, ink: Ink): FactRow[] {
  const { words, formats, plain } = ink;
  const style = plain ? 'code' : 'symbol';
  const about = 'lead' in view && view.lead ? leadFacts(view.lead, words, formats, style) : [];
  switch (view.kind) {
    case 'escalation':
      return [...labelled(escalationRows(view, ink), words), ...about];
    case 'quality-alert':
      return [...labelled(whoRows(view.partner), words), ...about];
    case 'bounce-notice':
    case 'prospect-promise':
    case 'prospect-check':
      return labelled(whoRows(view.partner), words);
    case 'referral':
    case 'deal':
      return labelled(
        [
          ['partner', view.reader.side === 'vendor' ? view.partner : null],
          ['customer', view.customer],
          ['place', view.place],
          ['value', view.value && formats.money(view.value, style)],
          ['reason', view.reason],
        ],
        words,
        view.value,
      );
    default:
      return about;
  }
}

type Row = readonly [label: string, value: string | null];

/** Only what is known. */
const labelled = (rows: readonly Row[], words: Words, money: Money | null = null): FactRow[] =>
  rows.flatMap(([key, value]) => {
    if (!value) return [];
    const row = { label: words.t(`facts.${key}`), value };
    return [key === 'value' && money ? { ...row, money } : row];
  });

const whoRows = ({ name, contact, phone, email }: PartnerView): Row[] => [
  ['partner', name],
  ['contact', contact],
  ['phone', phone],
  ['email', email],
];

/** What an account manager weighs: the case first, then the lead itself. */
function escalationRows(view: EscalationView, { words, formats }: Ink): Row[] {
  const signs = view.signs.map((s) => (words.has(`signs.${s}`) ? words.t(`signs.${s}`) : spoken(s)));
  return [
    ...whoRows(view.partner),
    ['claimed', formats.moment(view.claimedAt)],
    ['due', formats.moment(view.dueAt)],
    ['reminders', formats.number(view.reminders)],
    ['attempts', formats.number(view.attempts)],
    ['signs', listed(words.tag, signs)],
  ];
}

/** `prospect.phone|prospect.email` as "phone number or mail address"; a programme's own fields by their name. */
export function fieldWords(paths: string, words: Words): string {
  const one = (path: string): string =>
    words.has(`fields.${path}`) ? words.t(`fields.${path}`) : spoken(path.replace(/^custom\./, ''));
  return listed(words.tag, paths.split('|').map(one), 'disjunction');
}
