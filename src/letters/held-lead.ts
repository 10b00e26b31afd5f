import type { Lead } from '../lead/lead.ts';
import type { HeldLead } from './letter.ts';
import { plainLine, plainOrNull, visible } from './plain.ts';
import { unredacted } from './teaser.ts';

/** A lead with its end customer. Only letters and pages addressed to the holder of a claim may use this. */
export function heldLead(lead: Lead): HeldLead {
  const { name, company, street, postal_code: postal, city, country, language } = lead.prospect;
  return {
    ...unredacted(lead),
    person: {
      called: plainOrNull(name, 60) ?? plainOrNull(company, 60),
      name: plainOrNull(name, 120),
      company: plainOrNull(company, 120),
      email: mailAddress(lead.prospect.email),
      phone: phoneNumber(lead.prospect.phone),
      street: plainOrNull(street, 120),
      postalCity: plainOrNull([postal, city].filter(Boolean).join(' '), 80),
      postal: plainOrNull(postal, 20),
      city: plainOrNull(city, 60),
      country: plainOrNull(country, 40),
      language: plainOrNull(language, 20),
    },
  };
}

/** An address we may put into a link and print whole; anything odd is printed as tame text, without a link. */
const mailAddress = (email: string | null): string | null =>
  email === null ? null : isMail(email) ? email : plainOrNull(email, 120);
const phoneNumber = (phone: string | null): string | null =>
  phone === null ? null : plainLine(visible(phone), 40) || null;

export const isMail = (text: string): boolean =>
  text.length <= 254 && /^[\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+$/iu.test(text);
/** The digits for a `tel:` link, or null when the text is no number. */
export const telDigits = (text: string): string | null => {
  const digits = text.replace(/[\s()/.-]/g, '');
  return /^\+?\d{4,18}$/.test(digits) ? digits : null;
};
