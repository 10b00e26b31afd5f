import type { Withheld } from '../dispatch/deliver-letters.ts';
import type { MailRoom } from '../dispatch/deps.ts';

/** Who may get mail from an installation that is being tried out. */
export interface Guard {
  /** Every mail goes here instead; the real reader stands in `X-Leadpost-Original-To`. */
  readonly redirectAllTo: string | null;
  /** Addresses and `@domains` in lower case; empty means everybody. Does not matter while everything is redirected. */
  readonly allowlist: readonly string[];
}

const originalTo = 'X-Leadpost-Original-To';

/**
 * Composes as ever, but a mail that is to be redirected says so in its own bytes: To is where it goes, the real
 * reader a header. Decided when it is composed, because those bytes are what every attempt sends.
 */
export function guardedCompose(compose: MailRoom['compose'], { redirectAllTo }: Guard): MailRoom['compose'] {
  if (redirectAllTo === null) return compose;
  return (message) =>
    compose({
      ...message,
      to: { name: message.to.name, address: redirectAllTo },
      headers: { ...message.headers, [originalTo]: message.to.address },
    });
}

/** Sends to the place of redirection, or to nobody but the addresses on the list; whatever the bytes say. */
export function guardedSend(send: MailRoom['send'], { redirectAllTo, allowlist }: Guard): MailRoom['send'] {
  if (redirectAllTo !== null) return (envelope, raw) => send({ ...envelope, to: redirectAllTo }, raw);
  if (allowlist.length === 0) return send;
  return async (envelope, raw) =>
    isListed(envelope.to, allowlist) ? send(envelope, raw) : withheld(envelope.to);
}

function isListed(address: string, allowlist: readonly string[]): boolean {
  const lower = address.toLowerCase();
  return allowlist.includes(lower) || allowlist.includes(lower.slice(lower.lastIndexOf('@')));
}

const withheld = (address: string): Withheld => ({
  kind: 'permanent',
  error: `not sent: ${address.slice(address.lastIndexOf('@'))} is not on MAIL_ALLOWLIST`,
  withheld: true,
});
