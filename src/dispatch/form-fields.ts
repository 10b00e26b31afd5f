import { type PromiseWord, promises } from '../lead/assignment.ts';
import type { Lead } from '../lead/lead.ts';
import { type Money, parseMoney } from '../lead/money.ts';
import { declineReasons, lostReasons, type Programme } from '../lead/programme.ts';
import type { ActFields } from './link-acts.ts';

/** A posted form: single strings, whatever else was sent is gone by then. */
export type FormBody = Readonly<Record<string, string | undefined>>;

const noteLength = 2000;

/** The lead a form is about, as far as its fields depend on it. */
export interface FormAbout {
  readonly case: {
    readonly lead: Pick<Lead, 'value'>;
    readonly programme: Pick<Programme, 'currency' | 'reasons'>;
  };
}

/** Reads the fields of a link's form; all optional, unknown ones ignored, wrong ones named. */
export function readFields(
  target: FormAbout,
  body: FormBody,
):
  | { readonly ok: true; readonly fields: ActFields }
  | { readonly ok: false; readonly faults: readonly string[] } {
  const faults: string[] = [];
  const told = (name: string): string | null => body[name]?.trim() || null;
  const check = <T>(name: string, read: (value: string) => T | undefined): T | null => {
    const value = told(name);
    if (value === null) return null;
    const found = read(value);
    if (found === undefined) faults.push(name);
    return found ?? null;
  };
  const currency =
    told('currency')?.toUpperCase() ?? target.case.lead.value?.currency ?? target.case.programme.currency;
  const fields: ActFields = {
    promise: check('promise', (v) => promises.find((p) => p === v)) as PromiseWord | null,
    reason: check('reason', (v) => reasonsOf(target).find((r) => r === v)),
    money: check('amount', (v) => amountIn(v, currency)),
    date: check('date', (v) => (isDate(v) ? v : undefined)),
    time: check('time', (v) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(v) ? v : undefined)),
    note: check('note', (v) => (v.length <= noteLength ? v : undefined)),
  };
  if (!/^[A-Z]{3}$/.test(currency)) faults.push('currency');
  return faults.length > 0 ? { ok: false, faults } : { ok: true, fields };
}

function reasonsOf(t: FormAbout): readonly string[] {
  const { reasons } = t.case.programme;
  return [...reasons.decline, ...reasons.lost, ...declineReasons, ...lostReasons];
}

/**
 * An amount as people type it: `12000`, `12 000`, `12.000,50`, `12,000.50`. A single separator before exactly three
 * digits groups thousands, before one or two digits it is the decimal point.
 */
export function amountIn(typed: string, currency: string): Money | undefined {
  const bare = typed.replace(/[\s\u00a0'’]/g, '').replace(/^[^\d]{0,3}|[^\d]{0,3}$/g, '');
  const decimal = /[.,](\d{1,2})$/.exec(bare);
  const whole = (decimal ? bare.slice(0, decimal.index) : bare).replace(/[.,](?=\d{3}(\D|$))/g, '');
  if (!/^\d{1,12}$/.test(whole)) return undefined;
  return parseMoney(decimal ? `${whole}.${decimal[1]}` : whole, currency);
}

function isDate(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const at = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(value);
}
