import { createHash } from 'node:crypto';
import { storeInbound } from '../postgres/inbound.ts';
import { notifyWork } from '../postgres/installation.ts';
import type { Deps } from './deps.ts';

/**
 * Stores a mail's bytes, before anything reads them. The same mail again (Message-ID and hash) is the same row.
 *
 * @param authenticated whether the way it came vouches for its From; null leaves that to the mail's own headers
 */
export async function receiveMail(
  deps: Deps,
  raw: Buffer,
  how: { readonly via: string; readonly authenticated: boolean | null },
): Promise<{ readonly id: string; readonly fresh: boolean }> {
  return deps.db.inTransaction(async (tx) => {
    const sha256 = createHash('sha256').update(raw).digest();
    const message_id = messageIdIn(raw) ?? `<${sha256.toString('hex')}@no-message-id>`;
    const stored = await storeInbound(tx, { id: deps.ids.uuid(tx.now), message_id, sha256, raw, ...how });
    notifyWork(tx);
    return stored;
  });
}

/** A glance at the header block, bounded, no control characters: real parsing happens later, from the stored bytes. */
function messageIdIn(raw: Buffer): string | undefined {
  const head = raw.subarray(0, 64 * 1024).toString('latin1');
  const end = head.search(/\r?\n\r?\n/);
  const found = /^message-id:[ \t]*(?:\r?\n[ \t]+)?(<[^<>\s\p{Cc}]{1,400}>)/imu.exec(
    end < 0 ? head : head.slice(0, end),
  );
  return found?.[1];
}
