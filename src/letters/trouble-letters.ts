import type { Lead } from '../lead/lead.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import { iso, type ToVendor, toVendor } from './buttons.ts';
import { isMail } from './held-lead.ts';
import type { Letter, PartnerView } from './letter.ts';
import { plainLine, plainText } from './plain.ts';
import { type TeaserLead, teaser } from './teaser.ts';

/** Letters to the vendor about what went wrong: an address, a lead, the installation itself. */

/** A contact's address does not take mail. */
export interface BounceNoticeView extends Letter<'bounce-notice'> {
  readonly partner: PartnerView;
  readonly address: string;
  /** The mail server's own words; null where they are not known. */
  readonly words: string | null;
  readonly at: string;
  /** The reference of a lead of theirs of which they could not be written; null when there was none. */
  readonly held: string | null;
  /** The partner's other people, to ask for the right address. */
  readonly others: readonly PartnerView[];
}

export interface BounceNoticeInput extends ToVendor {
  readonly partner: Partner;
  readonly contact: Pick<Contact, 'id' | 'name' | 'email' | 'phone'>;
  readonly words: string | null;
  readonly held?: string;
  readonly at: Date;
}

export const bounceNotice = (input: BounceNoticeInput): BounceNoticeView => ({
  ...toVendor('bounce-notice', '', input, []),
  partner: personOf(input.partner.name, input.contact),
  address: input.contact.email,
  words: input.words === null ? null : plainText(input.words, 600),
  at: iso(input.at),
  held: input.held ?? null,
  others: input.partner.contacts
    .filter((other) => other.id !== input.contact.id)
    .slice(0, 5)
    .map((other) => personOf(input.partner.name, other)),
});

/** A partner says that something is wrong with a lead. */
export interface QualityAlertView extends Letter<'quality-alert'> {
  readonly lead: TeaserLead;
  readonly partner: PartnerView;
  /** The partner's words; null where the programme keeps them from the vendor. */
  readonly words: string | null;
  readonly at: string;
}

export interface QualityAlertInput extends ToVendor {
  readonly lead: Lead;
  readonly partner: Partner;
  readonly contact: Contact;
  readonly words: string | null;
  readonly at: Date;
}

export const qualityAlert = (input: QualityAlertInput): QualityAlertView => ({
  ...toVendor('quality-alert', input.lead.reference, input, []),
  lead: teaser(input.lead),
  partner: personOf(input.partner.name, input.contact),
  words: input.words === null ? null : plainText(input.words),
  at: iso(input.at),
});

/** Of each sort of trouble. */
export const troublesShown = 10;

/** What waits for whoever runs the installation: one letter a day at the most. */
export interface OperatorView extends Letter<'operator'> {
  /** Mails that came in and could not be read. */
  readonly quarantined: TroubleList;
  /** Letters that will not go out any more. */
  readonly dead: TroubleList;
  /** Letters of which nobody knows whether they arrived. */
  readonly parked: TroubleList;
  /** Since when this counts. */
  readonly since: string;
}
export interface TroubleList {
  readonly count: number;
  /** The newest ones. */
  readonly rows: readonly TroubleRow[];
  /** How many there are besides. */
  readonly more: number;
}
export interface TroubleRow {
  readonly id: string;
  readonly at: string;
  /** Kind of a letter, or nothing for a mail that came in. */
  readonly what: string | null;
  /** Address it went to or came from. */
  readonly who: string | null;
  readonly error: string | null;
}

/** One trouble as the queues tell it. */
export interface Trouble {
  readonly id: string;
  readonly at: Date;
  readonly what: string | null;
  readonly who: string | null;
  readonly error: string | null;
}
export interface Troubles {
  readonly count: number;
  readonly rows: readonly Trouble[];
}

export interface OperatorInput extends ToVendor {
  readonly quarantined: Troubles;
  readonly dead: Troubles;
  readonly parked: Troubles;
  readonly since: Date;
}

export const operatorLetter = (input: OperatorInput): OperatorView => ({
  ...toVendor('operator', '', input, []),
  quarantined: listOf(input.quarantined),
  dead: listOf(input.dead),
  parked: listOf(input.parked),
  since: iso(input.since),
});

const listOf = ({ count, rows }: Troubles): TroubleList => ({
  count,
  more: Math.max(0, count - Math.min(rows.length, troublesShown)),
  rows: rows.slice(0, troublesShown).map((row) => ({
    id: row.id,
    at: iso(row.at),
    what: row.what,
    who: row.who === null ? null : isMail(row.who) ? row.who : plainLine(row.who, 100),
    error: row.error === null ? null : plainLine(row.error, 200),
  })),
});

const personOf = (
  company: string,
  { name, email, phone }: Pick<Contact, 'name' | 'email' | 'phone'>,
): PartnerView => ({
  name: plainLine(company, 80),
  contact: plainLine(name, 80),
  email,
  phone: phone === null ? null : plainLine(phone, 40),
});
