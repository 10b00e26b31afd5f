import type { SmtpSettings } from '../settings.ts';
import type { Room, Step } from './room.ts';

/** Sends a mail that only says that mail works. Staging's rules hold for it as for every mail. */
export async function* sendTestMail(room: Room, wanted: string): AsyncGenerator<Step> {
  const { mailFrom, bounceAddress, vendorName, redirectAllTo, allowlist, smtp } = room.settings();
  const to = redirectAllTo ?? wanted;
  if (redirectAllTo)
    yield {
      step: 'redirect',
      ok: true,
      answer: `MAIL_REDIRECT_ALL_TO sends it to ${to} instead of ${wanted}`,
      fix: null,
    };
  if (!isAllowed(to, allowlist)) {
    const answer = `MAIL_ALLOWLIST keeps mails from ${to}`;
    yield {
      step: 'allowlist',
      ok: false,
      answer,
      fix: `Add ${to} or its @domain to MAIL_ALLOWLIST, or empty it.`,
    };
    return;
  }
  // The sender that letters have, since the server may refuse that one alone; its key is nobody's.
  const sender = bounceAddress?.replace('{key}', 'a'.repeat(42)) ?? mailFrom.address;
  const date = room.now();
  const text = `This is a test mail of Leadpost at ${vendorName}. If you can read it, mail works.`;
  const raw = await room.compose({
    from: mailFrom,
    to: { name: '', address: to },
    replyTo: null,
    subject: `Leadpost test mail, ${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    html: `<p>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</p>`,
    text,
    messageId: `<test-${date.getTime()}@${mailFrom.address.split('@')[1]}>`,
    inReplyTo: null,
    references: [],
    date,
    headers: { 'X-Leadpost-Kind': 'operator', 'Auto-Submitted': 'auto-generated' },
  });
  yield* room.talkSmtp(smtp as SmtpSettings, { from: sender, to, raw });
}

/** Addresses and `@domains`; an empty list lets everybody through. */
const isAllowed = (address: string, list: readonly string[]): boolean =>
  list.length === 0 ||
  list.some((entry) =>
    entry.startsWith('@') ? address.toLowerCase().endsWith(entry) : address.toLowerCase() === entry,
  );
