import { isAligned } from './alignment.ts';
import { bad, type Check, good, skipped } from './doctor-command.ts';
import type { Found, NameServer } from './name-server.ts';

/** Who our mails say they are from. */
export interface Sender {
  /** The domain of MAIL_FROM, which readers see. */
  readonly from: string;
  /** The domain of the envelope: of BOUNCE_ADDRESS, else the same. */
  readonly envelope: string;
  /** Who signs, and the record its key wants; null where the relay signs, or nobody. */
  readonly dkim: { readonly domain: string; readonly selector: string; readonly record: string } | null;
}

/** Selectors the large providers use; which one signs where the relay does stands nowhere in the settings. */
const selectors =
  'default selector1 selector2 google s1 s2 k1 k2 k3 mail dkim smtp pm mx leadpost fm1 mte1 ses scph0920 zoho'.split(
    ' ',
  );

/** What receivers will find about the sender: SPF, DKIM and DMARC, and whether they speak for the domain of From. */
export async function* checkSenderDomain(sender: Sender, dns: NameServer): AsyncGenerator<Check> {
  const [spf, key, policy] = await Promise.all([
    dns.txt(sender.envelope),
    sender.dkim
      ? dns.txt(`${sender.dkim.selector}._domainkey.${sender.dkim.domain}`)
      : usualKeys(dns, sender.from),
    askDmarc(dns, sender.from),
  ]);
  if ([spf, key, policy].every((found) => found.kind === 'no-answer'))
    yield bad(
      'name server',
      'does not answer, so SPF, DKIM and DMARC could not be looked up',
      'Let this machine ask a name server (port 53, /etc/resolv.conf), or look the records up elsewhere: docs/deliverability.md lists them.',
    );
  const checks = [spfOf(sender.envelope, spf), dkimOf(sender, key), dmarcOf(sender.from, policy)] as const;
  yield* checks;
  yield alignmentOf(sender, { spf: checks[0].ok === true, dkim: checks[1].ok === true }, policyIn(policy));
}

/** The domain's own policy, else that of a domain above it (RFC 9989: the tree is walked upwards). */
async function askDmarc(dns: NameServer, domain: string): Promise<Found> {
  const own = await dns.txt(`_dmarc.${domain}`);
  const above = domain.slice(domain.indexOf('.') + 1);
  return own.kind === 'found' || own.kind === 'no-answer' || !above.includes('.')
    ? own
    : askDmarc(dns, above);
}

/** A name below `_domainkey` makes that name exist, whatever the selector is called. */
async function usualKeys(dns: NameServer, domain: string): Promise<Found> {
  const parent = await dns.txt(`_domainkey.${domain}`);
  if (parent.kind === 'no-name' || parent.kind === 'no-answer') return parent;
  const found = await Promise.all(
    selectors.map(async (s) => ({ s, found: await dns.txt(`${s}._domainkey.${domain}`) })),
  );
  return { kind: 'found', texts: found.filter((f) => f.found.kind === 'found').map((f) => f.s) };
}

const noAnswer = (name: string): Check =>
  bad(name, 'the name server does not answer', 'Check DNS on this machine, then ask again.');

function spfOf(domain: string, found: Found): Check {
  if (found.kind === 'no-answer') return noAnswer('SPF');
  const records = found.kind === 'found' ? found.texts.filter((t) => /^v=spf1(\s|$)/i.test(t)) : [];
  if (records.length > 1)
    return bad('SPF', `${domain} has ${records.length} SPF records`, 'Keep one: two count as none.');
  const [record] = records;
  if (record && /\s\+?all\b/i.test(record))
    return bad('SPF', record, 'It lets the whole world send for you: end it with -all or ~all.');
  if (record) return good('SPF', `${domain}: ${record}`);
  const says =
    found.kind === 'no-name' ? `the domain ${domain} does not exist` : `${domain} has no SPF record`;
  return bad(
    'SPF',
    says,
    `Publish TXT ${domain} "v=spf1 include:<your provider> -all"; your mail provider names the include.`,
  );
}

function dkimOf({ from, dkim }: Sender, found: Found): Check {
  if (found.kind === 'no-answer') return noAnswer('DKIM');
  if (dkim) return ownKeyOf(dkim, found);
  if (found.kind !== 'found')
    return bad(
      'DKIM',
      `${from} publishes no DKIM key`,
      'Let your mail provider sign and publish the record it names below _domainkey, or set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_PRIVATE_KEY.',
    );
  return good(
    'DKIM',
    found.texts.length > 0
      ? `keys: ${found.texts.join(', ')}`
      : 'a key is published, its selector is not a usual one',
  );
}

/** Our own key: what is published must be its other half. */
function ownKeyOf({ domain, selector, record }: NonNullable<Sender['dkim']>, found: Found): Check {
  const name = `${selector}._domainkey.${domain}`;
  const publish = `Publish TXT ${name} "${record}"`;
  const texts = found.kind === 'found' ? found.texts : [];
  if (texts.length === 0)
    return bad('DKIM', `${name} has no record, so our signature counts for nothing`, `${publish}.`);
  const half = (text: string): string => /(?:^|;)\s*p=([^;]*)/.exec(text)?.[1]?.replace(/\s/g, '') ?? '';
  if (texts.some((text) => half(text) === half(record)))
    return good('DKIM', `${name} has the key we sign with`);
  return bad(
    'DKIM',
    `${name} has another key than DKIM_PRIVATE_KEY`,
    `${publish}, or set the key that belongs to it.`,
  );
}

const policyIn = (found: Found): string | undefined =>
  found.kind === 'found' ? found.texts.find((t) => /^v=DMARC1/i.test(t)) : undefined;

function dmarcOf(domain: string, found: Found): Check {
  if (found.kind === 'no-answer') return noAnswer('DMARC');
  const record = policyIn(found);
  if (record) return good('DMARC', record);
  return bad(
    'DMARC',
    `${domain} has no DMARC record`,
    `Publish TXT _dmarc.${domain} "v=DMARC1; p=none; rua=mailto:postmaster@${domain}", and tighten it later.`,
  );
}

/** DMARC passes when one of the two passes for a domain that belongs to the one in From. */
function alignmentOf(
  sender: Sender,
  works: { spf: boolean; dkim: boolean },
  policy: string | undefined,
): Check {
  if (!policy) return skipped('alignment', 'asked for by DMARC only');
  const strict = (tag: string): boolean => new RegExp(`;\\s*${tag}\\s*=\\s*s\\b`, 'i').test(policy);
  const signer = sender.dkim?.domain ?? sender.from;
  const spf = works.spf && isAligned(sender.envelope, sender.from, strict('aspf'));
  const dkim = works.dkim && isAligned(signer, sender.from, strict('adkim'));
  const says = [
    `MAIL_FROM is ${sender.from}`,
    `the envelope ${sender.envelope} is ${spf ? '' : 'not '}aligned by SPF`,
    `DKIM by ${signer} is ${dkim ? '' : 'not '}aligned`,
  ].join('; ');
  if (dkim || spf)
    return good('alignment', dkim ? says : `${says}; a forwarded mail will fail, DKIM would not`);
  return bad(
    'alignment',
    says,
    `Use BOUNCE_ADDRESS or DKIM_DOMAIN of ${sender.from} or a domain below it${strict('aspf') || strict('adkim') ? ', the very same where the policy says aspf=s or adkim=s' : ''}: DMARC passes with either.`,
  );
}
