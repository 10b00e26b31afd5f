import type { Lead } from '../lead/lead.ts';
import type { Contact, Partner } from '../lead/partner.ts';
import type { Act, LinkOrder } from './acts.ts';
import { button, iso, isoOrNull, toProspect } from './buttons.ts';
import type { ButtonRow, Desk, Letter } from './letter.ts';
import { plainLine } from './plain.ts';
import { spoken, unredacted } from './teaser.ts';

/** What both mails to an end customer say; they ask and inform, they advertise nothing. */
interface ToCustomer {
  /** What the customer asked about, in a few words. */
  readonly topic: string;
  /** Where the inquiry came from, as the vendor named it ("Trade fair"). */
  readonly source: string | null;
  readonly askedAt: string;
  readonly partner: {
    readonly name: string;
    readonly contact: string;
    readonly phone: string | null;
    readonly email: string | null;
  };
  /** By when the partner promised to call. */
  readonly by: string | null;
  /** No more mails, no more calls. */
  readonly stop: LinkOrder;
  readonly erase: LinkOrder;
}

/** "Anna Weber of Solarwerk will call you by Thursday 17:00." */
export interface ProspectPromiseView extends Letter<'prospect-promise'>, ToCustomer {}
/** After the promise: did somebody call? */
export interface ProspectCheckView extends Letter<'prospect-check'>, ToCustomer {}

export interface ProspectLetterInput {
  readonly lead: Lead;
  readonly partner: Partner;
  readonly holder: Contact;
  readonly by: Date | null;
  readonly desk?: Desk | null;
}

export const prospectPromise = (input: ProspectLetterInput): ProspectPromiseView => ({
  ...toProspect('prospect-promise', input.lead.reference, who(input), []),
  ...customerFacts(input),
});

export function prospectCheck(input: ProspectLetterInput): ProspectCheckView {
  const { id } = input.lead;
  const rows: ButtonRow[] = [
    [button('prospect-yes', id, 'go'), button('prospect-no', id), button('prospect-unneeded', id)],
  ];
  return { ...toProspect('prospect-check', input.lead.reference, who(input), rows), ...customerFacts(input) };
}

const who = ({ lead, desk }: ProspectLetterInput) => ({ name: lead.prospect.name, desk: desk ?? null });

function customerFacts({ lead, partner, holder, by }: ProspectLetterInput): ToCustomer {
  // The customer reads their own words: nothing is blotted out.
  const { topic } = unredacted(lead);
  const order = (act: Act): LinkOrder => ({ path: 'a', act, obj: lead.id });
  return {
    topic,
    source: lead.source === null ? null : spoken(plainLine(lead.source, 60)),
    askedAt: iso(lead.created_at),
    partner: {
      name: plainLine(partner.name, 80),
      contact: plainLine(holder.name, 80),
      phone: holder.phone === null ? null : plainLine(holder.phone, 40),
      email: holder.email,
    },
    by: isoOrNull(by),
    stop: order('prospect-stop'),
    erase: order('prospect-erase'),
  };
}
