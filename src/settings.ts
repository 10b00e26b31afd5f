import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Logo, readLogo } from './settings/logo.ts';
import { type SettingName, settingNames } from './settings/names.ts';
import {
  bouncePattern,
  type Checked,
  keysIn,
  listed,
  mailbox,
  type Role,
  rateIn,
  schema,
  signingKey,
} from './settings/schema.ts';

export { settingNames } from './settings/names.ts';
export { keysIn, mailbox, type Role, roleNames } from './settings/schema.ts';

export interface SmtpSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string | null;
  readonly pass: string | null;
  /** `auto`: STARTTLS when offered; `starttls`: or not at all; `tls`: from the first byte; `none`: never. */
  readonly security: 'auto' | 'starttls' | 'tls' | 'none';
}

export interface Settings {
  readonly sandbox: boolean;
  readonly host: string;
  readonly port: number;
  /** Without a trailing slash. Null in the sandbox until the port is known. */
  readonly baseUrl: string | null;
  /** How many proxies in front may be believed, which addresses, or none. */
  readonly trustProxy: number | string | false;
  readonly roles: readonly Role[];
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly secretKeys: readonly { readonly kid: string; readonly secret: string }[];
  readonly vendorName: string;
  /** Stands in mails in place of the name; null: the name does. */
  readonly logo: Logo | null;
  readonly mailFrom: { readonly name: string; readonly address: string };
  readonly metricsToken: string | null;
  readonly smtp: SmtpSettings | null;
  /** Letters the relay takes within so many seconds; null: no limit. */
  readonly smtpRate: { readonly letters: number; readonly seconds: number } | null;
  /** Who signs our letters; null: the relay, or nobody. */
  readonly dkim: {
    readonly domain: string;
    readonly selector: string;
    readonly privateKey: KeyObject;
  } | null;
  /** Every mail goes here instead; the real reader stands in a header. */
  readonly redirectAllTo: string | null;
  /** Addresses and `@domains` that may get mail; empty means everybody. */
  readonly allowlist: readonly string[];
  readonly inbound: 'off' | 'imap';
  readonly imapUrl: string | null;
  readonly imapMailbox: string;
  readonly replyAddress: string | null;
  /** The sender of each letter's envelope, with `{key}`; null: MAIL_FROM. */
  readonly bounceAddress: string | null;
  readonly authservId: string | null;
  /** Whoever runs the installation; null: the users of role admin. */
  readonly adminEmail: string | null;
  /** Whether Gmail is to show a button beside our mails. */
  readonly gmailActions: boolean;
  /** The sender's registration with Outlook; null: mails carry no card. */
  readonly outlook: {
    readonly originator: string;
    readonly audience: string | null;
    readonly tenants: readonly string[];
  } | null;
  readonly zone: string;
  readonly locale: string;
  readonly logLevel: string;
  readonly logFormat: 'json' | 'pretty';
}

/** All faults at once, each with the setting's name and an example; the process exits with 78. */
export class SettingsError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`Leadpost cannot start with these settings:\n${faults.map((f) => `  ✖ ${f}`).join('\n')}`);
    this.faults = faults;
  }
}

type Env = Readonly<Record<string, string | undefined>>;

