import type { Assignment, PromiseWord } from './assignment.ts';
import { addBusiness, addElapsedThenOpen, instantOf, isDay, promiseDue } from './calendar.ts';
import type { Lead } from './lead.ts';
import { type Act, calendarOf, type LeadCase } from './lead-case.ts';
import type { Programme } from './programme.ts';

/**
 * Who works a lead after the claim. `partner_led`: its holder. `vendor_led`: the vendor's account manager, with the
 * partner at hand. `joint`: both, each with a deadline of their own. `fulfilment`: the holder, who has an order to
 * implement by its date and nothing to sell.
 */
type Scenario = Programme['scenario'];

/** Whether the vendor's own person owes a step of the claim. */
export const vendorWorks = (scenario: Scenario): boolean => scenario === 'vendor_led' || scenario === 'joint';
/** Whether the partner promises by when to call. */
export const partnerPromises = (scenario: Scenario): boolean =>
  scenario === 'partner_led' || scenario === 'joint';

type Owed = Pick<
  Assignment,
  'promise_at' | 'owes' | 'deadline' | 'vendor_owes' | 'vendor_deadline' | 'vendor_chased'
>;
type Who = Pick<Assignment, 'partner_id' | 'contact_id'>;

export const nothingOwedByVendor = { vendor_owes: null, vendor_deadline: null, vendor_chased: 0 } as const;

/** What is owed by whom from the moment of the claim on. */
export function owedAtFirst(c: LeadCase, who: Who, promise: PromiseWord, at: Date): Owed {
  const { scenario } = c.programme;
  if (scenario === 'fulfilment') {
    const deadline = implementBy(c, who, at);
    return { promise_at: null, owes: 'update', deadline, ...nothingOwedByVendor };
  }
  const promised = partnerPromises(scenario) ? promiseDue(calendarOf(c, who), at, promise) : null;
  const vendor = vendorWorks(scenario)
    ? ({
        vendor_owes: 'contact',
        vendor_deadline: promiseDue(c.vendor, at, promise),
        vendor_chased: 0,
      } as const)
    : nothingOwedByVendor;
  return { promise_at: promised, owes: promised && 'contact', deadline: promised, ...vendor };
}

/** The day an order is due: the lead's `custom.order_date`, else its `expected_close`; null when neither is a day. */
export const orderDay = ({
  custom,
  expected_close,
}: Pick<Lead, 'custom' | 'expected_close'>): string | null =>
  [Object.hasOwn(custom, 'order_date') ? custom['order_date'] : null, expected_close].find(isDay) ?? null;

/** Without a day, or after it, an order is asked about this long after the last word. */
const orderPause = 'P14D';

/** 17:00 of the order's day, or of the next working day; a pause from now where there is no such day ahead. */
export function implementBy(c: LeadCase, who: Who, at: Date): Date {
  const cal = calendarOf(c, who);
  const day = orderDay(c.lead);
  // 17:00 of that day; a closed day moves on to the next working day.
  const due = day && promiseDue(cal, instantOf(cal.zone, day, '00:00'), 'today');
  if (due && due > at) return due;
  return addElapsedThenOpen(cal, at, c.programme.follow_up.updates.claimed ?? orderPause);
}

/** Whose step a report settles: in `vendor_led` always the vendor's, in `joint` that of whoever reports. */
export const settlesVendorStep = (c: LeadCase, act: Act): boolean =>
  c.programme.scenario === 'vendor_led' || (c.programme.scenario === 'joint' && act.who.kind !== 'contact');

/** When the vendor's person is (next) reminded of the step they owe; null when they owe none. */
export function nextVendorReminder(c: LeadCase, held: Assignment): Date | null {
  return held.vendor_deadline && reminderAt(c, held.vendor_deadline, held.vendor_chased);
}

/** How many of the reminders are due at an instant: at the deadline, on the three working days after it, then weekly. */
export function remindersDue(c: LeadCase, held: Assignment, at: Date): number {
  let due = held.vendor_chased;
  while (held.vendor_deadline && reminderAt(c, held.vendor_deadline, due) <= at) due += 1;
  return due;
}

const reminderAt = (c: LeadCase, deadline: Date, chased: number): Date =>
  chased === 0
    ? deadline
    : addBusiness(c.vendor, deadline, `P${chased <= 3 ? chased : 3 + 5 * (chased - 3)}D`);
