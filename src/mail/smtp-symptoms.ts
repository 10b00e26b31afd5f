/** What to do about a symptom, as the operators of similar products have learnt it. The first that fits is told. */

interface Symptom {
  /** Steps it is told for; all of them unless given. */
  readonly at?: readonly string[];
  readonly sign: RegExp;
  readonly fix: string;
}

const symptoms: readonly Symptom[] = [
  {
    sign: /ENOTFOUND|EAI_AGAIN|EDNS/,
    fix: 'The host name is wrong, or this machine has no name server. Inside a container, localhost is the container itself.',
  },
  {
    sign: /wrong version number|packet length too long/i,
    fix: 'Port and security do not match: 465 goes with SMTP_SECURITY=tls, 587 with starttls.',
  },
  {
    sign: /self[- ]signed|unable to (verify|get)|certificate/i,
    fix: 'Name the file of your own authority in NODE_EXTRA_CA_CERTS; do not switch checks off. SMTP_HOST must be a name that stands in the certificate.',
  },
  {
    sign: /ECONNREFUSED/,
    fix: 'Nothing listens there: check SMTP_HOST and SMTP_PORT, and that the server runs.',
  },
  {
    at: ['TLS'],
    sign: /STARTTLS|ETLS|TLS handshake timed out|\b50[0-4]\b|\b454\b/i,
    fix: 'The server offers no STARTTLS: use the port it has TLS on, or SMTP_SECURITY=auto.',
  },
  {
    at: ['resolve', 'connect', 'TLS'],
    sign: /ETIMEDOUT|timed? ?out|Greeting never received|EHOSTUNREACH|ENETUNREACH/i,
    fix: 'The way is blocked, as hosters do with 25, 465 and 587: try the port 2525 of your mail provider.',
  },
  {
    at: ['auth'],
    sign: /ENOAUTH|\b50[0-4]\b|not (available|supported|advertised|enabled|implemented)/i,
    fix: 'The server offers no login here: it mostly does over TLS (587 with SMTP_SECURITY=starttls, or 465), or it knows you by your address; then take SMTP_USER away.',
  },
  {
    at: ['auth'],
    sign: /\b5\d\d\b|EAUTH/,
    fix: 'The server refuses user or password: many providers want an app password or OAuth here.',
  },
  {
    sign: /must issue a starttls|starttls (first|required)|encryption required/i,
    fix: 'The server wants TLS first: set SMTP_SECURITY=starttls.',
  },
  {
    sign: /\b530\b|authentication (is )?required|auth(entication)? first/i,
    fix: 'The server wants a login: set SMTP_USER and SMTP_PASS, or SMTP_URL=smtp://user:password@host.',
  },
  {
    sign: /\b4\d\d\b.*(throttl|rate|too (many|fast)|limit)/i,
    fix: 'The server takes fewer mails than came: set SMTP_RATE to what your provider allows.',
  },
  {
    at: ['connect'],
    sign: /\b5\d\d\b/,
    fix: 'The server wants nothing from this machine’s address: send through your mail provider, or have the address taken off the list it names.',
  },
  {
    at: ['RCPT TO'],
    sign: /relay|non-accepted domain|not (a )?local|outside/i,
    fix: 'The server delivers to its own people only: log in (SMTP_USER, SMTP_PASS), or have this machine allowed to send through it.',
  },
  {
    sign: /\b552\b.*(size|big|large|5\.3\.4)|5\.3\.4|message (too big|too large)|size exceeds/i,
    fix: 'The mail is larger than the server takes: its limit for mails must be 100 KB or more; Leadpost sends no attachments.',
  },
  {
    at: ['MAIL FROM'],
    sign: /\b5\d\d\b/,
    fix: 'MAIL_FROM or BOUNCE_ADDRESS is not an address this account may send from: use the account’s own, or allow it at the provider.',
  },
  {
    sign: /\b55[03]\b.*(sender|from)/i,
    fix: 'MAIL_FROM is not an address this account may send from: use the account’s own, or allow it at the provider.',
  },
  {
    sign: /\b554\b|\b5\.7\.\d+/,
    fix: 'The server takes this for unwanted: look at SPF, DKIM and DMARC of the domain of MAIL_FROM (leadpost doctor shows them).',
  },
  {
    at: ['RCPT TO'],
    sign: /\b5\d\d\b/,
    fix: 'The server does not take this address: check it; if every address is refused, MAIL_FROM is not allowed for this account.',
  },
  {
    sign: /\b4\d\d\b/,
    fix: 'The server is busy or delays strangers (greylisting): try again in some minutes. Leadpost does so by itself.',
  },
  {
    sign: /timed? ?out|ETIMEDOUT/i,
    fix: 'The server stopped answering in the middle: a firewall or scanner on the way, or a server with too much to do. Try again, and another port.',
  },
  {
    sign: /closed|ECONNRESET|EPIPE|ESOCKET/i,
    fix: 'The server hung up: it may not want this machine’s address, or expects TLS on this port (465 goes with SMTP_SECURITY=tls).',
  },
];

/**
 * The fix for a step that failed.
 *
 * @param answer the server's words, and what else is known of the failure
 * @param host whom to ask where nothing is known
 */
export function fixFor(step: string, answer: string, host: string): string {
  const found = symptoms.find(({ at, sign }) => (!at || at.includes(step)) && sign.test(answer));
  return found?.fix ?? `Ask whoever runs ${host} about this answer.`;
}
