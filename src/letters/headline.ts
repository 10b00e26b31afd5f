import { digestHeadline } from './digest-press.ts';
import type { HeldLead, LetterView, ReceiptView } from './letter.ts';
import { notedSentence } from './noted.ts';
import type { Ink } from './press.ts';
import type { ProspectCheckView, ProspectPromiseView } from './prospect-letters.ts';
import type { DealView, ReferralView } from './submitted-letters.ts';
import type { TeaserLead } from './teaser.ts';
import { spoken } from './teaser.ts';

export interface Headline {
  readonly subject: string;
  readonly preheader: string;
}

/** Subject and preheader of every kind; the subject ends with the reference and fits 78 characters. */
export function headline(view: LetterView, ink: Ink): Headline {
  const write = headlines[view.kind] as (v: LetterView, ink: Ink) => Headline;
  const { subject: whole, preheader } = write(view, ink);
  // Rather no city than a subject with a hole in its middle: the city stands in the first line of the mail.
  const subject =
    fits(whole, view.reference) || !('lead' in view)
      ? whole
      : write({ ...view, lead: { ...view.lead, city: null } } as LetterView, ink).subject;
  return { subject: fitSubject(subject, view.reference), preheader: clip(oneLine(preheader), 140) };
}

type Headlines = {
  readonly [K in LetterView['kind']]: (view: Extract<LetterView, { kind: K }>, ink: Ink) => Headline;
};

const headlines: Headlines = {
  offer(view, { words, formats }) {
    const { lead, expiresAt } = view;
    const value = lead.value ? words.t('offer.about', { value: formats.money(lead.value) }) : '';
    const base = { lead: words.t(`offer.lead.${lead.temperature}`), what: inCity(lead, words), value };
    const until = expiresAt === null ? null : formats.brief(expiresAt);
    const bare = { ...base, value: '' };
    // The value goes before the city does: it is the first thing inside.
    const ways =
      until === null
        ? [base, bare].map((parts) => words.t('offer.subject_open', parts))
        : [
            words.t('offer.subject', { ...base, until }),
            words.t('offer.subject_short', { ...base, until }),
            words.t('offer.subject_short', { ...bare, until }),
          ];
    const subject = ways.find((way) => fits(way, view.reference)) ?? ways.at(-1) ?? '';
    const summary = clip(lead.summary.replace(/[.\s]+$/, ''), 80) || lead.topic;
    return { subject, preheader: words.t('offer.preheader', { summary, count: view.others }) };
  },
  accepted({ lead, promiseAt, nameInSubject }, { words, formats }) {
    const what = inCity(lead, words);
    const name = nameInSubject ? lead.person.called : null;
    const subject =
      name === null
        ? words.t('accepted.subject_anonymous', { what })
        : words.t('accepted.subject', { name: clip(name, 30), what });
    const preheader =
      promiseAt === null
        ? words.t('accepted.preheader_open')
        : words.t('accepted.preheader', { when: formats.zoned(promiseAt) });
    return { subject, preheader };
  },
  taken: ({ lead, reason }, { words }) => ({
    subject: words.t(`taken.subject.${reason}`, { what: inCity(lead, words) }),
    preheader: words.t('taken.preheader'),
  }),
  reminder: ({ lead, owes, dueAt }, { words, formats }) => ({
    subject: words.t(`reminder.subject.${owes}`, { name: called(lead, words), what: inCity(lead, words) }),
    preheader: words.t(`reminder.preheader.${owes}`, { when: dueAt === null ? '' : formats.moment(dueAt) }),
  }),
  warning: ({ lead, owes }, { words }) => ({
    subject: words.t(`warning.subject.${owes}`, { name: called(lead, words), what: inCity(lead, words) }),
    preheader: words.t('warning.preheader'),
  }),
  recalled: ({ lead, moment, at }, { words, formats }) => ({
    subject: words.t(`recalled.subject.${moment}`, { what: inCity(lead, words) }),
    preheader: words.t(`recalled.preheader.${moment}`, { when: formats.moment(at) }),
  }),
  receipt: receiptHeadline,
  ask: ({ topic, place, question }, { words }) => ({
    subject:
      topic === null
        ? words.t(`ask.title.${question}`)
        : words.t('ask.subject', {
            question: words.t(`ask.title.${question}`),
            what: about(topic, place, words),
          }),
    preheader: words.t('ask.preheader'),
  }),
  escalation({ lead, owes, partner, daysLate }, { words, formats }) {
    const value = lead.value ? words.t('offer.about', { value: formats.money(lead.value) }) : '';
    const late = words.t('late', { count: daysLate });
    return {
      subject: words.t(`escalation.subject.${owes}`, {
        partner: clip(partner.name, 28),
        what: inCity(lead, words),
        late,
      }),
      preheader: words.t('escalation.preheader', {
        temperature: words.t(`temperature.${lead.temperature}`),
        value,
      }),
    };
  },
  qualify: ({ lead, missing }, { words }) => ({
    subject: words.t('qualify.subject', { what: inCity(lead, words) }),
    preheader: words.t('qualify.preheader', { count: missing.length }),
  }),
  unplaced: ({ lead, asked }, { words }) => ({
    subject: words.t('unplaced.subject', { what: inCity(lead, words) }),
    preheader: words.t('unplaced.preheader', { count: asked }),
  }),
  absence: ({ name, own, until }, { words, formats }) => ({
    subject: words.t(`absence.subject.${own ? 'own' : 'other'}`, {
      name: clip(name, 30),
      until: formats.day(until),
    }),
    preheader: words.t('absence.preheader'),
  }),
  'hand-over': ({ lead, moment, by }, { words }) => ({
    subject: words.t(`hand-over.subject.${moment}`, { what: inCity(lead, words) }),
    preheader: words.t(by === null ? 'hand-over.preheader_vendor' : 'hand-over.preheader', {
      name: clip(by ?? '', 40),
    }),
  }),
  standing: ({ topic, partner, about: lead, reward }, { words }) => ({
    subject: words.t(`standing.subject.${topic}`, {
      partner: clip(partner, 30),
      what: lead ? about(lead.topic, lead.place, words) : '',
      reward: reward ? clip(reward.name, 30) : '',
    }),
    preheader: words.t(`standing.preheader.${topic}`),
  }),
  welcome: (_, { words }) => ({
    subject: words.t('welcome.subject'),
    preheader: words.t('welcome.preheader'),
  }),
  login: (_, { words }) => ({ subject: words.t('login.subject'), preheader: words.t('login.preheader') }),
  'prospect-promise': customerHeadline,
  'prospect-check': customerHeadline,
  'partner-digest': digestHeadline,
  'manager-digest': digestHeadline,
  'distributor-digest': digestHeadline,
  'vendor-digest': digestHeadline,
  'bounce-notice': ({ partner }, { words }) => ({
    subject: words.t('bounce-notice.subject', {
      name: clip(partner.contact ?? '', 26),
      partner: clip(partner.name, 24),
    }),
    preheader: words.t('bounce-notice.preheader'),
  }),
  'quality-alert': ({ lead, partner }, { words }) => ({
    subject: words.t('quality-alert.subject', { what: inCity(lead, words) }),
    preheader: words.t('quality-alert.preheader', { partner: clip(partner.name, 60) }),
  }),
  referral: submittedHeadline,
  deal: submittedHeadline,
  operator: ({ quarantined, dead, parked }, { words }) => ({
    subject: words.t('operator.subject', { count: quarantined.count + dead.count + parked.count }),
    preheader: words.t('operator.preheader'),
  }),
};

