import {
  type BounceKind,
  bouncePatterns,
  delayWords,
  failureWords,
  successWords,
} from './bounce-patterns.ts';
import { bodyOf, hasHeader, headerOf, type InboundMail, partOf } from './inbound-mail.ts';

export type { BounceKind } from './bounce-patterns.ts';

/** Snake case: this is the contract's JSON. `status` is an enhanced code (RFC 3463) or null. */
export type Bounce = {
  readonly kind: BounceKind;
  readonly status: string | null;
  readonly recipient: string | null;
  readonly original_message_id: string | null;
};

/** One recipient of a delivery report (RFC 3464), fields as written. */
type ReportedRecipient = {
  action: string;
  status: string | null;
  recipient: string | null;
  diagnostic: string;
};

/** What a bounce says. Senders lie in the code, so the server's own words come first. */
export function readBounce(mail: InboundMail): Bounce {
  const recipients = reportedRecipients(mail);
  const failed =
    recipients.find(({ action }) => action === 'failed') ??
    recipients.find(({ action }) => !isHarmless(action));
  const all = ownWords(mail);
  const recipient = failed?.recipient ?? failedRecipient(mail, all);
  const own = wordsAbout(all, recipient);
  const status = failed?.status ?? statusIn(failed?.diagnostic ?? '') ?? statusIn(own);
  return {
    kind: bounceKind(failed, own, status),
    status: statusIn(failed?.diagnostic ?? '') ?? status,
    recipient,
    original_message_id: originalMessageId(mail),
  };
}

/** What the answer of a server means that refused a mail while it was handed over. */
export function readRefusal(answer: string): Pick<Bounce, 'kind' | 'status'> {
  const status = statusIn(answer);
  return { kind: bounceKind(undefined, answer, status), status };
}

/** Whether a mail looks like a report of a mail server, whatever it reports. */
export function isBounceShaped(mail: InboundMail): boolean {
  const type = headerOf(mail, 'content-type').toLowerCase();
  if (
    deliveryStatus(mail) !== undefined ||
    /report-type="?(?:delivery-status|global-delivery-status)/.test(type)
  )
    return true;
  if (hasHeader(mail, 'x-failed-recipients') || hasHeader(mail, 'x-ms-exchange-message-is-ndr')) return true;
  const sender = `${mail.from?.address ?? headerOf(mail, 'from')} ${mail.from?.name ?? ''}`.toLowerCase();
  const daemon =
    /mailer[-_ ]?daemon|post_?master|mail delivery (?:sub|service)?system|mail ?delivery|mdaemon|mail administrator/.test(
      sender,
    );
  const nobody = headerOf(mail, 'return-path').trim() === '<>';
  const named = bounceSubject.test(mail.subject.slice(0, 200));
  if (nobody && hasOriginal(mail)) return true;
  return (
    (daemon && (named || nobody || failureWords.test(ownWords(mail)))) ||
    (named && (nobody || /^auto/i.test(headerOf(mail, 'auto-submitted')) || hasOriginal(mail)))
  );
}

/** Delay warnings, success and relay reports are no failure. */
export function reportsFailure(mail: InboundMail): boolean {
  const recipients = reportedRecipients(mail);
  if (recipients.some(({ action }) => action === 'failed')) return true;
  if (recipients.length > 0 && recipients.every(({ action }) => isHarmless(action))) return false;
  const words = `${mail.subject}\n${ownWords(mail)}`.slice(0, 8000);
  if (recipients.some(({ status }) => status?.startsWith('5'))) return true;
  if (delayWords.test(words)) return false;
  if (recipients.length > 0) return !recipients.every(({ status }) => status?.startsWith('2'));
  if (successWords.test(words) && !/fail|error|reject/i.test(words)) return false;
  return failureWords.test(words) || hasOriginal(mail);
}

