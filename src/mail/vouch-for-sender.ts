import addressparser from 'nodemailer/lib/addressparser';
import type { MailRoom } from '../dispatch/deps.ts';
import { readAuthResults } from './auth-results.ts';

const maxHeaderBytes = 256 * 1024;

/**
 * Whether our receiving server vouches for a mail's From: exactly one author, and the topmost Authentication-Results,
 * signed with the configured id, says that DMARC passed for the author's domain. Anything odd, or no id: no.
 *
 * Only the header block is read, by the same parser that will read the whole mail, so that both see the same author.
 */
export async function vouchesForSender(
  parse: MailRoom['parse'],
  raw: Buffer,
  authservId: string | null,
): Promise<boolean> {
  const head = authservId === null ? undefined : headerBlock(raw);
  if (!head) return false;
  const parsed = await parse(head);
  if (!parsed.ok) return false;
  const { headers, from } = parsed.mail;
  const authors = headers
    .filter(([name]) => name === 'from')
    .flatMap(([, value]) => addressparser(value, { flatten: true }));
  const address = from?.address;
  if (!address || authors.length !== 1 || authors[0]?.address.toLowerCase() !== address) return false;
  return readAuthResults(headers, authservId, address.slice(address.lastIndexOf('@') + 1)).dmarc === 'pass';
}

/** Up to the empty line. None without one, and none with bare CRs: whether those end a line is read in two ways. */
function headerBlock(raw: Buffer): Buffer | undefined {
  const start = raw.subarray(0, maxHeaderBytes).toString('latin1');
  const end = /\r?\n\r?\n/.exec(start);
  if (!end) return undefined;
  const head = start.slice(0, end.index);
  return /\r(?!\n)/.test(head) ? undefined : Buffer.from(`${head}\r\n\r\n`, 'latin1');
}
