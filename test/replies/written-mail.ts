import type { InboundMail } from '../../src/replies/inbound-mail.ts';
import {
  type ReplyOptions,
  type Understanding,
  understandReply,
} from '../../src/replies/understand-reply.ts';

/** A mail somebody wrote on Monday, 16 November 2026, 10:00 in Berlin. */
export function writtenMail(text: string, more: Partial<InboundMail> = {}): InboundMail {
  return {
    headers: [],
    from: { address: 'anna@partner.example', name: 'Anna' },
    to: [],
    cc: [],
    deliveredTo: [],
    subject: '',
    messageId: null,
    inReplyTo: [],
    references: [],
    date: new Date('2026-11-16T09:00:00Z'),
    text,
    html: null,
    htmlAsText: null,
    parts: [],
    attachments: [],
    ...more,
  };
}

export function reply(text: string, options: Partial<ReplyOptions> = {}): Understanding {
  return understandReply(writtenMail(text), {
    context: 'lead',
    zone: 'Europe/Berlin',
    locale: 'en',
    currency: null,
    ...options,
  });
}
