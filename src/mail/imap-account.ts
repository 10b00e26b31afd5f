import type { ImapFlowOptions } from 'imapflow';

/** `imaps://user:password@host` is TLS from the first byte; `imap://` means STARTTLS, required unless it is this machine. */
export function imapOptions(url: string): ImapFlowOptions {
  const { protocol, hostname, port, username, password } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const secure = protocol === 'imaps:';
  return {
    host,
    port: Number(port) || (secure ? 993 : 143),
    secure,
    ...(secure || isThisMachine(host) ? {} : { doSTARTTLS: true }),
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    logger: false,
    connectionTimeout: 30_000,
    greetingTimeout: 30_000,
    // Something is said at least once a minute, so two minutes of silence are a dead connection.
    socketTimeout: 120_000,
    disableAutoIdle: true,
  };
}

const isThisMachine = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\./.test(host);