function customerHeadline(view: ProspectPromiseView | ProspectCheckView, { words }: Ink): Headline {
  const { kind, topic, partner } = view;
  return {
    subject: words.t(`${kind}.subject`, {
      contact: clip(partner.contact, 26),
      topic: clip(inLine(topic, words), 26),
    }),
    preheader: words.t(`${kind}.preheader`, { partner: clip(partner.name, 60) }),
  };
}

function submittedHeadline(view: ReferralView | DealView, { words }: Ink): Headline {
  const { kind, topic, partner, about: what } = view;
  return {
    subject: words.t(`${kind}.subject.${topic}`, { partner: clip(partner, 28), about: clip(what, 40) }),
    preheader: words.t(`${kind}.preheader.${topic}`),
  };
}

function receiptHeadline(view: ReceiptView, ink: Ink): Headline {
  if (view.several) {
    const count = view.several.filter((row) => row.noted !== null).length;
    return {
      subject: ink.words.t('receipt.subject_several', { count }),
      preheader: ink.words.t('receipt.preheader_several'),
    };
  }
  const what = about(view.topic, view.place, ink.words);
  const only = view.noted.length === 1 ? view.noted[0] : undefined;
  return {
    subject: only
      ? ink.words.t('receipt.subject_sentence', { sentence: notedSentence(only, ink) })
      : ink.words.t('receipt.subject', { what }),
    preheader: ink.words.t(view.undo ? 'receipt.preheader' : 'receipt.preheader_final', { about: what }),
  };
}

type Words = Ink['words'];
const called = (lead: HeldLead, words: Words): string =>
  clip(lead.person.called ?? inLine(lead.topic, words), 30);

/** "Heat pump in Ulm". */
export const inCity = (lead: TeaserLead, words: Words): string =>
  lead.city === null
    ? inLine(lead.topic, words)
    : words.t('topic.near', { topic: inLine(lead.topic, words), city: lead.city });
/** "Heat pump, 89073 Ulm". */
export const about = (topic: string, place: string | null, words: Words): string =>
  place === null ? inLine(topic, words) : words.t('topic.in', { topic: inLine(topic, words), place });
/** German writes nouns with a capital, English does not; the locale says which. */
const inLine = (topic: string, words: Words): string =>
  words.has('meta.capitalNouns') ? spoken(topic) : topic;

/**
 * `text [L-4F7K2Q]` in at most 78 characters. What is too long loses its middle: the first words say what it is, the
 * last ones (amount, deadline) decide.
 */
export function fitSubject(text: string, reference: string): string {
  const tail = tailOf(reference);
  const line = oneLine(text);
  const room = 78 - tail.length;
  if (line.length <= room) return line + tail;
  const letters = [...line];
  const end = letters.slice(-22).join('');
  let start = '';
  for (const letter of letters) {
    if (start.length + letter.length + end.length + 1 > room) break;
    start += letter;
  }
  return `${start.trimEnd()}…${end.trimStart()}${tail}`;
}

const fits = (text: string, reference: string): boolean =>
  oneLine(text).length <= 78 - tailOf(reference).length;

/** A question about a lead we do not know has no reference to end with. */
const tailOf = (reference: string): string => (reference === '' ? '' : ` [${reference}]`);

const oneLine = (text: string): string =>
  // Single spaces between words are what nearly every text has.
  /[\p{Cc}\s]{2}|[^\S ]|\p{Cc}/u.test(text) ? text.replace(/[\p{Cc}\s]+/gu, ' ').trim() : text.trim();
function clip(text: string, longest: number): string {
  // No text has more letters than code units.
  if (text.length <= longest) return text;
  const letters = [...text];
  return letters.length <= longest
    ? text
    : `${letters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`;
}
