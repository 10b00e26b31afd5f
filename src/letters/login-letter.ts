import { button, iso, type ToVendor, toVendor } from './buttons.ts';
import type { Letter } from './letter.ts';

/** A link that opens the console for somebody of the vendor, once and not for long. */
export interface LoginView extends Letter<'login'> {
  readonly until: string;
}

/** @param until the link does nothing after it */
export const loginLetter = (input: ToVendor & { readonly until: Date }): LoginView => ({
  ...toVendor('login', '', input, [[button('login', input.reader.id, 'main')]]),
  until: iso(input.until),
});
