import type { Act, LinkOrder } from './acts.ts';
import type { Formats } from './formats.ts';
import type { ButtonRow, LetterView, Tone, Undo } from './letter.ts';
import type { Picture } from './logo.ts';
import { memory } from './memory.ts';
import type { NativeActions } from './native-actions.ts';
import type { Links } from './signed-links.ts';
import type { Words } from './words.ts';

/** All that turns a stored view into a mail for one reader. */
export interface Envelope {
  readonly locale: string;
  readonly timezone: string;
  readonly vendorName: string;
  readonly links: Links;
  readonly reader: { readonly personId: string; readonly ver: number };
  readonly issuedAt: Date;
  /** The reply address of this mail; null while nobody reads replies: then the mail does not speak of them. */
  readonly replyTo: string | null;
  readonly now: Date;
  /** The vendor's logo, which goes along with the mail; none unless given. */
  readonly logo?: Picture | null | undefined;
  /** Buttons beside the mail, and the reader's address; nowhere unless given. */
  readonly native?: (NativeActions & { readonly to: string }) | undefined;
}

/** Words, formats and links of one reader: what the template helpers draw with. */
export interface Ink {
  readonly words: Words;
  readonly formats: Formats;
  readonly links: { url(order: LinkOrder): string };
  /** The programme's own colour for its main buttons; null: ours. */
  readonly fill?: string | null;
  /** Money with the ISO code instead of the symbol: plain text. */
  readonly plain: boolean;
}

/** A button ready for the template. */
export interface PressedButton {
  readonly label: string;
  readonly url: string;
  readonly tone: Tone;
  readonly fill: string;
  readonly edge: string;
  readonly ink: string;
}
export interface PressedRow {
  readonly buttons: readonly PressedButton[];
  /** Width of a button in the row, so that the row fills 552 pixels. */
  readonly width: number;
  /** Side by side on a phone too: pairs below the first row, so that six buttons are not six screens. */
  readonly half: boolean;
}
export interface Twin {
  readonly word: string;
  readonly url: string;
  readonly first: boolean;
}

export const inkFor = (words: Words, formats: Formats, envelope: Envelope, plain: boolean): Ink => {
  const { links, reader, issuedAt } = envelope;
  // A letter names each link up to four times (HTML, Outlook, text); signing is the dearest step of rendering.
  const signed = new Map<string, string>();
  const url = ({ path, act, obj }: LinkOrder): string => {
    const key = `${path} ${act} ${obj}`;
    const made =
      signed.get(key) ?? links.url(path, { sub: reader.personId, act, obj, ver: reader.ver }, issuedAt);
    signed.set(key, made);
    return made;
  };
  return { words, formats, plain, links: { url } };
};

const colours = {
  go: { fill: '#15803d', edge: '#15803d', ink: '#ffffff' },
  main: { fill: '#2563eb', edge: '#2563eb', ink: '#ffffff' },
  quiet: { fill: '#ffffff', edge: '#76849a', ink: '#1e293b' },
} as const satisfies Record<Tone, object>;

/** What a button of a tone is painted with. */
export const paint = (tone: Tone, fill: string | null | undefined) =>
  fill && tone !== 'quiet' ? { ...colours[tone], fill, edge: fill } : colours[tone];

export function pressRows(view: LetterView, ink: Ink): readonly PressedRow[] {
  return view.rows.map((row, i) => ({
    half: i > 0 && row.length === 2,
    width: rowWidth(row, ink),
    buttons: row.map((b) => ({
      label: ink.words.t(`buttons.${b.word}`, b.params),
      url: ink.links.url(b.order),
      tone: b.tone,
      ...paint(b.tone, ink.fill),
    })),
  }));
}

/** A lone button is not stretched over the whole line unless its words need it. */
function rowWidth(row: ButtonRow, ink: Ink): number {
  const [only] = row;
  if (row.length > 1 || !only) return Math.floor(552 / Math.max(1, row.length));
  return ink.words.t(`buttons.${only.word}`, only.params).length > 28 ? 552 : 340;
}

/**
 * The mailto twins of all buttons, in their order: a prefilled reply each. Nobody signs in by mail, and
 * what an end customer writes is read by people: no word of theirs is a command.
 */
export function pressTwins(
  view: LetterView & { readonly undo?: Undo | null },
  ink: Ink,
  replyTo: string | null,
  subject: string,
): readonly Twin[] {
  if (replyTo === null || view.reader.side === 'prospect') return [];
  const acts: Act[] = view.rows
    .flatMap((row) => row.map((b) => b.order.act))
    .filter((act) => ink.words.has(`replies.${act}`));
  if (view.undo) acts.push('undo');
  const unique = [...new Set(acts)].map((act) => ink.words.t(`replies.${act}`));
  const urlOf = twinUrls(replyTo, subject);
  return unique.map((word, i) => ({ word, url: urlOf(word), first: i === 0 }));
}

/** The same few words in every letter of a language. */
const bodies = memory<string>();

/** The prefilled replies to one mail, each with its word. */
export function twinUrls(replyTo: string, subject: string): (word: string) => string {
  const to = encodeURIComponent(replyTo).replace('%40', '@');
  const start = `mailto:${to}?subject=${encodeURIComponent(`Re: ${subject}`)}&body=`;
  return (word) => start + bodies(word, () => encodeURIComponent(`${word}\r\n`));
}
