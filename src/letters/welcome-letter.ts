import type { Money } from '../lead/money.ts';
import type { LinkOrder } from './acts.ts';
import { type ToPartner, toPartner } from './buttons.ts';
import type { Letter } from './letter.ts';

/** The first letter about Leadpost itself: what this is, what an offer looks like, where to change what one gets. */
export interface WelcomeView extends Letter<'welcome'> {
  /** What the lead of the invented example is worth; its words are those of the locale, or of the programme. */
  readonly sampleValue: Money;
  /** The reader's preferences, once more in the middle of the letter. */
  readonly settings: LinkOrder;
}

/**
 * To a new contact, with or after the first offer. It asks for nothing: leads can be accepted whether or not anybody
 * has read it.
 *
 * @param currency what the programme counts in
 */
export function welcomeLetter(input: ToPartner & { readonly currency: string }): WelcomeView {
  const settings: LinkOrder = { path: 'prefs', act: 'prefs', obj: input.contact.id };
  return {
    ...toPartner('welcome', '', input, []),
    sampleValue: { minor: 1_800_000, currency: input.currency },
    settings,
  };
}
