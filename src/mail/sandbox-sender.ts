import type { MailRoom } from '../dispatch/deps.ts';

/**
 * The sandbox's "relay": the stored bytes are the mailbox, nothing leaves the machine. Addresses whose local part
 * begins with `bounce` are refused, so that the sandbox can show what happens then.
 */
export const sandboxSend: MailRoom['send'] = async (envelope) =>
  envelope.to.toLowerCase().startsWith('bounce')
    ? { kind: 'permanent', error: '550 5.1.1 the sandbox refuses addresses that begin with "bounce"' }
    : { kind: 'sent', response: '250 2.0.0 kept in the sandbox' };
