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
export function likeness(a: Told, b: Told): Likeness | null {
  const [p, q] = [a.prospect, b.prospect];
  const mail = mailForm(p.email);
  if (mail !== null && mail === mailForm(q.email)) return { reason: 'email', score: 1 };
  const names = nameLikeness(companyWords(p.company), companyWords(q.company));
  if (samePhone(phoneForm(p.phone), phoneForm(q.phone)) && !strangers(a, b, names)) {
    return { reason: 'phone', score: 0.95 };
  }
  if (!samePlace(a, b)) return null;
  if (names === 1) return { reason: 'company', score: 0.9 };
  if (names > 0) return { reason: 'similar_company', score: 0.8 };
  const person = nameForm(p.name);
  const street = streetForm(p.street);
  const samePerson = person !== null && person === nameForm(q.name);
  const sameStreet = street !== null && street === streetForm(q.street);
  return samePerson && sameStreet ? { reason: 'person', score: 0.85 } : null;
}

/** The leads that may be the same as this one, the likeliest first; ties to the older, which was there first. */
export function resemblances(
  lead: Told,
  others: readonly (Told & { readonly reference: string })[],
): readonly Resemblance[] {
  return others
    .flatMap((other) => {
      const like = likeness(lead, other);
      return like ? [{ ...like, of: other.reference, same_product: wantsTheSame(lead, other) }] : [];
    })
    .sort((a, b) => b.score - a.score || Number(b.same_product) - Number(a.same_product))
    .slice(0, shown);
}

/** Whether a lead is doubtful enough to wait, where its programme asks for unique leads. */
export const isDoubtful = (found: readonly Resemblance[]): boolean => found.some((r) => r.same_product);

const wantsTheSame = (a: Told, b: Told): boolean =>
  a.products.length === 0 || b.products.length === 0 || a.products.some((p) => b.products.includes(p));

/** One number, but another company and another person: a switchboard, or the desk of whoever typed both in. */
function strangers(a: Told, b: Told, names: number): boolean {
  const [p, q] = [a.prospect, b.prospect];
  const [one, two] = [nameForm(p.name), nameForm(q.name)];
  return Boolean(p.company && q.company && names === 0 && one && two && one !== two);
}

function samePlace(a: Told, b: Told): boolean {
  const [p, q] = [a.prospect, b.prospect];
  const postal = postalForm(p.postal_code);
  const sameCountry = p.country === null || q.country === null || p.country === q.country;
  return postal !== null && postal === postalForm(q.postal_code) && sameCountry;
}
