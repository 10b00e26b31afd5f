import { contentLines, escaped } from './content-lines.ts';
import { isMail, telDigits } from './held-lead.ts';
import type { LeadPage } from './page-view.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';

/** What a lead page gives to take along. No link of ours is in it: address books and calendars are shared. */
export interface LeadFile {
  readonly name: string;
  readonly type: string;
  readonly body: string;
}
export type LeadFileKind = 'contact' | 'calendar';

const maker = '-//Leadpost//Leadpost//EN';

/** The customer for the address book, as vCard 3.0. */
export function contactCard(view: LeadPage): LeadFile {
  const { person, reference, summary } = view.lead;
  const shown = person.called ?? reference;
  // The last word is taken for the family name: address books sort by it, the full name stands beside it.
  const [, given = '', family = ''] = /^(.*?)\s*(\S*)$/s.exec(person.name ?? '') ?? [];
  const place = [person.street, person.postalCity, person.country].some(Boolean);
  const body = contentLines([
    'BEGIN:VCARD',
    'VERSION:3.0',
    `PRODID:${maker}`,
    `UID:urn:uuid:${view.lead.id}`,
    `REV:${stamp(view.now.toISOString())}`,
    `FN:${escaped(shown)}`,
    `N:${escaped(family)};${escaped(given)};;;`,
    person.company && `ORG:${escaped(person.company)}`,
    person.phone && telDigits(person.phone) ? `TEL;TYPE=WORK,VOICE:${escaped(person.phone)}` : null,
    person.email && isMail(person.email) ? `EMAIL;TYPE=INTERNET:${escaped(person.email)}` : null,
    place
      ? `ADR;TYPE=WORK:;;${[person.street, person.city, null, person.postal, person.country].map((part) => escaped(part ?? '')).join(';')}`
      : null,
    `NOTE:${escaped(`${view.vendorName}, ${reference}: ${summary}`)}`,
    'END:VCARD',
  ]);
  return { name: `${reference}.vcf`, type: 'text/vcard; charset=utf-8', body };
}

/** Half an hour in the calendar at the time by which a word is promised; null when nothing is due. */
export function calendarEntry(view: LeadPage, { words }: Ink): LeadFile | null {
  if (!view.owes || !view.dueAt) return null;
  const { person, reference, topic, summary } = view.lead;
  const called = person.called ?? spoken(topic);
  const begins = new Date(new Date(view.dueAt).getTime() - halfHour);
  const about = [person.phone, person.email, summary, reference].filter(Boolean).join('\n');
  const place = [person.street, person.postalCity].filter(Boolean).join(', ');
  const body = contentLines([
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    `PRODID:${maker}`,
    'CALSCALE:GREGORIAN',
    // Published, never requested: a request would turn the reader's entry into a meeting with an organiser.
    'METHOD:PUBLISH',
    'BEGIN:VEVENT',
    `UID:${view.claimId}@${view.host}`,
    `SEQUENCE:${view.sequence}`,
    `DTSTAMP:${stamp(view.now.toISOString())}`,
    `DTSTART:${stamp(begins.toISOString())}`,
    `DTEND:${stamp(view.dueAt)}`,
    `SUMMARY:${escaped(words.t(`pages.lead.calendar.${view.owes}`, { name: called }))}`,
    `DESCRIPTION:${escaped(about)}`,
    place ? `LOCATION:${escaped(place)}` : null,
    'TRANSP:TRANSPARENT',
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    `DESCRIPTION:${escaped(called)}`,
    'TRIGGER:-PT15M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
  ]);
  return { name: `${reference}.ics`, type: 'text/calendar; charset=utf-8; method=PUBLISH', body };
}

const halfHour = 30 * 60_000;

/** `20261116T150000Z`. */
const stamp = (iso: string): string => iso.replace(/\.\d+/, '').replace(/[-:]/g, '');

/** Where the customer is, on a map: of the address alone, nothing of ours. */
export function mapUrl({ street, postalCity, country }: LeadPage['lead']['person']): string | null {
  if (!postalCity) return null;
  const where = [street, postalCity, country].filter(Boolean).join(', ');
  return `https://www.openstreetmap.org/search?query=${encodeURIComponent(where)}`;
}
