import type { LetterKind, LetterView } from '../letters/letter.ts';
import type { LetterOrder, Outcome, RenderedLetter } from '../letters/render.ts';
import type { Composed, TakenLetter } from '../postgres/letters.ts';
import { packed } from '../postgres/stored-bytes.ts';
import { bounceAddress } from '../replies/bounce-address.ts';
import type { Deps, MailRoom, Message } from './deps.ts';

/** Fewer columns than a mail client shows, more than any name needs. */
const nameLength = 80;

/** A letter that waited for its reader's own time is a letter of that time. */
const timeOf = ({ due_at, created_at }: TakenLetter): Date => (due_at > created_at ? due_at : created_at);

/** What composing asks for; no database. */
export type Composing = Pick<Deps, 'house' | 'links' | 'letters'> & {
  readonly mail: Pick<MailRoom, 'compose'>;
};

/** Composes letters in their order; one that cannot be composed takes none of its neighbours along. */
export async function composeLetters(
  deps: Composing,
  letters: readonly TakenLetter[],
): Promise<Outcome<Composed>[]> {
  const rendered = deps.letters.renderLetters(letters.map((letter) => orderOf(deps, letter)));
  const outcomes: Outcome<Composed>[] = [];
  for (const [i, letter] of letters.entries()) {
    try {
      const outcome = rendered[i];
      if (!outcome?.ok) throw outcome?.error;
      outcomes.push({ ok: true, value: await composeLetter(deps, letter, outcome.value) });
    } catch (error) {
      outcomes.push({ ok: false, error });
    }
  }
  return outcomes;
}

/** How a posted letter is to be rendered. */
const orderOf = ({ house, links }: Composing, letter: TakenLetter): LetterOrder => ({
  view: letter.view as LetterView,
  envelope: {
    locale: `${letter.language ?? ''}, ${house.locale}`,
    timezone: letter.timezone ?? house.zone,
    vendorName: house.vendorName,
    links,
    reader: { personId: letter.person_id ?? letter.id, ver: letter.epoch ?? 0 },
    issuedAt: letter.created_at,
    replyTo: replyAddress(house.replyAddress, letter.reply_key),
    now: timeOf(letter),
    logo: house.logo,
    native: house.native && letter.person_id ? { ...house.native, to: letter.to_address } : undefined,
  },
});

/**
 * Composes the bytes of a rendered letter, once: subject, headers and bytes are kept before the first attempt. Date and
 * Message-ID are those of the moment it was posted, so that every retry is the same mail.
 */
async function composeLetter(
  deps: Composing,
  letter: TakenLetter,
  rendered: RenderedLetter,
): Promise<Composed> {
  const { house } = deps;
  const headers = headersFor(deps, letter);
  const raw = await deps.mail.compose({
    from: house.from,
    to: { name: (letter.to_name ?? '').slice(0, nameLength), address: letter.to_address },
    replyTo: replyAddress(house.replyAddress, letter.reply_key),
    subject: rendered.subject,
    html: rendered.html,
    picture: pictureOf(rendered, house),
    text: rendered.text,
    messageId: letter.message_id,
    inReplyTo: letter.earlier.at(-1) ?? null,
    references: letter.earlier,
    date: timeOf(letter),
    headers,
  });
  const template_hash = deps.letters.templateHash(letter.kind as LetterKind);
  return {
    id: letter.id,
    subject: rendered.subject,
    template_hash,
    headers,
    raw,
    kept: packed(raw),
  };
}

/** The logo, where the letter shows it. */
export const pictureOf = (
  { logo: cid }: Pick<RenderedLetter, 'logo'>,
  { logo }: Pick<Deps['house'], 'logo'>,
): Message['picture'] => (cid && logo ? { cid, png: logo.png } : undefined);

/** `reply+{key}@host` with the thread's key; null while nobody reads replies, and for readers without a thread. */
export const replyAddress = (pattern: string | null, key: string | null): string | null =>
  pattern && key ? pattern.replace('{key}', key) : null;

/** The domain of our own address, for Message-IDs and List-Id. */
export const mailHost = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

function headersFor(deps: Composing, letter: TakenLetter): Record<string, string> {
  const host = mailHost(deps.house.from.address);
  return {
    'X-Leadpost-Kind': letter.kind,
    'Auto-Submitted': 'auto-generated',
    'X-Auto-Response-Suppress': 'AutoReply',
    'List-Id': `<leads.${host}>`,
    'X-Loop': `leadpost/${host}`,
    ...(letter.kind.endsWith('digest') ? subscribed(deps, letter) : {}),
  };
}

/**
 * A report can be ended by the mail program's own button (RFC 8058), without a page; by mail where reports that come back
 * are read. It says nothing about leads: those are work, not a subscription.
 */
function subscribed(
  { house, links }: Composing,
  { id, person_id, epoch, created_at }: TakenLetter,
): Record<string, string> {
  if (!person_id) return { Precedence: 'bulk' };
  const claim = { sub: person_id, act: 'stop', obj: person_id, ver: epoch ?? 0 } as const;
  const page = links.url('stop', claim, created_at);
  const address = house.bounceAddress && bounceAddress(house.bounceAddress, links.bounces.of(id));
  return {
    Precedence: 'bulk',
    'List-Unsubscribe': [`<${page}>`, ...(address ? [`<mailto:${address}?subject=unsubscribe>`] : [])].join(
      ', ',
    ),
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  };
}
