import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Programme } from '../lead/programme.ts';
import { formFields, longest } from '../letters/form-page.ts';
import type { FormFault, FormField } from '../letters/page-view.ts';
import { countryCode, emailAddress, phoneNumber } from './normalise-codes.ts';

/** A posted lead form: single lines by name, and the products that were ticked. */
export interface FormSent {
  readonly values: Readonly<Partial<Record<string, string>>>;
  readonly products: readonly string[];
}

export type FormFaults = Readonly<Partial<Record<FormField, FormFault>>>;

/** Fields nobody can be called back without; the programme may ask for more. */
const always: readonly FormField[] = ['summary', 'name', 'consent'];

/** What a form must hold: what any inquiry needs, and what the programme would otherwise have to ask for. */
export function requiredFields(programme: Programme, hasProducts: boolean): readonly FormField[] {
  const asked = programme.qualification.required.map((path) => path.replace(/^prospect\./, ''));
  return formFields.filter(
    (name) =>
      (name !== 'products' || hasProducts) &&
      (always.includes(name) || (name !== 'phone' && name !== 'email' && asked.includes(name))),
  );
}

/** What is wrong with a form, field by field; empty when nothing is. */
export function formFaults(
  { values, products }: FormSent,
  required: readonly FormField[],
  offered: readonly string[],
): FormFaults {
  const told = (name: FormField): string => values[name]?.trim() ?? '';
  const found: [FormField, FormFault | undefined][] = formFields.map((name) => {
    if (name === 'products') return [name, productFault(products, required, offered)];
    const text = told(name);
    if (text === '') return [name, required.includes(name) ? emptyFault(name) : undefined];
    return [name, text.length > longest(name) ? 'long' : unreadable(name, text, told('country'))];
  });
  const faults = Object.fromEntries(found.filter(([, fault]) => fault !== undefined));
  if (told('phone') === '' && told('email') === '') faults['phone'] = 'either';
  return faults as FormFaults;
}

const emptyFault = (name: FormField): FormFault =>
  name === 'consent' ? 'consent' : name === 'country' ? 'country' : 'missing';

function productFault(
  told: readonly string[],
  required: readonly FormField[],
  offered: readonly string[],
): FormFault | undefined {
  if (told.some((product) => !offered.includes(product))) return 'product';
  return told.length === 0 && required.includes('products') ? 'choose' : undefined;
}

function unreadable(name: FormField, text: string, country: string): FormFault | undefined {
  if (name === 'email') return emailAddress(text) ? undefined : 'email';
  if (name === 'country') return countryCode(text) ? undefined : 'country';
  if (name === 'phone') return canBeCalled(text, country) ? undefined : 'phone';
  return name === 'consent' && text !== 'yes' ? 'consent' : undefined;
}

/** A number with its country, or in the country of the form; without either, enough digits to be one. */
function canBeCalled(text: string, country: string): boolean {
  const written = phoneNumber(text, countryCode(country) ?? null);
  if (parsePhoneNumberFromString(written)?.isPossible()) return true;
  return (
    countryCode(country) === undefined &&
    /^[\d\s()/+.-]{7,25}$/.test(text) &&
    text.replace(/\D/g, '').length >= 7
  );
}