/** Reads the settings of an environment. Empty values count as not set. @throws SettingsError */
export function readSettings(env: Env): Settings {
  const faults: string[] = [];
  const raw = withFiles(env, faults);
  const parsed = schema.safeParse(raw);
  if (!parsed.success) faults.push(...parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`));
  const sandbox = isSandbox(raw);
  if (!sandbox) faults.push(...missingInProduction(raw), ...localInProduction(raw));
  if (raw['INBOUND'] === 'imap' && !raw['IMAP_URL'])
    faults.push(
      'IMAP_URL is required with INBOUND=imap, for example IMAP_URL=imaps://user:password@imap.acme.example',
    );
  faults.push(...halfSigned(raw));
  const logo = raw['VENDOR_LOGO'] ? readLogo(raw['VENDOR_LOGO']) : null;
  if (typeof logo === 'string') faults.push(`VENDOR_LOGO: ${logo}`);
  if (faults.length > 0 || !parsed.success || typeof logo === 'string') throw new SettingsError(faults);
  return decided(parsed.data, sandbox, logo);
}

/** The process environment over an `.env` file in the working directory; the environment wins. */
export function environment(env: Env, file = '.env'): Env {
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...env };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return env;
    throw error;
  }
}

/** Only a wish, or the absence of everything real, starts the sandbox. */
function isSandbox(raw: Env): boolean {
  if (raw['SANDBOX'] !== undefined) return raw['SANDBOX'] === 'true';
  const real = ['DATABASE_URL', 'PGHOST', 'SMTP_URL', 'SMTP_HOST'].some((name) => raw[name]);
  return !real && raw['NODE_ENV'] !== 'production';
}

const examples: Readonly<Partial<Record<SettingName, string>>> = {
  BASE_URL: 'https://leads.acme.example',
  SECRET_KEYS: 'k1:<32 or more random characters>',
  DATABASE_URL: 'postgres://leadpost:secret@db.internal/leadpost',
  SMTP_URL: 'smtp://user:password@mail.acme.example:587',
  MAIL_FROM: 'Acme Lead Desk <leads@acme.example>',
};

/** Settings that can be given in parts instead. */
const parts: Readonly<Partial<Record<SettingName, SettingName>>> = {
  DATABASE_URL: 'PGHOST',
  SMTP_URL: 'SMTP_HOST',
};

const missingInProduction = (raw: Env): string[] =>
  (Object.keys(examples) as SettingName[])
    .filter((name) => !raw[name] && !raw[parts[name] ?? name])
    .map((name) => `${name} is required outside the sandbox, for example ${name}=${examples[name]}`);

const dkimParts = ['DKIM_DOMAIN', 'DKIM_SELECTOR', 'DKIM_PRIVATE_KEY'] as const;

/** A signature needs all three; some of them are a mistake, not a wish. */
function halfSigned(raw: Env): string[] {
  const missing = dkimParts.filter((name) => !raw[name]);
  if (missing.length === 0 || missing.length === dkimParts.length) return [];
  return missing.map(
    (name) => `${name} is required as well: ${dkimParts.join(', ')} are set together or not at all`,
  );
}

function dkimOf(s: Checked): Settings['dkim'] {
  const privateKey = s.DKIM_PRIVATE_KEY ? signingKey(s.DKIM_PRIVATE_KEY) : null;
  if (!s.DKIM_DOMAIN || !s.DKIM_SELECTOR || !privateKey) return null;
  return { domain: s.DKIM_DOMAIN.toLowerCase(), selector: s.DKIM_SELECTOR, privateKey };
}

/** Links that say localhost reach nobody. */
function localInProduction(raw: Env): string[] {
  const host = URL.parse(raw['BASE_URL'] ?? '')?.hostname ?? '';
  const local = raw['NODE_ENV'] === 'production' && /^(localhost|127\.|\[::1\])/.test(host);
  return local
    ? [`BASE_URL: ${host} is this machine only; partners need an address such as ${examples.BASE_URL}`]
    : [];
}
function decided(s: Checked, sandbox: boolean, logo: Logo | null): Settings {
  return {
    sandbox,
    host: s.HOST,
    port: s.PORT,
    baseUrl: s.BASE_URL?.replace(/\/+$/, '') ?? null,
    trustProxy: proxyTrust(s.TRUST_PROXY),
    roles: s.ROLES.split(',').map((r) => r.trim() as Role),
    databaseUrl: s.DATABASE_URL ?? (s.PGHOST ? databaseUrl(s) : null),
    dataDir: s.DATA_DIR,
    secretKeys: s.SECRET_KEYS ? keysIn(s.SECRET_KEYS) : [],
    vendorName: s.VENDOR_NAME,
    logo,
    // Whatever the vendor is called: a name need not be one that can be read back out of a header.
    mailFrom: mailbox(s.MAIL_FROM ?? '') ?? {
      name: `${s.VENDOR_NAME} Lead Desk`,
      address: 'leads@leads.example',
    },
    metricsToken: s.METRICS_TOKEN ?? null,
    smtp: smtpOf(s),
    smtpRate: rateIn(s.SMTP_RATE),
    dkim: dkimOf(s),
    redirectAllTo: s.MAIL_REDIRECT_ALL_TO ? (mailbox(s.MAIL_REDIRECT_ALL_TO)?.address ?? null) : null,
    allowlist: s.MAIL_ALLOWLIST.split(',')
      .map((a) => a.trim().toLowerCase())
      .filter(Boolean),
    inbound: s.INBOUND ?? (s.IMAP_URL ? 'imap' : 'off'),
    imapUrl: s.IMAP_URL ?? null,
    imapMailbox: s.IMAP_MAILBOX,
    replyAddress: s.REPLY_ADDRESS ?? (sandbox ? 'reply+{key}@leads.example' : null),
    bounceAddress: bouncePattern(s.BOUNCE_ADDRESS) ?? (sandbox ? 'bounce+{key}@leads.example' : null),
    authservId: s.INBOUND_AUTHSERV_ID ?? null,
    adminEmail: s.ADMIN_EMAIL ? (mailbox(s.ADMIN_EMAIL)?.address ?? null) : null,
    gmailActions: s.GMAIL_ACTIONS === 'true',
    outlook: s.OUTLOOK_ORIGINATOR
      ? {
          originator: s.OUTLOOK_ORIGINATOR.toLowerCase(),
          audience: s.OUTLOOK_AUDIENCE ?? null,
          tenants: listed(s.OUTLOOK_TENANTS),
        }
      : null,
    zone: s.DEFAULT_TIMEZONE,
    locale: s.DEFAULT_LOCALE,
    logLevel: s.LOG_LEVEL,
    logFormat: s.LOG_FORMAT,
  };
}
function databaseUrl(s: Checked): string {
  const url = new URL(`postgres://${s.PGHOST}:${s.PGPORT}/${encodeURIComponent(s.PGDATABASE)}`);
  url.username = encodeURIComponent(s.PGUSER);
  url.password = encodeURIComponent(s.PGPASSWORD);
  return url.href;
}

/** One URL or its parts; 465 means TLS from the first byte, any other port STARTTLS when it is offered. */
function smtpOf(s: Checked): SmtpSettings | null {
  const url = s.SMTP_URL ? URL.parse(s.SMTP_URL) : null;
  const host = url?.hostname || s.SMTP_HOST;
  if (!host) return null;
  const tls = url?.protocol === 'smtps:' || s.SMTP_PORT === 465 || url?.port === '465';
  const security = s.SMTP_SECURITY ?? (tls ? 'tls' : 'auto');
  const port = Number(url?.port) || s.SMTP_PORT || (security === 'tls' ? 465 : 587);
  const user = url?.username ? decodeURIComponent(url.username) : (s.SMTP_USER ?? null);
  const pass = url?.password ? decodeURIComponent(url.password) : (s.SMTP_PASS ?? null);
  return { host, port, user, pass, security };
}

/** `false`, a number of hops, or a list of addresses; anything else fails closed in express. */
function proxyTrust(value: string): number | string | false {
  if (value === 'false' || value === '') return false;
  return /^\d+$/.test(value) ? Number(value) : value;
}

/** Any setting may come from a file: `SECRET_KEYS_FILE=/run/secrets/keys`. */
function withFiles(env: Env, faults: string[]): Env {
  const found: Record<string, string> = {};
  for (const name of settingNames) {
    const file = env[`${name}_FILE`];
    const value = env[name] || (file ? fromFile(name, file, faults) : undefined);
    if (value) found[name] = value;
  }
  return found;
}

function fromFile(name: string, file: string, faults: string[]): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    faults.push(`${name}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code})`);
    return undefined;
  }
}
