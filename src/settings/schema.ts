import { createPrivateKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';

/** What each setting may be, and what is said when it is not: the name of the fix, with an example. */

export const roleNames = ['web', 'worker', 'inbox'] as const;
export type Role = (typeof roleNames)[number];
const text = z.string();
export const schema = z.object({
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be production, development or test')
    .optional(),
  HOST: text.default('127.0.0.1'),
  PORT: z.coerce.number('must be a port number, for example 3000').int().min(0).max(65535).default(3000),
  BASE_URL: text
    .refine(isHttpUrl, 'must be an http or https address, for example https://leads.acme.example')
    .optional(),
  DATABASE_URL: text
    .refine(
      isPostgresUrl,
      'must look like postgres://user:password@host/database; write @ # / in the password as %40 %23 %2F',
    )
    .optional(),
  PGHOST: text.optional(),
  PGPORT: z.coerce.number('must be a port number, for example 5432').int().min(1).max(65535).default(5432),
  PGUSER: text.default('leadpost'),
  PGPASSWORD: text.default(''),
  PGDATABASE: text.default('leadpost'),
  TRUST_PROXY: text.default('false'),
  ROLES: text
    .refine(areRoles, 'must list web, worker, inbox, for example web,worker')
    .default(roleNames.join(',')),
  METRICS_TOKEN: text.min(16, 'must have 16 characters or more').optional(),
  DATA_DIR: text.default('./data'),
  SANDBOX: z.enum(['true', 'false'], 'must be true or false').optional(),
  SECRET_KEYS: text
    .refine(
      areKeys,
      'must be kid:secret pairs separated by commas, kids of 1 to 4 letters, secrets of 32 characters or more',
    )
    .optional(),
  VENDOR_NAME: text.max(60, 'must be 60 characters at most').default('Acme'),
  VENDOR_LOGO: text.optional(),
  MAIL_FROM: text
    .refine(
      (v) => mailbox(v) !== undefined,
      'must be one address, for example Acme Lead Desk <leads@acme.example>',
    )
    .optional(),
  SMTP_URL: text
    .refine((v) => hasProtocol(v, ['smtp:', 'smtps:']), 'must look like smtp://user:password@host:587')
    .optional(),
  SMTP_HOST: text.optional(),
  SMTP_PORT: z.coerce.number('must be a port number, for example 587').int().min(1).max(65535).optional(),
  SMTP_USER: text.optional(),
  SMTP_PASS: text.optional(),
  SMTP_SECURITY: z
    .enum(['auto', 'starttls', 'tls', 'none'], 'must be auto, starttls, tls or none')
    .optional(),
  SMTP_RATE: text
    .refine(
      (v) => rateIn(v) !== null,
      'must be a number of letters a second, or such as 14/s, 600/min, 5000/h',
    )
    .optional(),
  DKIM_DOMAIN: text.refine(isDomain, 'must be a domain, for example acme.example').optional(),
  DKIM_SELECTOR: text.refine(isDomain, 'must be one word, for example leadpost').optional(),
  DKIM_PRIVATE_KEY: text
    .refine(
      (pem) => signingKey(pem) !== null,
      'must be an RSA (2048 bits) or Ed25519 private key in PEM; openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 makes one',
    )
    .optional(),
  MAIL_REDIRECT_ALL_TO: text
    .refine((v) => mailbox(v) !== undefined, 'must be one address, for example staging@acme.example')
    .optional(),
  MAIL_ALLOWLIST: text
    .refine(
      isAllowlist,
      'must list addresses and @domains, for example @acme.example,partner@partner.example',
    )
    .default(''),
  INBOUND: z.enum(['off', 'imap'], 'must be off or imap').optional(),
  IMAP_URL: text.refine(isImapUrl, 'must look like imaps://user:password@imap.acme.example').optional(),
  IMAP_MAILBOX: text.default('INBOX'),
  REPLY_ADDRESS: text
    .refine(isReplyPattern, 'must hold {key} in its local part, for example reply+{key}@leads.acme.example')
    .optional(),
  BOUNCE_ADDRESS: text
    .refine(
      (v) => bouncePattern(v) !== null,
      'must be one address with at most 22 characters before the @ besides {key}, for example bounce+{key}@leads.acme.example',
    )
    .optional(),
  INBOUND_AUTHSERV_ID: text.optional(),
  ADMIN_EMAIL: text
    .refine((v) => mailbox(v) !== undefined, 'must be one address, for example ops@acme.example')
    .optional(),
  GMAIL_ACTIONS: z.enum(['true', 'false'], 'must be true or false').default('false'),
  OUTLOOK_ORIGINATOR: text
    .refine(
      isGuid,
      'must be the provider id of your registration, for example 4f4e2e5c-8d0a-4b61-9a35-5d2f0c1f7a10',
    )
    .optional(),
  OUTLOOK_AUDIENCE: text.optional(),
  OUTLOOK_TENANTS: text
    .refine((v) => listed(v).every(isGuid), 'must list tenant ids separated by commas')
    .default(''),
  DEFAULT_TIMEZONE: text
    .refine(isZone, 'must be an IANA zone, for example Europe/Berlin')
    .default('Europe/Berlin'),
  DEFAULT_LOCALE: text.default('en'),
  LOG_LEVEL: z
    .enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      'must be fatal, error, warn, info, debug or silent',
    )
    .default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], 'must be json or pretty').default('json'),
});

