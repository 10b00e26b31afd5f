import type { ReplyContext } from './intent.ts';
import type { LineRead, VerbSeen } from './read-line.ts';
import type { Verb } from './verb-phrases.ts';

export function isEnding(verb: Verb): boolean {
  return verb === 'accept' || verb === 'decline' || verb === 'won' || verb === 'lost';
}

/** The verb a line is about; more than one where they contradict each other. */
export function chosenVerbs(line: LineRead, context: ReplyContext): VerbSeen[] {
  const strong = line.verbs
    .map((seen) => asNextMeeting(seen, line))
    .map((seen) => asGivenBack(seen, line, context))
    .filter((seen) => seen.strong && (!seen.whole || line.leftovers === 0 || isEnding(seen.verb)));
  if (strong.length === 0) return promoted(line);
  const verbs = asAttempt(withoutParticles(strong, context), line);
  const main = furthest(verbs);
  const weak = line.verbs.filter(
    ({ verb }) =>
      (verb === 'won' || verb === 'lost' || (context === 'offer' && isEnding(verb))) &&
      !main.some((seen) => seen.verb === verb),
  );
  // "No, we cannot take it" says the same twice; "won … lost" does not.
  return main.length > 0 && main[0]?.verb !== 'note'
    ? [...main, ...weak.filter(({ strong: isStrong }) => !isStrong)]
    : main;
}

/** "Called, meeting on Tuesday": after a contact, a meeting with a date needs no verb of its own. */
function asNextMeeting(seen: VerbSeen, line: LineRead): VerbSeen {
  const after = line.verbs.some(
    ({ verb, strong, at }) => verb === 'contacted' && strong && (at[0] ?? 0) < (seen.at[0] ?? 0),
  );
  return seen.verb === 'meeting' && line.dates.length > 0 && after ? { ...seen, strong: true } : seen;
}

/** "Bitte zurücknehmen, keine Kapazität": whoever says why they cannot wants the lead taken back, not their last act. */
function asGivenBack(seen: VerbSeen, line: LineRead, context: ReplyContext): VerbSeen {
  const takesBack = seen.verb === 'undo' && seen.at.some((i) => line.words[i] === 'zurucknehmen');
  // One word is too little: "zurücknehmen, haben doch Kapazität" is a change of mind.
  const why = line.reasons.some(
    ({ decline, at }) => decline !== null && decline !== 'other' && at.length > 1,
  );
  return takesBack && why ? { ...seen, verb: context === 'offer' ? 'decline' : 'return' } : seen;
}

/** Without a verb in its place, a status word with its figure still says enough; an ending never does. */
function promoted(line: LineRead): VerbSeen[] {
  const ending = line.verbs.find(({ verb }) => isEnding(verb));
  if (ending) return [ending];
  const plain = line.verbs.find(
    ({ verb }) =>
      (verb === 'meeting' && line.dates.length > 0) ||
      (verb === 'quoted' && line.amounts.some(({ marked }) => marked)),
  );
  if (plain) return [{ ...plain, strong: true }];
  return line.verbs.slice(0, 1);
}

/** "Yes, reached" on a lead is a report, "yes, called him" on an offer an acceptance. */
function withoutParticles(verbs: readonly VerbSeen[], context: ReplyContext): VerbSeen[] {
  const [first] = verbs;
  const rest = verbs.filter((seen) => !isEnding(seen.verb) || seen.verb === 'won' || seen.verb === 'lost');
  const particle = first?.at.length === 1 && (first.verb === 'accept' || first.verb === 'decline');
  if (!particle || rest.length === 0) return [...verbs];
  if (context === 'offer') {
    const harmless =
      first.verb === 'accept' &&
      rest.every(
        ({ verb }) => verb === 'contacted' || verb === 'meeting' || verb === 'quoted' || verb === 'note',
      );
    return harmless ? [first] : [...verbs];
  }
  const agrees =
    first.verb === 'accept'
      ? ['contacted', 'meeting', 'quoted', 'won', 'unchanged', 'not-reached', 'snooze', 'return']
      : ['not-reached', 'unchanged', 'lost', 'return', 'snooze'];
  return rest.every(({ verb }) => agrees.includes(verb)) ? rest : [...verbs];
}

/** "Called, no answer": the call is the attempt, not the contact. */
function asAttempt(verbs: readonly VerbSeen[], line: LineRead): VerbSeen[] {
  const missed = line.verbs.find(({ verb }) => verb === 'not-reached');
  const tried = ({ verb, at }: VerbSeen) =>
    verb === 'contacted' && at.some((i) => attempts.test(line.words[i] ?? ''));
  if (!missed || !verbs.some(tried)) return [...verbs];
  return [...verbs.filter((seen) => !tried(seen) && seen !== missed), { ...missed, strong: true }];
}

const attempts =
  /^(?:called|phoned|rang|emailed|angerufen|telefoniert|angeschrieben|kontaktiert|contacted|appele|llamado|chiamato|gebeld)$/;

const progress: readonly Verb[] = ['contacted', 'meeting', 'quoted', 'won'];

/** "Called them, meeting on Tuesday" is a meeting; what contradicts stays in the list. */
function furthest(verbs: readonly VerbSeen[]): VerbSeen[] {
  const distinct = verbs.filter((seen, i) => verbs.findIndex(({ verb }) => verb === seen.verb) === i);
  const real = distinct.filter(({ verb }) => verb !== 'note');
  if (real.length === 0) return distinct.slice(0, 1);
  const steps = real.filter(({ verb }) => progress.includes(verb));
  const last = steps.toSorted((one, other) => progress.indexOf(other.verb) - progress.indexOf(one.verb))[0];
  const others = real.filter(({ verb }) => !progress.includes(verb));
  if (!last) return withoutNextSteps(others);
  // A lead that was contacted or quoted may be lost, returned or looked at again later.
  if (last.verb !== 'won' && others.some(({ verb }) => verb === 'lost' || verb === 'return'))
    return withoutNextSteps(others);
  if (others.every(({ verb }) => verb === 'snooze')) return [last];
  return [last, ...withoutNextSteps(others)];
}

/** "Not reached, try again later": the attempt counts. */
function withoutNextSteps(others: readonly VerbSeen[]): VerbSeen[] {
  const facts = others.filter(({ verb }) => verb !== 'snooze');
  const kept = facts.length > 0 ? facts : [...others];
  const lost = kept.find(({ verb }) => verb === 'lost');
  return lost && kept.every(({ verb }) => verb === 'lost' || verb === 'not-reached') ? [lost] : kept;
}
