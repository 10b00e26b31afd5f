import { readFile, stat } from 'node:fs/promises';
import type { InboundMail } from '../replies/inbound-mail.ts';
import { type ReplyOptions, type Understanding, understandReply } from '../replies/understand-reply.ts';
import { parseMail } from './parse-mail.ts';

/** One line of `leadpost reply parse --json`. */
export type ParsedReplyFile =
  | ({ readonly file: string } & Understanding)
  | { readonly file: string; readonly error: string };

/**
 * Reads one file, `.eml` as a raw message and `.txt` as a decoded body, and says what its
 * writer wants. No database. An unreadable file becomes `{file, error}`.
 */
export async function parseReplyFile(path: string, options: ReplyOptions): Promise<ParsedReplyFile> {
  const read = await readReplyFile(path);
  if (!read.ok) return { file: path, error: read.error };
  // A bare body has no Date header: the file's own time says when it was received.
  const receivedAt = options.receivedAt ?? (await stat(path)).mtime;
  return { file: path, ...understandReply(read.mail, { ...options, receivedAt }) };
}

/** The mail in a file, or why it cannot be read. */
export async function readReplyFile(
  path: string,
): Promise<{ ok: true; mail: InboundMail } | { ok: false; error: string }> {
  try {
    const raw = await readFile(path);
    if (path.toLowerCase().endsWith('.txt')) return { ok: true, mail: bareMail(raw.toString('utf8')) };
    const parsed = await parseMail(raw);
    return parsed.ok ? parsed : { ok: false, error: parsed.error };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** A decoded body as a mail without any header: nothing speaks against a person. */
function bareMail(text: string): InboundMail {
  return {
    headers: [],
    from: null,
    to: [],
    cc: [],
    deliveredTo: [],
    subject: '',
    messageId: null,
    inReplyTo: [],
    references: [],
    date: null,
    text,
    html: null,
    htmlAsText: null,
    parts: [],
    attachments: [],
  };
}
