import { promises } from '../lead/assignment.ts';
import type { Money } from '../lead/money.ts';
import { minorDigits } from '../lead/money.ts';
import type { Programme } from '../lead/programme.ts';
import { declineReasons, lostReasons } from '../lead/programme.ts';
import { partnerPromises } from '../lead/scenario.ts';
import type { Act } from './acts.ts';
import type { Field } from './page-view.ts';

export interface FieldHints {
  readonly programme: Programme;
  /** The lead's value: prefills amount and currency. */
  readonly value?: Money | null;
}

/** The fields of an act's form. All are optional but the day of a meeting or a snooze. */
export function actionFields(act: Act, hints: FieldHints): readonly Field[] {
  const { reasons, follow_up: followUp, scenario } = hints.programme;
  const note: Field = { type: 'note', value: null };
  switch (act) {
    case 'accept':
      return partnerPromises(scenario)
        ? [{ type: 'choice', name: 'promise', options: promises, value: followUp.promise }]
        : [];
    case 'decline':
      return [choice(reasons.decline.length ? reasons.decline : declineReasons)];
    case 'lost':
      return [choice(reasons.lost.length ? reasons.lost : lostReasons), note];
    case 'meeting':
      return [
        { type: 'date', value: null, required: true },
        { type: 'time', value: null, required: false },
        note,
      ];
    case 'snooze':
    case 'pause':
      return [{ type: 'date', value: null, required: true }];
    case 'won':
    case 'quoted':
      return [money(hints), note];
    case 'contacted':
    case 'not-reached':
    case 'return':
    case 'quality-complaint':
    case 'note':
    case 'unchanged':
    case 'needs-more':
    case 'disqualify':
    case 'nurture':
      return [note];
    default:
      return [];
  }
}

const choice = (options: readonly string[]): Field => ({
  type: 'choice',
  name: 'reason',
  options,
  value: null,
});

function money({ value, programme }: FieldHints): Field {
  const amount = value
    ? (value.minor / 10 ** minorDigits(value.currency)).toFixed(minorDigits(value.currency))
    : null;
  return { type: 'money', amount, currency: value?.currency ?? programme.currency, required: false };
}
