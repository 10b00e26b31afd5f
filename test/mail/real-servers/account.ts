import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/** An account of this machine. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * Who a service runs as: ourselves, or, when we are root (which PostgreSQL and Dovecot's mail processes refuse), the
 * first of these accounts that exists.
 */
export function unprivileged(...names: readonly string[]): Account {
  const { username, uid, gid } = userInfo();
  if (uid !== 0) return { name: username, uid, gid };
  const entries = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of names) {
    const found = entries.find((entry) => entry[0] === name);
    if (found) return { name, uid: Number(found[2]), gid: Number(found[3]) };
  }
  throw new Error(`none of the accounts ${names.join(', ')} exists; run scripts/install-services`);
}
