import { chosenVerbs, isEnding } from './chosen-verbs.ts';
import { settle } from './dates.ts';
import { dayNumber, isoDay } from './days.ts';
import { type LineRead, type ReadingStyle, readLine, type VerbSeen } from './read-line.ts';
import type { Reason } from './reason-phrases.ts';
import type { Verb } from './verb-phrases.ts';

export type ReplyContext = 'offer' | 'lead' | 'digest';
export type Decision = 'apply' | 'ask' | 'note' | 'ignore';

/** One thing a writer wants. `amount` decimal, `date` yyyy-mm-dd, `time` hh:mm, both local. */
export type Intent = {
  readonly verb: Verb;
  readonly row: number | null;
  readonly amount: string | null;
  readonly currency: string | null;
  readonly date: string | null;
  readonly time: string | null;
  readonly reason: Reason | null;
  readonly words: string;
};

export type IntentRead = { readonly intent: Intent; readonly decision: Exclude<Decision, 'ignore'> };

/**
 * What one line wants. `apply` only where verb, object and figures leave one reading;
 * `ask` where a verb is near but not sure; anything else is a `note`.
 */
export function readIntent(raw: string, context: ReplyContext, style: ReadingStyle): IntentRead {
  const words = raw.trim().slice(0, 300);
  if (/^[\s?？!]{1,20}$/.test(raw) && /[?？]/.test(raw))
    return { intent: bare('help', words), decision: 'apply' };
  const line = readLine(raw, style);
  const seen = chosenVerbs(line, context);
  const [first] = seen;
  if (!first) return withoutVerb(line, context, style, words);
  const intent = filled(first.verb, line, style, words);
  if (first.verb === 'note') return { intent, decision: 'note' };
  const sure =
    seen.length === 1 &&
    isSure(first, line, context) &&
    !isStillToCome(first, line, style) &&
    hasOneReading(first.verb, line, style);
  if (sure) return { intent, decision: 'apply' };
  return first.strong || isEnding(first.verb)
    ? { intent, decision: 'ask' }
    : { intent: bare('note', words), decision: 'note' };
}

/** An intent without figures. */
export function bare(verb: Verb, words: string): Intent {
  return { verb, row: null, amount: null, currency: null, date: null, time: null, reason: null, words };
}

/** Whether nothing in the line speaks against its verb. */
function isSure(seen: VerbSeen, line: LineRead, context: ReplyContext): boolean {
  const { verb } = seen;
  if (!seen.strong || line.question || (seen.whole && line.leftovers > 0)) return false;
  if (context === 'lead' && (verb === 'accept' || verb === 'decline')) return false;
  if (verb === 'decline')
    return (
      !line.conditional && !line.hedged && !(seen.at.length === 1 && line.runsOn && line.reasons.length === 0)
    );
  if (verb === 'not-reached') return !line.conditional || line.dates.length > 0;
  if (line.negated || line.hedged)
    return verb === 'pause' || verb === 'snooze' || verb === 'undo' || verb === 'quality-complaint';
  if (verb === 'accept') return !line.conditional && line.leftovers <= 5;
  if (verb === 'won' || verb === 'lost')
    return !line.conditional && !line.future && isUnambiguousEnding(seen, line);
  if (verb === 'pause') return !line.stranger;
  if (verb === 'contacted' || verb === 'quoted')
    return !line.future || line.dates.length > 0 || seen.at.length > 1;
  return true;
}

/** "Quote tomorrow": a plan, not a report. */
function isStillToCome(seen: VerbSeen, line: LineRead, style: ReadingStyle): boolean {
  if (seen.verb !== 'quoted' || seen.at.length > 1 || !style.dates) return false;
  const { today } = style.dates;
  return line.dates.some(
    ({ readings, relative }) => relative && readings.some((day) => dayNumber(day) > dayNumber(today)),
  );
}

/** A command carries little beside its figures; a phrase names its object itself. */
function isUnambiguousEnding(seen: VerbSeen, line: LineRead): boolean {
  const rivals = seen.verb === 'won' && line.reasons.some(({ lost }) => lost !== null && lost !== 'price');
  const said = seen.at.map((i) => line.words[i] ?? '');
  const ours =
    seen.verb === 'won' ||
    said.some((word) => /^(?:lost|verloren|perdu|perdido|perdida|perso|perduto)$/.test(word));
  // "The customer cancelled the meeting" is no loss yet.
  if (seen.verb === 'lost' && line.verbs.some(({ verb }) => verb === 'meeting')) return false;
  if (rivals || (ours && isSomebodyElse(seen, line))) return false;
  if (seen.at.length > 1) return line.stray[(seen.at.at(-1) ?? 0) + 1] !== true;
  const backed = line.amounts.length > 0 || line.reasons.length > 0 || !line.runsOn;
  return line.leftovers <= (backed ? 6 : 0);
}

/** "They got the order": whoever stands before the verb and is not part of it did it, not the writer. */
function isSomebodyElse(seen: VerbSeen, line: LineRead): boolean {
  const before = line.words.slice(0, seen.at[0]);
  if (before.some((word) => firstPersons.has(word))) return false;
  return before.some((word, i) => thirdPersons.test(word) || line.unknown[i]);
}

