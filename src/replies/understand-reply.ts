import { type Absence, mailDay, readAbsence } from './absence.ts';
import { provenDecimal } from './amounts.ts';
import { type Bounce, readBounce } from './bounce.ts';
import { classify, type MailClass } from './classify.ts';
import type { Day } from './days.ts';
import { type Answer, readDigest } from './digest-rows.ts';
import { bodyOf, type InboundMail } from './inbound-mail.ts';
import { type Decision, type Intent, type ReplyContext, readIntent } from './intent.ts';
import { detectLanguage } from './language.ts';
import { type ReadingStyle, readLine } from './read-line.ts';
import { type VisibleText, visibleText } from './visible-text.ts';

/**
 * `zone` IANA, `locale` BCP 47 of the reader, `currency` of the lead (only to read "$" and "kr"),
 * `rows` of the digest answered, `receivedAt` stands in for a missing Date header.
 */
export type ReplyOptions = {
  readonly context: ReplyContext;
  readonly zone: string;
  readonly locale: string;
  readonly currency: string | null;
  readonly rows?: number;
  readonly receivedAt?: Date;
};

/** The contract's JSON, see `reply parse`. */
export type Understanding = {
  readonly class: MailClass;
  readonly visible: string;
  readonly elided: string;
  readonly language: string | null;
  readonly intents: readonly Intent[];
  readonly decision: Decision;
  readonly bounce?: Bounce;
  readonly absence?: Absence;
};

/**
 * What a received mail says. Only a human's words become intents, and only their own:
 * nothing quoted, forwarded or automatic ever does.
 */
export function understandReply(mail: InboundMail, options: ReplyOptions): Understanding {
  const kind = classify(mail);
  const text = visibleText(bodyOf(mail));
  const language = detectLanguage(text.visible);
  const today = mailDay(mail, options.zone, options.receivedAt);
  const shown = { class: kind, visible: text.visible, elided: text.elided, language };
  if (kind !== 'human') {
    return {
      ...shown,
      intents: [],
      decision: 'ignore',
      ...(kind === 'bounce' ? { bounce: readBounce(mail) } : {}),
      ...(kind === 'out-of-office' ? { absence: readAbsence(mail, today, monthFirst(options)) } : {}),
    };
  }
  return { ...shown, ...answer(text, language, today, options) };
}

function answer(
  text: VisibleText,
  language: string | null,
  today: Day | null,
  options: ReplyOptions,
): Answer {
  if (text.borrowed) return { intents: [], decision: 'ask' };
  const style = readingStyle(text.visible, language, today, options);
  const paragraph = decidingParagraph(text.visible, style);
  // Only a name and a card: somebody sent nothing on purpose. Only a quote: the words got lost.
  if (paragraph === '') return { intents: [], decision: text.signatureOnly ? 'note' : 'ask' };
  if (options.context === 'digest') return readDigest(paragraph, options.rows, style);
  const [line = ''] = paragraph.split('\n');
  const first = readIntent(isWrapped(line) ? unwrapped(paragraph) : line, options.context, style);
  const { intent } = first;
  const decision =
    first.decision === 'apply' && isContradicted(text.visible, intent, options.context, style)
      ? 'ask'
      : first.decision;
  return { intents: [intent], decision };
}

/** How this writer writes numbers: by the words of the mail, else as the reader's locale does. */
function readingStyle(
  visible: string,
  language: string | null,
  today: Day | null,
  options: ReplyOptions,
): ReadingStyle {
  const words = visible.match(/\p{L}{2,}/gu)?.length ?? 0;
  // Reply words are English in every country, so a few of them prove nothing.
  const certain = language !== null && (language !== 'en' || words >= 5);
  return {
    numbers: {
      language: certain ? (language ?? 'en') : options.locale.slice(0, 2).toLowerCase(),
      certain,
      currency: options.currency,
      decimal: provenDecimal(visible.slice(0, 4000)),
    },
    dates: today && { today, monthFirst: certain && language !== 'en' ? false : monthFirst(options) },
  };
}

/** Whether 12/1 is the first of December: by region, else by zone; null where English leaves it open. */
function monthFirst({ locale, zone }: ReplyOptions): boolean | null {
  const [language, region] = locale.replace('_', '-').split('-');
  if (region && /^[A-Za-z]{2}$/.test(region)) return /^(?:us|ph)$/i.test(region);
  if (language?.toLowerCase() !== 'en') return false;
  return /^Europe\/|^Africa\/|^Asia\/|^Australia\//.test(zone)
    ? false
    : /^America\/|^US\//.test(zone)
      ? true
      : null;
}

/** The first paragraph that is more than a greeting or a thank-you, at most eight lines of it. */
function decidingParagraph(visible: string, style: ReadingStyle): string {
  const lines = visible.split('\n').slice(0, 100);
  const from = lines.findIndex((line) => line.trim() !== '' && !isPoliteness(line, style));
  if (from < 0) return lines.find((line) => line.trim() !== '') ?? '';
  const length = lines.slice(from).findIndex((line) => line.trim() === '');
  return lines.slice(from, from + Math.min(length < 0 ? 8 : length, 40)).join('\n');
}

function isPoliteness(line: string, style: ReadingStyle): boolean {
  const bare = line.trim();
  if (bare.length > 80 || /[?\d]/.test(bare)) return false;
  const read = readLine(bare, style);
  if (read.verbs.length > 0 || read.reasons.length > 0 || read.dates.length > 0) return false;
  return (
    /[\p{L}]/u.test(bare) &&
    (read.leftovers === 0 || (greeting.test(bare) && read.leftovers <= 4 && !read.negated))
  );
}

const greeting =
  /^(?:hi|hello|hey|dear|hallo|liebe[rs]?|sehr geehrte[rs]?|guten|good|moin|servus|grüezi|bonjour|bonsoir|salut|cher|chère|madame|monsieur|hola|buenos|buenas|estimad[oa]s?|ciao|salve|buongiorno|buonasera|gentile|egregi[oa]|beste|geachte|goede(?:morgen|middag|navond|ndag)|thanks|thank|danke|vielen dank|merci|gracias|grazie|bedankt|dank)(?![\p{L}])/iu;

/** A line that long was broken by the mail program, not by its writer. */
function isWrapped(line: string): boolean {
  return line.length >= 45;
}

function unwrapped(paragraph: string): string {
  return paragraph.split('\n').slice(0, 5).join(' ');
}

/** The first line decides, unless a later one plainly ends the lead the other way. */
function isContradicted(
  visible: string,
  intent: Intent,
  context: ReplyContext,
  style: ReadingStyle,
): boolean {
  const opposites: Partial<Record<Intent['verb'], readonly Intent['verb'][]>> = {
    accept: ['decline'],
    decline: ['accept'],
    won: ['lost', 'undo'],
    lost: ['won', 'undo'],
  };
  const against = opposites[intent.verb];
  if (!against) return false;
  const later = visible
    .split('\n')
    .filter((line) => line.trim() !== '' && line.trim() !== intent.words)
    .slice(0, 12);
  return later.some((line) => {
    const read = readIntent(line, context, style);
    return read.decision === 'apply' && against.includes(read.intent.verb);
  });
}
