import type { InboundState } from '../lead/tables.ts';
import { pause } from '../postgres/installation.ts';
import type { Deps } from './deps.ts';
import { readOneMail, untilRead } from './read-mail.ts';
import { readInboundMail } from './read-messages.ts';
import { receiveMail } from './receive-mail.ts';

/**
 * A raw mail handed to the sandbox goes the ordinary inbound way, and is answered when its effects are committed. It
 * counts as authenticated for its From unless it carries `Authentication-Results: sandbox; dmarc=fail`.
 */
export async function receiveReply(
  deps: Deps,
  raw: Buffer,
): Promise<{ readonly id: string; readonly state: InboundState }> {
  const { id } = await receiveMail(deps, raw, { via: 'sandbox', authenticated: !failsDmarc(raw) });
  // Another worker may have taken it first; either way the answer waits for the effects.
  for (let tries = 0; tries < 200; tries++) {
    await readOneMail(deps, id);
    const mail = await readInboundMail(deps, id);
    if (mail && mail.state !== 'received') {
      await untilRead(id);
      return { id, state: mail.state };
    }
    await pause(deps.db, 50);
  }
  return { id, state: 'received' };
}

function failsDmarc(raw: Buffer): boolean {
  const head =
    raw
      .subarray(0, 64 * 1024)
      .toString('latin1')
      .split(/\r?\n\r?\n/, 1)[0] ?? '';
  return /^authentication-results:[ \t]*sandbox[ \t]*;(?:.|\r?\n[ \t])*?dmarc[ \t]*=[ \t]*fail/im.test(head);
}
