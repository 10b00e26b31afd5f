/**
 * What the mail room hands in: one received message, parsed but not judged.
 * Plain data only, so that it can cross a worker boundary.
 */
export type InboundMail = {
  /** Every header in order of appearance: lower-cased name, unfolded value. */
  readonly headers: readonly MailHeader[];
  readonly from: MailAddress | null;
  /** Bare addresses, lower-cased. */
  readonly to: readonly string[];
  readonly cc: readonly string[];
  /** Delivered-To, X-Original-To, Envelope-To and their kin, in that order. */
  readonly deliveredTo: readonly string[];
  readonly subject: string;
  /** With angle brackets, as written. */
  readonly messageId: string | null;
  readonly inReplyTo: readonly string[];
  readonly references: readonly string[];
  readonly date: Date | null;
  /** The text/plain part, or '' where the mail has none. */
  readonly text: string;
  readonly html: string | null;
  /** The HTML part without quote containers, as text; made only where `text` is empty. */
  readonly htmlAsText: string | null;
  /** Reports, original messages and calendar parts, decoded. */
  readonly parts: readonly MailPart[];
  readonly attachments: readonly AttachmentFact[];
};

export type MailHeader = readonly [name: string, value: string];

export type MailAddress = { readonly address: string; readonly name: string };

/** A part that says something about the mail: `type` lower-cased without parameters. */
export type MailPart = { readonly type: string; readonly content: string };

/** `size` in bytes; `sha256` in hexadecimal. */
export type AttachmentFact = {
  readonly filename: string | null;
  readonly type: string;
  readonly size: number;
  readonly sha256: string;
};

/** The first value of a header, or '' where the mail lacks it. */
export function headerOf(mail: InboundMail, name: string): string {
  return mail.headers.find(([header]) => header === name)?.[1] ?? '';
}

/** Every value of a header, in order of appearance. */
export function headersOf(mail: InboundMail, name: string): string[] {
  return mail.headers.filter(([header]) => header === name).map(([, value]) => value);
}

export function hasHeader(mail: InboundMail, name: string): boolean {
  return mail.headers.some(([header]) => header === name);
}

export function partOf(mail: InboundMail, ...types: readonly string[]): MailPart | undefined {
  return mail.parts.find((part) => types.includes(part.type));
}

/** The words of the mail, whichever part carried them. */
export function bodyOf(mail: InboundMail): string {
  return mail.text.trim() === '' ? (mail.htmlAsText ?? '') : mail.text;
}
