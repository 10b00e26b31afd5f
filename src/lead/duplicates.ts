import type { Lead } from './lead.ts';
import {
  companyForm,
  companyWords,
  mailForm,
  nameForm,
  nameLikeness,
  phoneForm,
  postalForm,
  samePhone,
  streetForm,
} from './normal-forms.ts';

export const likenessReasons = ['email', 'phone', 'company', 'similar_company', 'person'] as const;
export type LikenessReason = (typeof likenessReasons)[number];

export const keyKinds = ['email', 'phone', 'company', 'place'] as const;
/** What a lead is looked up by: leads that share none of them are never compared. */
export interface LeadLookup {
  readonly kind: (typeof keyKinds)[number];
  readonly value: string;
}

type Told = Pick<Lead, 'prospect' | 'products'>;

/** Why two leads may be one: the strongest of the signs, and how strong it is (0 to 1). */
export interface Likeness {
  readonly reason: LikenessReason;
  readonly score: number;
}

/** A lead that was there before and may be the same. */
export interface Resemblance extends Likeness {
  /** Reference of the earlier lead. */
  readonly of: string;
  /** False when both name products and share none: the same customer, but another wish. */
  readonly same_product: boolean;
}

/** Candidates are looked for among the leads of half a year; an older inquiry is a new one. */
export const duplicateDays = 180;
/** More than these few nobody compares. */
const shown = 3;

/** An entry of `qualification.required`: nothing of the last half year looks like this lead. */
export const uniqueEntry = 'unique';

/** The normal forms a lead is found by, at most one of a kind. */
export function leadLookups({ prospect: p }: Pick<Lead, 'prospect'>): readonly LeadLookup[] {
  const postal = postalForm(p.postal_code);
  const company = companyForm(p.company);
  const forms: readonly [LeadLookup['kind'], string | null | undefined][] = [
    ['email', mailForm(p.email)],
    ['phone', phoneForm(p.phone)?.digits.slice(-7)],
    ['company', company && postal && `${postal} ${company}`],
    ['place', (company || (p.name && p.street)) && postal],
  ];
  return forms.flatMap(([kind, value]) => (value ? [{ kind, value: value.slice(0, 200) }] : []));
}

/** Compares two leads. @returns null when nothing says that they are the same */
export const likeness = (a: Told, b: Told): Likeness | null => likenessOf(traitsOf(a), traitsOf(b));

/** The leads that may be the same as this one, the likeliest first; ties to the older, which was there first. */
export function resemblances(
  lead: Told,
  others: readonly (Told & { readonly reference: string })[],
): readonly Resemblance[] {
  if (others.length === 0) return [];
  const traits = traitsOf(lead);
  return others
    .flatMap((other) => {
      const like = likenessOf(traits, traitsOf(other));
      return like ? [{ ...like, of: other.reference, same_product: wantsTheSame(lead, other) }] : [];
    })
    .sort((a, b) => b.score - a.score || Number(b.same_product) - Number(a.same_product))
    .slice(0, shown);
}

/** What two leads are compared by, in normal forms. */
const traitsOf = ({ prospect: p }: Told) => ({
  mail: mailForm(p.email),
  phone: phoneForm(p.phone),
  company: companyWords(p.company),
  person: nameForm(p.name),
  street: streetForm(p.street),
  postal: postalForm(p.postal_code),
  country: p.country,
});
type Traits = ReturnType<typeof traitsOf>;

function likenessOf(a: Traits, b: Traits): Likeness | null {
  if (same(a.mail, b.mail)) return { reason: 'email', score: 1 };
  const names = nameLikeness(a.company, b.company);
  if (samePhone(a.phone, b.phone) && !strangers(a, b, names)) return { reason: 'phone', score: 0.95 };
  if (!samePlace(a, b)) return null;
  if (names === 1) return { reason: 'company', score: 0.9 };
  if (names > 0) return { reason: 'similar_company', score: 0.8 };
  return same(a.person, b.person) && same(a.street, b.street) ? { reason: 'person', score: 0.85 } : null;
}

const same = (a: string | null, b: string | null): boolean => a !== null && a === b;

/** Whether a lead is doubtful enough to wait, where its programme asks for unique leads. */
export const isDoubtful = (found: readonly Resemblance[]): boolean => found.some((r) => r.same_product);

const wantsTheSame = (a: Told, b: Told): boolean =>
  a.products.length === 0 || b.products.length === 0 || a.products.some((p) => b.products.includes(p));

/** One number, but another company and another person: a switchboard, or the desk of whoever typed both in. */
const strangers = (a: Traits, b: Traits, names: number): boolean =>
  a.company.length > 0 && b.company.length > 0 && names === 0 && differ(a.person, b.person);

const differ = (a: string | null, b: string | null): boolean => a !== null && b !== null && a !== b;

const samePlace = (a: Traits, b: Traits): boolean =>
  same(a.postal, b.postal) && (a.country === null || b.country === null || a.country === b.country);
