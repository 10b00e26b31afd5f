import { Resolver } from 'node:dns/promises';
import { bad, type Check, good } from './doctor-command.ts';

/** Selectors the large providers use; which one signs our mails stands nowhere in the settings. */
const selectors = [
  'default',
  'selector1',
  'selector2',
  'google',
  's1',
  's2',
  'k1',
  'k2',
  'k3',
  'mail',
  'dkim',
  'smtp',
  'pm',
  'mx',
  'leadpost',
];

type Found =
  | { readonly kind: 'found'; readonly texts: readonly string[] }
  | { readonly kind: 'none' | 'no-name' | 'no-answer' };

/** What receivers will find about the sender's domain: SPF, DKIM and DMARC. */
export async function* checkSenderDomain(domain: string): AsyncGenerator<Check> {
  const dns = new Resolver({ timeout: 3_000, tries: 2 });
  const ask = (name: string): Promise<Found> => texts(dns, name);
  const [own, policy, keys] = await Promise.all([ask(domain), askDmarc(ask, domain), askDkim(ask, domain)]);
  yield spfOf(domain, own);
  yield dkimOf(domain, keys);
  yield dmarcOf(domain, policy);
}

async function texts(dns: Resolver, name: string): Promise<Found> {
  try {
    return { kind: 'found', texts: (await dns.resolveTxt(name)).map((parts) => parts.join('')) };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENODATA') return { kind: 'none' };
    return { kind: code === 'ENOTFOUND' ? 'no-name' : 'no-answer' };
  }
}

/** The domain's own policy, else that of the domain above it (RFC 7489 6.6.3). */
async function askDmarc(ask: (name: string) => Promise<Found>, domain: string): Promise<Found> {
  const own = await ask(`_dmarc.${domain}`);
  const above = domain.split('.').slice(1).join('.');
  return own.kind === 'found' || own.kind === 'no-answer' || !above.includes('.')
    ? own
    : ask(`_dmarc.${above}`);
}

/** A name below `_domainkey` makes that name exist, whatever the selector is called. */
async function askDkim(ask: (name: string) => Promise<Found>, domain: string): Promise<Found> {
  const parent = await ask(`_domainkey.${domain}`);
  if (parent.kind === 'no-name' || parent.kind === 'no-answer') return parent;
  const found = await Promise.all(
    selectors.map(async (s) => ({ s, found: await ask(`${s}._domainkey.${domain}`) })),
  );
  return { kind: 'found', texts: found.filter((f) => f.found.kind === 'found').map((f) => f.s) };
}

const noAnswer = (name: string): Check =>
  bad(name, 'the name server does not answer', 'Check DNS on this machine, then ask again.');

function spfOf(domain: string, found: Found): Check {
  if (found.kind === 'no-answer') return noAnswer('SPF');
  const record = found.kind === 'found' ? found.texts.filter((t) => /^v=spf1(\s|$)/i.test(t)) : [];
  if (record.length > 1)
    return bad('SPF', `${domain} has ${record.length} SPF records`, 'Keep one: two count as none.');
  if (record[0]) return good('SPF', record[0]);
  const says =
    found.kind === 'no-name' ? `the domain ${domain} does not exist` : `${domain} has no SPF record`;
  return bad(
    'SPF',
    says,
    `Publish TXT ${domain} "v=spf1 include:<your provider> -all"; your mail provider names the include.`,
  );
}

function dkimOf(domain: string, found: Found): Check {
  if (found.kind === 'no-answer') return noAnswer('DKIM');
  if (found.kind !== 'found')
    return bad(
      'DKIM',
      `${domain} publishes no DKIM key`,
      'Let your mail provider sign with DKIM and publish the record it names below _domainkey.',
    );
  return good(
    'DKIM',
    found.texts.length > 0
      ? `keys: ${found.texts.join(', ')}`
      : 'a key is published, its selector is not a usual one',
  );
}

function dmarcOf(domain: string, found: Found): Check {
  if (found.kind === 'no-answer') return noAnswer('DMARC');
  const record = found.kind === 'found' ? found.texts.find((t) => /^v=DMARC1/i.test(t)) : undefined;
  if (record) return good('DMARC', record);
  return bad(
    'DMARC',
    `${domain} has no DMARC record`,
    `Publish TXT _dmarc.${domain} "v=DMARC1; p=none; rua=mailto:postmaster@${domain}", and tighten it later.`,
  );
}
