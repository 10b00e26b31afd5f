let made = 0;

export interface Dsn {
  /** The address it is returned to: the sender of the letter's envelope. */
  readonly to: string;
  readonly recipient: string;
  readonly status?: string;
  readonly words?: string;
  /** Message-ID of the letter that came back. */
  readonly original?: string;
  readonly headers?: readonly string[];
}

/** A report of a mail server (RFC 3464) that a letter could not be delivered. */
export function dsn({ to, recipient, status = '5.1.1', words, original, headers = [] }: Dsn): string {
  made += 1;
  const said = words ?? `550 ${status} <${recipient}>: Recipient address rejected: User unknown`;
  return [
    'Return-Path: <>',
    'From: Mail Delivery System <MAILER-DAEMON@mx.elsewhere.example>',
    `To: ${to}`,
    'Subject: Undelivered Mail Returned to Sender',
    `Message-ID: <dsn-${made}-${process.pid}@mx.elsewhere.example>`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    ...headers,
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    `Your mail could not be delivered. ${said}`,
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.elsewhere.example',
    '',
    `Final-Recipient: rfc822; ${recipient}`,
    'Action: failed',
    `Status: ${status}`,
    `Diagnostic-Code: smtp; ${said}`,
    ...(original
      ? ['', '--b', 'Content-Type: text/rfc822-headers', '', `Message-ID: ${original}`, `To: ${recipient}`]
      : []),
    '',
    '--b--',
    '',
  ].join('\r\n');
}

/** A reader's complaint as a mail provider reports it (RFC 5965). */
export function complaint(to: string, mailFrom: string): string {
  made += 1;
  return [
    'From: Feedback loop <feedback@isp.example>',
    `To: ${to}`,
    'Subject: Abuse report',
    `Message-ID: <arf-${made}-${process.pid}@isp.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="b"',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'This is an abuse report for a mail of yours.',
    '',
    '--b',
    'Content-Type: message/feedback-report',
    '',
    'Feedback-Type: abuse',
    'User-Agent: Feedback/1.0',
    'Version: 1',
    `Original-Mail-From: <${mailFrom}>`,
    '',
    '--b--',
    '',
  ].join('\r\n');
}