/** The settings as they were checked, defaults filled in. */
export type Checked = z.infer<typeof schema>;

/** The values of a list with commas. */
export const listed = (value: string): string[] =>
  value
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean);

function isGuid(value: string): boolean {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
}

function areRoles(value: string): boolean {
  return value.split(',').every((r) => (roleNames as readonly string[]).includes(r.trim()));
}

/** `kid:secret,kid:secret`, the signing one first. */
export const keysIn = (value: string): { kid: string; secret: string }[] =>
  value
    .split(',')
    .map((pair) => ({ kid: pair.slice(0, pair.indexOf(':')), secret: pair.slice(pair.indexOf(':') + 1) }));

function areKeys(value: string): boolean {
  return keysIn(value).every((k) => /^[\w-]{1,4}$/.test(k.kid) && k.secret.length >= 32);
}

/** `Name <address>` or a bare address; one plain addr-spec, nothing that could smuggle a second one. */
export function mailbox(value: string): { name: string; address: string } | undefined {
  const found = /^\s*(?:"?([^"<>@\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))\s*$/.exec(value);
  const address = found?.[2] ?? found?.[3] ?? '';
  return /^[A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}$/.test(address)
    ? { name: found?.[1]?.trim() || 'Leads', address }
    : undefined;
}

function hasProtocol(value: string, protocols: readonly string[]): boolean {
  const url = URL.parse(value);
  return url !== null && protocols.includes(url.protocol);
}

function isHttpUrl(value: string): boolean {
  return hasProtocol(value, ['http:', 'https:']);
}

function isPostgresUrl(value: string): boolean {
  return hasProtocol(value, ['postgres:', 'postgresql:']);
}

/** With a user and a password: nothing else says who reads the mailbox. */
function isImapUrl(value: string): boolean {
  const url = URL.parse(value);
  return hasProtocol(value, ['imap:', 'imaps:']) && url?.username !== '' && url?.password !== '';
}

function isAllowlist(value: string): boolean {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  return (
    entries.length > 0 &&
    entries.every(
      (entry) =>
        !/[<\s]/.test(entry) && mailbox(entry.startsWith('@') ? `anybody${entry}` : entry) !== undefined,
    )
  );
}

const units: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  min: 60,
  m: 60,
  minute: 60,
  h: 3600,
  hour: 3600,
};
/** More than any relay takes from one sender; each is a row. */
const mostAtOnce = 10_000;

/** "14", "14/s", "600/min" or "0.5" as whole letters within a stretch of seconds; null when it says something else. */
export function rateIn(value: string | undefined): { letters: number; seconds: number } | null {
  const found = /^\s*(\d{1,7}(?:\.\d{1,3})?)\s*(?:\/\s*([a-z]{1,6}))?\s*$/i.exec(value ?? '');
  const rate = Number(found?.[1]);
  const unit = units[found?.[2]?.toLowerCase() ?? 's'];
  if (!found || !unit || !(rate > 0)) return null;
  const letters = Math.max(1, Math.floor(rate));
  return letters > mostAtOnce ? null : { letters, seconds: (letters / rate) * unit };
}

/** The key a bounce address carries. */
const bounceKeyLength = 42;

/** An address with `{key}` in its local part; a plain one gets it after a plus. Null when it is none, or too long. */
export function bouncePattern(value: string | undefined): string | null {
  if (value === undefined) return null;
  const bare = value.trim();
  const pattern = bare.includes('{key}') ? bare : bare.replace(/@/, '+{key}@');
  const filled = pattern.replace('{key}', 'k'.repeat(bounceKeyLength));
  return filled.includes('{') || mailbox(filled)?.address !== filled ? null : pattern;
}

function isDomain(value: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?$/i.test(value);
}

/** A private key in PEM, also on one line with `\n` for its ends: RSA of 1024 bits or more, or Ed25519. Else null. */
export function signingKey(pem: string): KeyObject | null {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyType === 'ed25519') return key;
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= 1024 ? key : null;
  } catch {
    return null;
  }
}

function isReplyPattern(value: string): boolean {
  return /^[^@\s]*\{key\}[^@\s]*@[A-Za-z0-9.-]+$/.test(value);
}

function isZone(value: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}
