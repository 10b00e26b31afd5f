import { createHash } from 'node:crypto';
import type { Lead, Quality, Temperature } from '../lead/lead.ts';
import type { Money } from '../lead/money.ts';
import { mask, redactor } from '../lead/redact.ts';
import { plainLine, plainText, visible } from './plain.ts';

/** A lead without its end customer: what an offer, a page before the claim and vendor mails may show. */
export interface TeaserLead {
  readonly id: string;
  readonly reference: string;
  readonly temperature: Temperature;
  readonly quality: Quality;
  /** What it is about in a few words, in the case it came in ("heat pump"). */
  readonly topic: string;
  readonly summary: string;
  readonly brief: string | null;
  readonly products: readonly string[];
  readonly industries: readonly string[];
  readonly languages: readonly string[];
  readonly value: Money | null;
  readonly expectedClose: string | null;
  /** "89073 Ulm". */
  readonly place: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly source: string | null;
  readonly custom: readonly { readonly name: string; readonly value: string }[];
  /** Fields in which something was hidden; the qualifier is told. */
  readonly hidden: readonly string[];
}

/** A wave is one lead in several letters: what was redacted for the first serves the others. */
const redacted = new WeakMap<Lead, TeaserLead>();

/** A page reads its lead anew each time it is opened; what a lead says, hashed, tells whether it was seen before. */
const seenBefore = new Map<string, TeaserLead>();
const mostSeen = 1000;

/** The one place where a lead becomes a teaser: every free text passes the lead's own redactor first. */
export function teaser(lead: Lead): TeaserLead {
  const known = redacted.get(lead);
  if (known) return known;
  const said = createHash('sha256').update(JSON.stringify(lead)).digest('base64');
  const made = seenBefore.get(said) ?? withoutIdentity(lead);
  if (seenBefore.size >= mostSeen) seenBefore.clear();
  seenBefore.set(said, made);
  redacted.set(lead, made);
  return made;
}

function withoutIdentity(lead: Lead): TeaserLead {
  const redact = redactor(lead.prospect);
  const hidden = new Set<string>();
  const blot = (field: string, text: string): string => {
    // Invisible characters go first: they would split a name and hide it from the redactor.
    const seen = visible(text);
    const shown = failClosed(redact, seen);
    if (shown !== seen) hidden.add(field);
    return shown;
  };
  return describe(lead, blot, hidden);
}

/** A name so long that the redactor's patterns give up hides the whole text: a dull offer beats a leak or no offer. */
function failClosed(redact: (text: string) => string, text: string): string {
  try {
    return redact(text);
  } catch {
    return mask;
  }
}

/** The same description without redaction, for the holder of the claim. */
export function unredacted(lead: Lead): TeaserLead {
  return describe(lead, (_, text) => text, new Set());
}

type Blot = (field: string, text: string) => string;

function describe(lead: Lead, blot: Blot, hidden: ReadonlySet<string>): TeaserLead {
  const line = (field: string, text: string, longest?: number): string =>
    plainLine(blot(field, text), longest);
  const list = (field: string, words: readonly string[]): string[] =>
    words.slice(0, 12).map((w) => spoken(line(field, w, 60)));
  const summary = line('summary', lead.summary, 200);
  const products = list('products', lead.products);
  const { city, postal_code: postal, country } = lead.prospect;
  const brief = lead.brief === null ? '' : plainText(blot('brief', lead.brief));
  return {
    id: lead.id,
    reference: lead.reference,
    temperature: lead.temperature,
    quality: lead.quality,
    topic:
      plainLine(unhyphened(line('products', lead.products[0] ?? '', 60)) || summary, 48) || lead.reference,
    summary,
    brief: brief === '' ? null : brief,
    products,
    industries: list('industries', lead.industries),
    languages: lead.languages.slice(0, 8).map((l) => plainLine(l, 20)),
    value: lead.value,
    expectedClose: lead.expected_close === null ? null : plainLine(lead.expected_close, 30),
    place: plainLine([postal, city].filter(Boolean).join(' '), 60) || null,
    city: city === null ? null : plainLine(city, 40) || null,
    country: country === null ? null : plainLine(country, 40) || null,
    source: lead.source === null ? null : spoken(line('source', lead.source, 60)),
    custom: customLines(lead.custom, blot),
    // Last on purpose: by now every field has been through the redactor.
    hidden: [...hidden],
  };
}

/** Plain values of custom fields; nested objects stay inside, nobody knows what they hold. */
function customLines(
  custom: Readonly<Record<string, unknown>>,
  blot: Blot,
): { name: string; value: string }[] {
  const scalar = (v: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof v);
  return Object.entries(custom)
    .flatMap(([name, raw]) => {
      const values = (Array.isArray(raw) ? raw : [raw]).filter(scalar);
      if (values.length === 0) return [];
      // The key is a free text as well: what is listed as hidden is its redacted form.
      const shown = plainLine(blot('custom', name), 60);
      const value = plainLine(blot(`custom.${shown}`, values.join(', ')), 200);
      return value === '' ? [] : [{ name: spoken(shown), value }];
    })
    .slice(0, 8);
}

/** `heat-pump` as people write it: "Heat pump". Words that are words already keep their case. */
export function spoken(code: string): string {
  const words = unhyphened(code);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const unhyphened = (code: string): string =>
  /^[\p{Ll}\p{N}]+([-_][\p{Ll}\p{N}]+)+$/u.test(code) ? code.replace(/[-_]/g, ' ') : code;
