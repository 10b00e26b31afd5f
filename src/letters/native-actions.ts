import type { Act } from './acts.ts';
import type { Button, LetterKind, LetterView } from './letter.ts';
import type { Envelope, Ink } from './press.ts';

/** Buttons that the reader's own mail program shows beside the mail. Off unless the vendor is registered with it. */
export interface NativeActions {
  /** Gmail shows one button in its list of mails. */
  readonly gmail: boolean;
  /** The provider id by which Outlook knows the sender of cards; null: no card. */
  readonly originator: string | null;
}

/** One gesture and done: what can be taken back, and what needs no word of the reader's. */
export const nativeActs: ReadonlySet<Act> = new Set<Act>([
  'accept',
  'decline',
  'contacted',
  'not-reached',
  'unchanged',
  'qualify',
  'needs-more',
  'disqualify',
  'nurture',
  'duplicate',
  'move',
  'extend',
  'on-it',
]);

/** Mails that ask for an act. */
const kinds: ReadonlySet<LetterKind> = new Set<LetterKind>([
  'offer',
  'reminder',
  'warning',
  'ask',
  'escalation',
  'qualify',
]);

const mostInCard = 6;

/** What goes into the head of the mail, ready for HTML: empty where there is nothing to do or nothing configured. */
export function nativeMarkup(
  view: LetterView,
  ink: Ink,
  envelope: Envelope,
  head: { readonly subject: string; readonly preheader: string },
): string {
  const { native } = envelope;
  const buttons = view.rows.flat();
  if (!native || buttons.length === 0 || !kinds.has(view.kind)) return '';
  const drawn = { buttons, ink, envelope, head };
  return [
    native.gmail ? script('application/ld+json', gmail(drawn)) : '',
    native.originator
      ? script('application/adaptivecard+json', card(drawn, native.originator, native.to))
      : '',
  ].join('');
}

interface Drawn {
  readonly buttons: readonly Button[];
  readonly ink: Ink;
  readonly envelope: Envelope;
  readonly head: { readonly subject: string; readonly preheader: string };
}

/** Gmail shows one action a mail: the one the mail hopes for, else the way to its page. */
function gmail(d: Drawn): object {
  const hoped = d.buttons.find((b) => b.tone !== 'quiet' && nativeActs.has(b.order.act));
  const shown = hoped ?? (d.buttons[0] as Button);
  const name = labelOf(shown, d.ink);
  const action = hoped
    ? {
        '@type': 'ConfirmAction',
        name,
        handler: { '@type': 'HttpActionHandler', url: nativeUrl('gmail', hoped, d.envelope) },
      }
    : {
        '@type': 'ViewAction',
        name,
        target: d.ink.links.url(shown.order),
        url: d.ink.links.url(shown.order),
      };
  return {
    '@context': 'http://schema.org',
    '@type': 'EmailMessage',
    description: d.head.preheader,
    potentialAction: action,
    publisher: { '@type': 'Organization', name: d.envelope.vendorName },
  };
}

/** Version 1.0, the last that knows Action.Http. An empty Authorization header asks Outlook for its own token. */
function card(d: Drawn, originator: string, to: string): object {
  const text = (words: string, more: object = {}): object => ({
    type: 'TextBlock',
    text: plain(words),
    wrap: true,
    ...more,
  });
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.0',
    originator,
    hideOriginalBody: false,
    expectedActors: [to],
    body: [text(d.head.subject, { weight: 'bolder', size: 'medium' }), text(d.head.preheader)],
    actions: d.buttons.slice(0, mostInCard).map((b) => cardAction(b, d)),
  };
}

function cardAction(button: Button, { ink, envelope }: Drawn): object {
  const title = neutral(labelOf(button, ink));
  if (!nativeActs.has(button.order.act))
    return { type: 'Action.OpenUrl', title, url: ink.links.url(button.order) };
  return {
    type: 'Action.Http',
    title,
    method: 'POST',
    url: nativeUrl('oam', button, envelope),
    body: JSON.stringify({ intent: button.order.act }),
    headers: [
      { name: 'Content-Type', value: 'application/json' },
      { name: 'Authorization', value: '' },
    ],
  };
}

function nativeUrl(way: 'gmail' | 'oam', { order }: Button, { links, reader, issuedAt }: Envelope): string {
  const { act, obj } = order;
  return links.page(`${way}/a/${links.sign({ sub: reader.personId, act, obj, ver: reader.ver }, issuedAt)}`);
}

const labelOf = ({ word, params }: Button, { words }: Ink): string => words.t(`buttons.${word}`, params);

/** Outlook puts fields in for `{{…}}` wherever it finds them. */
const neutral = (text: string): string => text.replaceAll('{', '(').replaceAll('}', ')');

/** The text of a card is Markdown: what would mark it up is escaped, and no address becomes a link. */
const plain = (text: string): string => neutral(text).replace(/[\\`*_[\]()#~<>|!-]/g, '\\$&');

/** JSON inside HTML: nothing in it can end the element or begin another, and all of it is ASCII. */
const script = (type: string, value: object): string =>
  `<script type="${type}">${JSON.stringify(value).replace(/[<>&]|[^\0-\x7f]/g, escaped)}</script>\n`;

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