const firstPersons: ReadonlySet<string> = new Set(
  "we i wir ich we've i've we're i'm our unser unseren nous avons on hemos abbiamo ho wij hebben heb ik uns us".split(
    ' ',
  ),
);
const thirdPersons =
  /^(?:customer|client|they|he|she|prospect|kunde|kundin|kunden|er|sie|interessent|jemand|somebody|someone|cliente|klant)$/;

function hasOneReading(verb: Verb, line: LineRead, style: ReadingStyle): boolean {
  if (verb === 'won' || verb === 'quoted') {
    const amounts = moneyOf(line);
    if (
      amounts.length > 1 ||
      amounts.some(({ readings }) => readings.length !== 1 || Number(readings[0]) === 0)
    )
      return false;
    if (line.dates.some(({ loose }) => loose)) return false;
  }
  if (!takesDate(verb)) return true;
  if (line.dates.length > 0 && style.dates === null) return false;
  const absolute = line.dates.filter(({ relative }) => !relative);
  return (
    absolute.every(({ readings }) => readings.length === 1) &&
    (verb !== 'meeting' || absolute.length <= 1) &&
    line.times.length <= 1 + Number(verb !== 'meeting')
  );
}

function takesDate(verb: Verb): boolean {
  return !['decline', 'return', 'unchanged', 'help', 'undo', 'quality-complaint', 'note'].includes(verb);
}

function moneyOf(line: LineRead) {
  const marked = line.amounts.filter(({ marked: isMarked }) => isMarked);
  return marked.length > 0 ? marked : line.amounts;
}

function filled(verb: Verb, line: LineRead, style: ReadingStyle, words: string): Intent {
  const priced = verb === 'won' || verb === 'quoted';
  const [money] = priced ? moneyOf(line) : [];
  const single = money?.readings.length === 1 ? money : undefined;
  return {
    ...bare(verb, words),
    amount: single?.readings[0] ?? null,
    currency: single ? single.currency : null,
    date: takesDate(verb) ? dateFor(verb, line, style) : null,
    time: takesDate(verb) ? (line.times[0] ?? null) : null,
    reason: reasonFor(verb, line),
  };
}

function dateFor(verb: Verb, line: LineRead, style: ReadingStyle): string | null {
  if (!style.dates) return null;
  const absolute = line.dates.filter(({ relative }) => !relative);
  const dates = (absolute.length > 0 ? absolute : line.dates).filter(({ readings }) => readings.length === 1);
  // A holiday ends with its last date, a plan comes after what was done.
  const found = ['pause', 'meeting', 'snooze', 'not-reached'].includes(verb) ? dates.at(-1) : dates[0];
  const ahead = ['meeting', 'snooze', 'pause', 'accept', 'not-reached'].includes(verb);
  const day = found ? settle(found, style.dates.today, ahead) : null;
  // What was done has no date to come; such a date belongs to something else in the line.
  const fits = day !== null && (ahead || dayNumber(day) <= dayNumber(style.dates.today) + 1);
  return fits ? isoDay(day) : null;
}

/** The code of a reason; `other` where words are given that no list knows. */
function reasonFor(verb: Verb, line: LineRead): Reason | null {
  if (verb !== 'decline' && verb !== 'lost' && verb !== 'return') return null;
  const lost = verb === 'lost';
  const known = line.reasons
    .map((seen) => (lost ? seen.lost : seen.decline))
    .filter((reason) => reason !== null);
  const telling = known.find((reason) => reason !== 'other') ?? known[0];
  return telling ?? (line.leftovers > 0 || line.reasons.length > 0 ? 'other' : null);
}

const plainDeclines: readonly (Reason | null)[] = [
  'too-far',
  'no-capacity',
  'wrong-product',
  'no-budget',
  'known-customer',
  'duplicate',
];

/** A reason alone declines an offer; a date alone puts a lead off; neither ends a lead. */
function withoutVerb(line: LineRead, context: ReplyContext, style: ReadingStyle, words: string): IntentRead {
  const doubtful = line.question || line.hedged || (line.conditional && line.dates.length === 0);
  const why = line.reasons.find(({ decline, at }) => plainDeclines.includes(decline) && at.length > 1);
  if (context === 'offer' && why && !doubtful)
    return { intent: { ...bare('decline', words), reason: why.decline }, decision: 'apply' };
  const [lostWhy] = line.reasons;
  if (context !== 'offer' && lostWhy && !line.question && line.leftovers <= 2)
    return { intent: { ...bare('lost', words), reason: lostWhy.lost ?? 'other' }, decision: 'ask' };
  const onlyDate =
    line.dates.length === 1 &&
    line.leftovers === 0 &&
    !doubtful &&
    !line.negated &&
    line.amounts.length === 0;
  if (context !== 'offer' && onlyDate && line.times.length === 0 && line.dates[0]?.relative)
    return { intent: filled('snooze', line, style, words), decision: 'apply' };
  return { intent: bare('note', words), decision: 'note' };
}