const bounceSubject =
  /undeliver|non[- ]?deliver|not deliver|deliver(?:y|ed)?.{0,30}(?:fail|status|report|problem|error|unsuccess)|fail(?:ed|ure).{0,30}(?:deliver|notice|notification|mail|message)|mail (?:failure|delivery|error|system error)|returned (?:mail|to sender|message)|return(?:ed)? to sender|message (?:status|undeliver|you sent)|failure notice|bounce|unzustellbar|rejected|could not (?:send|be)|user unknown|address.{0,20}unknown|nicht zugestellt|échec|remise|non recapitabil|mancato recapito|no entregado|devuelt|配信|エラー|戻り|不達|returned|undelivered|problème|warning/i;

function isHarmless(action: string): boolean {
  return /^(?:delayed|delivered|relayed|expanded|deliverable|success)/.test(action);
}

function deliveryStatus(mail: InboundMail) {
  return partOf(mail, 'message/delivery-status', 'message/global-delivery-status');
}

function hasOriginal(mail: InboundMail): boolean {
  return (
    partOf(
      mail,
      'message/rfc822',
      'text/rfc822-headers',
      'message/rfc822-headers',
      'message/global',
      'message/global-headers',
    ) !== undefined
  );
}

function reportedRecipients(mail: InboundMail): ReportedRecipient[] {
  const content =
    deliveryStatus(mail)?.content ??
    (/^final-recipient:/im.test(bodyOf(mail).slice(0, 20_000)) ? bodyOf(mail).slice(0, 20_000) : '');
  const groups = content
    .slice(0, 60_000)
    .replace(/\r\n?/g, '\n')
    .replace(/\n[ \t]{1,40}/g, ' ')
    .split(/\n(?:[ \t]{0,40}\n){1,20}/);
  return groups.slice(0, 200).flatMap((group): ReportedRecipient[] => {
    if (!/^(?:final-recipient|original-recipient|action):/im.test(group)) return [];
    return [
      {
        action: field(group, 'action').toLowerCase(),
        status: statusIn(field(group, 'status')),
        recipient:
          addressIn(field(group, 'original-recipient')) ??
          addressIn(field(group, 'final-recipient')) ??
          addressIn(field(group, 'x-actual-recipient')),
        diagnostic: field(group, 'diagnostic-code').slice(0, 4000),
      },
    ];
  });
}

