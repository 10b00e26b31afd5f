import type { Consent, Prospect, Quality, Temperature } from '../lead/lead.ts';
import { type Money, parseMoney } from '../lead/money.ts';
import { countryCode, currencyCode, emailAddress, languageTag, phoneNumber } from './normalise-codes.ts';
import { names, oneLine, severalLines } from './normalise-text.ts';
import type { NewLead } from './receive-lead.ts';

type Maybe<T> = T | null | undefined;
type Texts<K extends string> = { readonly [field in K]?: Maybe<string> };

export interface MoneyTold {
  readonly amount: string;
  readonly currency: string;
}

export interface ProspectTold
  extends Texts<
    'name' | 'company' | 'email' | 'phone' | 'street' | 'postal_code' | 'city' | 'country' | 'language'
  > {
  readonly lat?: Maybe<number>;
  readonly lon?: Maybe<number>;
}

/** A lead as the outside world tells it, already checked field by field; every door normalises it here. */
export interface LeadTold
  extends Texts<'external_id' | 'program' | 'source' | 'campaign' | 'brief' | 'expected_close'> {
  readonly summary: string;
  readonly cost?: Maybe<MoneyTold>;
  readonly value?: Maybe<MoneyTold>;
  readonly temperature?: Maybe<Temperature>;
  readonly quality?: Maybe<Quality>;
  readonly products?: Maybe<readonly string[]>;
  readonly industries?: Maybe<readonly string[]>;
  readonly languages?: Maybe<readonly string[]>;
  readonly prospect?: Maybe<ProspectTold>;
  readonly consent?: Maybe<{
    readonly given: boolean;
    readonly at?: Maybe<string>;
    readonly text?: Maybe<string>;
    readonly scope?: Maybe<Consent['scope']>;
  }>;
  readonly custom?: Maybe<Readonly<Record<string, unknown>>>;
  readonly dispatch?: Maybe<boolean>;
}

/** The lead in the house's own spelling, with every default filled in. */
export function normaliseLead(told: LeadTold): NewLead {
  return {
    external_id: oneLine(told.external_id),
    program: oneLine(told.program),
    source: oneLine(told.source),
    campaign: oneLine(told.campaign),
    cost: money(told.cost),
    temperature: told.temperature ?? 'warm',
    quality: told.quality ?? 'inquiry',
    summary: oneLine(told.summary) ?? '',
    brief: severalLines(told.brief),
    products: names(told.products),
    industries: names(told.industries),
    languages: names(told.languages).map((tag) => languageTag(tag) ?? tag),
    value: money(told.value),
    expected_close: oneLine(told.expected_close),
    prospect: prospect(told.prospect ?? {}),
    consent: consent(told.consent),
    custom: told.custom ?? {},
    dispatch: told.dispatch ?? true,
  };
}

/** Minor units of an amount that was checked; null for no amount. */
export function money(told: Maybe<MoneyTold>): Money | null {
  const currency = told && currencyCode(told.currency);
  return (currency && parseMoney(told.amount.trim(), currency)) || null;
}

function prospect(told: ProspectTold): Prospect {
  const country = told.country ? (countryCode(told.country) ?? null) : null;
  const phone = oneLine(told.phone);
  return {
    name: oneLine(told.name),
    company: oneLine(told.company),
    email: told.email ? (emailAddress(told.email) ?? null) : null,
    phone: phone && phoneNumber(phone, country),
    street: oneLine(told.street),
    postal_code: oneLine(told.postal_code),
    city: oneLine(told.city),
    country,
    language: told.language ? (languageTag(told.language) ?? null) : null,
    lat: told.lat ?? null,
    lon: told.lon ?? null,
  };
}

function consent(told: LeadTold['consent']): Consent | null {
  if (!told) return null;
  const { given, at, text, scope } = told;
  // Consent that names no scope is consent to hand the inquiry to a partner, which is what it was asked for.
  return { given, at: at ?? null, text: severalLines(text), scope: scope ? [...new Set(scope)] : ['share'] };
}
