import { bad, type Check, good, skipped } from './doctor-command.ts';
import type { Room, Step } from './room.ts';
import { checkSenderDomain, type Sender } from './sender-domain.ts';
import { sendTestMail } from './test-mail.ts';

/** SMTP, the records of the sender's domain, and a test mail when one is wished for. */
export async function* checkMailOut(room: Room, sendTo: string | null): AsyncGenerator<Check> {
  const { smtp, sandbox } = room.settings();
  if (!smtp) {
    yield skipped('SMTP', 'none; the sandbox keeps its mails');
    if (sendTo)
      yield bad(
        'test mail',
        'there is no SMTP server to send it',
        'Set SMTP_URL, for example SMTP_URL=smtp://user:password@mail.acme.example:587',
      );
    return;
  }
  yield await summed(
    'SMTP',
    `${smtp.host}:${smtp.port}${smtp.user === null ? '' : `, logged in as ${smtp.user}`}`,
    room.talkSmtp(smtp, null),
  );
  if (sandbox) yield skipped('sender domain', 'not looked up for a sandbox');
  else yield* checkSenderDomain(await senderOf(room), room.nameServer());
  if (sendTo) yield await summed('test mail', `taken for ${sendTo}`, sendTestMail(room, sendTo));
}

async function senderOf(room: Room): Promise<Sender> {
  const { mailFrom, bounceAddress, dkim } = room.settings();
  const record = await room.dkimRecord();
  return {
    from: domainOf(mailFrom.address),
    envelope: domainOf(bounceAddress ?? mailFrom.address),
    dkim: dkim && record !== null ? { domain: dkim.domain, selector: dkim.selector, record } : null,
  };
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** A conversation as one line: fine, or the step at which it broke. */
async function summed(name: string, says: string, steps: AsyncIterable<Step>): Promise<Check> {
  let last: Step | undefined;
  for await (const step of steps) {
    last = step;
    if (!step.ok) return bad(name, `${step.step}: ${step.answer}`, step.fix ?? '');
  }
  return good(name, name === 'SMTP' || !last ? says : `${says}: ${last.answer}`);
}

/** Whether anybody reads the replies that mails ask for. */
export async function* checkMailIn(room: Room): AsyncGenerator<Check> {
  const { replyAddress, inbound, imapUrl, authservId, sandbox } = room.settings();
  if (!sandbox) yield await checkBounceAddress(room);
  if (replyAddress === null) {
    yield skipped('replies', 'REPLY_ADDRESS is not set; mails do not speak of replies');
    return;
  }
  if (sandbox) {
    yield good('replies', `${replyAddress}, read by the sandbox`);
    return;
  }
  yield await checkReplyAddress(room, replyAddress);
  if (inbound === 'off') {
    yield bad(
      'mail in',
      'nobody reads the reply address',
      'Set INBOUND=imap and IMAP_URL, or take REPLY_ADDRESS away: then mails do not ask for replies.',
    );
    return;
  }
  if (!imapUrl)
    yield bad(
      'mail in',
      'INBOUND=imap, but no mailbox',
      'Set IMAP_URL, for example IMAP_URL=imaps://leads:password@imap.acme.example',
    );
  else yield await checkMailbox(room, imapUrl);
  yield authservId
    ? good('authenticity', `replies count when ${authservId} vouches for their sender`)
    : bad(
        'authenticity',
        'INBOUND_AUTHSERV_ID is not set, so no reply changes anything',
        'Set it to the name at the beginning of the Authentication-Results headers your mail server writes.',
      );
}

async function checkMailbox(room: Room, url: string): Promise<Check> {
  const { host } = new URL(url);
  const { imapMailbox } = room.settings();
  try {
    await room.tryMailbox(url, imapMailbox);
    return good('mail in', `${host}, ${imapMailbox} opens`);
  } catch (error) {
    const { message, responseText, code } = error as Error & { responseText?: string; code?: string };
    const says = `${host}: ${[responseText ?? message, code].filter(Boolean).join(', ')}`;
    return bad(
      'mail in',
      says,
      'Check host, user and password of IMAP_URL and the name in IMAP_MAILBOX; many providers want an app password here.',
    );
  }
}

/** RFC 5321 4.5.3.1.1; the key has 16 characters. */
const longestLocalPart = 64;

async function checkReplyAddress(room: Room, pattern: string): Promise<Check> {
  const [local = '', domain = ''] = pattern.replace('{key}', 'k'.repeat(16)).split('@');
  if (local.length > longestLocalPart)
    return bad(
      'replies',
      `${pattern} is longer than ${longestLocalPart} characters before the @`,
      'Shorten REPLY_ADDRESS.',
    );
  const found = await room.nameServer().mx(domain);
  if (found.kind === 'found')
    return good('replies', `${pattern}, and mail for ${domain} has somewhere to go`);
  if (found.kind === 'no-answer')
    return bad(
      'replies',
      `${pattern}: the name server does not answer`,
      'Check DNS on this machine, then ask again.',
    );
  return bad(
    'replies',
    `${domain} takes no mail: it has no MX record`,
    'Let the domain of REPLY_ADDRESS have an MX record, or use a domain that has one.',
  );
}

/** Whether letters that come back are read, and move anything. */
async function checkBounceAddress(room: Room): Promise<Check> {
  const { bounceAddress, inbound, mailFrom } = room.settings();
  if (bounceAddress === null)
    return skipped(
      'bounces',
      `BOUNCE_ADDRESS is not set: what cannot be delivered goes to ${mailFrom.address} and changes nothing`,
    );
  if (inbound === 'off')
    return bad('bounces', `nobody reads ${bounceAddress}`, 'Set INBOUND, or take BOUNCE_ADDRESS away.');
  const domain = domainOf(bounceAddress);
  const found = await room.nameServer().mx(domain);
  return found.kind === 'none' || found.kind === 'no-name'
    ? bad(
        'bounces',
        `${domain} takes no mail: it has no MX record`,
        'Let the domain of BOUNCE_ADDRESS have an MX record, or use a domain that has one.',
      )
    : good('bounces', bounceAddress);
}
