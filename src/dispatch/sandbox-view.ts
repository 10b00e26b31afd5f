import { temperatures } from '../lead/lead.ts';
import { parseMoney } from '../lead/money.ts';
import { logoCid } from '../letters/logo.ts';
import type { SandboxMessage, SandboxPage } from '../letters/page-view.ts';
import { findLetter } from '../postgres/letters.ts';
import type { Deps } from './deps.ts';
import { isUuid } from './open-link.ts';
import { receiveLead } from './receive-lead.ts';
import { everybody, sentMessages } from './sandbox-messages.ts';
import { receiveReply } from './sandbox-reply.ts';

export interface SandboxChoice {
  readonly box: string | null;
  readonly message: string | null;
}

const shown = 60;

/** Everybody's inbox as a view: people, the mails of one or all, the mail that is open. */
export async function sandboxView(
  deps: Deps,
  choice: SandboxChoice,
  notice: string | null,
): Promise<SandboxPage> {
  const now = await deps.db.now();
  const boxes = await everybody(deps);
  const { items } = await sentMessages(deps, { to: choice.box, cursor: null, limit: shown });
  const open = choice.message && isUuid(choice.message) ? await openMessage(deps, choice.message) : null;
  return {
    locale: deps.house.locale,
    timezone: deps.house.zone,
    vendorName: deps.house.vendorName,
    now,
    addressee: null,
    desk: null,
    kind: 'sandbox',
    people: boxes.map((b) => ({
      address: b.address,
      name: b.name,
      role: [b.company, b.role].filter(Boolean).join(', ') || null,
      count: b.count,
      url: urlFor({ box: b.address, message: null }),
      selected: b.address === choice.box,
    })),
    messages: items.map((m) => ({
      id: m.id,
      kind: m.kind,
      to: m.to,
      subject: m.subject,
      sentAt: m.sent_at.toISOString(),
      url: urlFor({ box: choice.box, message: m.id }),
      selected: m.id === choice.message,
    })),
    open,
    posts: { reply: '/sandbox/reply', clock: '/sandbox/advance', lead: '/sandbox/lead' },
    links: [{ label: 'everybody', url: '/sandbox' }],
    notice,
  };
}

/** Sends a reply to a mail of the sandbox, as its reader would. @returns a code of `pages.sandbox.notices` */
export async function replyAs(
  deps: Deps,
  messageId: string,
  words: string,
): Promise<{ notice: string; box: string | null }> {
  const letter = isUuid(messageId) ? await findLetter(deps.db, messageId) : undefined;
  const parsed = letter?.raw ? await deps.mail.parse(letter.raw) : undefined;
  if (!letter || !parsed?.ok) return { notice: 'pick', box: null };
  if (words.trim() === '') return { notice: 'empty', box: letter.to_address };
  const replyTo = parsed.mail.headers.find(([name]) => name === 'reply-to')?.[1] ?? deps.house.from.address;
  const now = await deps.db.now();
  const raw = await deps.mail.compose({
    from: { name: letter.to_name ?? '', address: letter.to_address },
    to: { name: '', address: replyTo.replace(/^.*<|>.*$/g, '') },
    replyTo: null,
    subject: `Re: ${letter.subject ?? ''}`,
    text: `${words}\n\n> ${parsed.mail.text.slice(0, 2000).replace(/\r?\n/g, '\n> ')}\n`,
    html: '',
    messageId: `<${deps.ids.uuid(now)}@sandbox.example>`,
    inReplyTo: letter.message_id,
    references: [letter.message_id],
    date: now,
    headers: {},
  });
  const { state } = await receiveReply(deps, raw);
  return { notice: state, box: letter.to_address };
}

/** Sends in a lead from the sandbox page's form. @returns a code of `pages.sandbox.notices`, with the reference */
export async function postDemoLead(
  deps: Deps,
  form: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const said = (name: string): string | null => form[name]?.trim() || null;
  const result = await receiveLead(
    deps,
    {
      external_id: null,
      source: 'sandbox',
      campaign: null,
      cost: null,
      program: null,
      dispatch: true,
      temperature: temperatures.find((t) => t === said('temperature')) ?? 'warm',
      quality: 'inquiry',
      summary: said('summary') ?? '',
      brief: said('brief'),
      products: said('product') ? [said('product') as string] : [],
      industries: [],
      languages: [],
      value: parseMoney((said('amount') ?? '').replace(/[^\d.]/g, ''), 'EUR') ?? null,
      expected_close: null,
      prospect: {
        name: said('name'),
        company: said('company'),
        email: said('email'),
        phone: said('phone'),
        street: said('street'),
        postal_code: said('postal_code'),
        city: said('city'),
        country: said('country') ?? 'DE',
        language: null,
        lat: null,
        lon: null,
      },
      consent: { given: true, at: null, text: null, scope: ['share'] },
      custom: {},
    },
    { who: { kind: 'system', id: null }, channel: 'form' },
  );
  return result.ok ? `lead ${result.value.reference}` : 'no-lead';
}

async function openMessage(deps: Deps, id: string): Promise<SandboxMessage | null> {
  const letter = await findLetter(deps.db, id);
  const parsed = letter?.raw ? await deps.mail.parse(letter.raw) : undefined;
  if (!letter?.sent_at || !parsed?.ok) return null;
  return {
    id: letter.id,
    kind: letter.kind,
    from: deps.house.from.address,
    to: letter.to_address,
    subject: letter.subject ?? '',
    sentAt: letter.sent_at.toISOString(),
    html: withPicture(parsed.mail.html ?? '', deps),
    text: parsed.mail.text,
    rawUrl: `/sandbox/messages/${letter.id}/raw`,
  };
}

/** The page shows a mail without its parts: what they show goes into the HTML. */
const withPicture = (html: string, { house: { logo } }: Deps): string =>
  logo ? html.replace(`"cid:${logoCid}"`, `"data:image/png;base64,${logo.png.toString('base64')}"`) : html;

function urlFor(choice: SandboxChoice): string {
  const query = new URLSearchParams();
  if (choice.box) query.set('box', choice.box);
  if (choice.message) query.set('message', choice.message);
  return `/sandbox?${query}`;
}