function field(group: string, name: string): string {
  const line = group.split('\n').find((candidate) => candidate.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim() ?? '';
}

/** The server's part of the body: what stands above the returned mail. */
function ownWords(mail: InboundMail): string {
  const body = bodyOf(mail).slice(0, 12_000).replace(/\r\n?/g, '\n');
  const border =
    /\n[ \t]{0,10}(?:-{2,} ?(?:this is a copy|the (?:body|header|original)|original message|below this line|returned message|message header|undelivered|unsent|included is|forwarded|begin|transcript of headers|start of)|(?:received|return-path|message-id): |>? ?received: from|-{3,} below|original message follows|the (?:original|following) message(?: headers?)? (?:follows|was))/i.exec(
      body,
    );
  return body.slice(0, border && border.index > 40 ? border.index : 6000);
}

/** Of a report about several addresses, the lines about this one: from its last headline to the next address's. */
function wordsAbout(words: string, recipient: string | null): string {
  const lines = words.split('\n');
  const heads = lines.flatMap((line, i) =>
    /^[\s*<"'>-]{0,10}[^\s<>"']{1,64}@[^\s<>"']{1,255}[>"']{0,2}(?::|$|\s)/.test(line.slice(0, 400))
      ? [i]
      : [],
  );
  const own = heads.filter((i) => recipient !== null && (lines[i] ?? '').toLowerCase().includes(recipient));
  const [from] = own;
  if (from === undefined || heads.length === own.length) return words;
  const to = heads.find((i) => i > from && !own.includes(i)) ?? lines.length;
  const section = lines.slice(from, to).join('\n');
  return section.length > (recipient?.length ?? 0) + 10 ? section : words;
}

function statusIn(text: string): string | null {
  // A dotted code inside an address or a version is none.
  const found = /(?:^|[\s#(:;=-])([245]\.\d{1,3}\.\d{1,3})(?![.\d])/.exec(text.slice(0, 8000));
  return found?.[1] ?? null;
}

function bounceKind(failed: ReportedRecipient | undefined, own: string, status: string | null): BounceKind {
  const said = failed && failed.diagnostic !== '' ? kindOfWords(failed.diagnostic) : null;
  const kind = said ?? kindOfWords(own) ?? kindOfStatus(status) ?? 'soft';
  if (kind !== 'hard') return kind;
  // A server that refuses after the data had accepted the address before: a filter, not a missing person.
  if (isRefusedAfterData(`${own}\n${failed?.diagnostic ?? ''}`)) return 'policy';
  return status?.startsWith('4') ? 'soft' : 'hard';
}

function isRefusedAfterData(words: string): boolean {
  if (/need rcpt|no valid recipients|valid rcpt/i.test(words)) return false;
  return (
    /end of data|reply to (?:the )?data|>>> ?data\b/i.test(words) &&
    !/(?:reply to|after) (?:the )?rcpt/i.test(words)
  );
}

function kindOfWords(words: string): BounceKind | null {
  // Addresses and hosts hold words of their own ("userunknown@", "spam.example").
  const flat = words
    .slice(0, 6000)
    .replace(/[^\s<>()"';,:]{1,64}@[^\s<>()"';,:]{1,255}/g, '@')
    .replace(/https?:\/\/\S{1,300}/g, '')
    .replace(/recipient address rejected: ?(?=[A-Z])/gi, '')
    .replace(/\s{1,200}/g, ' ');
  return bouncePatterns.find(([, pattern]) => pattern.test(flat))?.[0] ?? null;
}

/** RFC 3463; 5.4.4 is transient in practice and 5.0.0 says nothing. */
function kindOfStatus(status: string | null): BounceKind | null {
  if (status === null || /^[245]\.0\.\d/.test(status)) return null;
  if (status.startsWith('4')) return 'soft';
  if (/^5\.(?:1\.(?:1|2|3|4|6|10)|2\.1\b|4\.1\b)/.test(status)) return 'hard';
  if (/^5\.7\.|^5\.1\.(?:7|8)|^5\.3\.4|^5\.6/.test(status)) return 'policy';
  return 'soft';
}

function failedRecipient(mail: InboundMail, own: string): string | null {
  const header = addressIn(headerOf(mail, 'x-failed-recipients'));
  if (header) return header;
  const senders = new Set([mail.from?.address ?? '', ...mail.to]);
  const found = own.slice(0, 4000).match(/[\w.+=/-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}/g) ?? [];
  return (
    found
      .map((address) => address.toLowerCase())
      .find((address) => !senders.has(address) && !/^(?:postmaster|mailer-daemon)@/.test(address)) ?? null
  );
}

function addressIn(value: string): string | null {
  const bare =
    value
      .slice(0, 500)
      .replace(/^[a-z0-9-]{1,20};/i, '')
      .split(',')[0] ?? '';
  const found = /[^\s<>();,"]{1,64}@[^\s<>();,"]{1,255}/.exec(bare)?.[0];
  return found ? found.toLowerCase() : null;
}

/** The Message-ID of the mail that a report returns, or null. */
export const readOriginal = (mail: InboundMail): string | null => originalMessageId(mail);

function originalMessageId(mail: InboundMail): string | null {
  const part = partOf(
    mail,
    'message/rfc822',
    'text/rfc822-headers',
    'message/rfc822-headers',
    'message/global',
    'message/global-headers',
  );
  return (
    messageIdIn(part?.content ?? '') ??
    messageIdIn(bodyOf(mail).slice(0, 60_000)) ??
    mail.inReplyTo[0] ??
    null
  );
}

function messageIdIn(text: string): string | null {
  return /^[ \t>]{0,10}message-id:\s{0,10}(<[^<>\s]{1,900}>)/im.exec(text)?.[1] ?? null;
}
