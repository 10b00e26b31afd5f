import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Account, unprivileged } from './account.ts';
import { freePort } from './free-port.ts';

const program = '/usr/sbin/dovecot';

/** A mail server of its own: LMTP takes mail in, IMAP shows it. */
export interface Dovecot {
  readonly dir: string;
  readonly imapPort: number;
  readonly lmtpPort: number;
  /** Starts it (again, on the same ports and with the same mail). */
  start(): Promise<void>;
  /** Ends it in order, or with SIGKILL as a power cut would. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Stops it and removes its mail. */
  remove(): Promise<void>;
  /** Where a user's mails lie. */
  maildir(user: string): string;
}

/** @param users local parts with passwords; the domain of an address does not matter, nor what follows a `+` */
export async function startDovecot(users: Readonly<Record<string, string>>): Promise<Dovecot> {
  if (!existsSync(program)) throw new Error(`there is no ${program}; run scripts/install-services`);
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-dovecot-'));
  const owner = unprivileged('nobody');
  const ports = { imap: await freePort(), lmtp: await freePort() };
  for (const part of ['run', 'mail', 'state']) mkdirSync(path.join(dir, part));
  chmodSync(dir, 0o755);
  if (process.getuid?.() === 0) chownSync(path.join(dir, 'mail'), owner.uid, owner.gid);
  const line = ([user, password]: [string, string]) =>
    `${user}:{PLAIN}${password}:${owner.uid}:${owner.gid}::${dir}/mail/${user}::\n`;
  writeFileSync(path.join(dir, 'users'), Object.entries(users).map(line).join(''));
  writeFileSync(path.join(dir, 'dovecot.conf'), config(dir, ports, owner));
  const server = runner(dir, ports.imap);
  await server.start();
  return {
    dir,
    imapPort: ports.imap,
    lmtpPort: ports.lmtp,
    ...server,
    remove: async () => {
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    },
    maildir: (user) => path.join(dir, 'mail', user, 'Maildir'),
  };
}

function runner(dir: string, port: number): Pick<Dovecot, 'start' | 'stop'> {
  let running: { kill(signal: NodeJS.Signals): boolean; gone: Promise<void>; pid: number } | undefined;
  const start = async (): Promise<void> => {
    const child = spawn(program, ['-F', '-c', path.join(dir, 'dovecot.conf')], { stdio: 'ignore' });
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    running = { kill: (signal) => child.kill(signal), gone, pid: child.pid as number };
    for (let tries = 0; !(await greets(port)); tries++) {
      if (child.exitCode !== null || tries > 400) throw new Error(`Dovecot did not start: ${logOf(dir)}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const stop = async (signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> => {
    const ending = running;
    running = undefined;
    ending?.kill(signal);
    await ending?.gone;
    // Killed, the master leaves its children; they end by themselves once they notice, but keep the ports until then.
    while (await greets(port)) await new Promise((resolve) => setTimeout(resolve, 25));
  };
  return { start, stop };
}

const logOf = (dir: string): string => {
  const file = path.join(dir, 'dovecot.log');
  return existsSync(file) ? readFileSync(file, 'utf8').slice(-2_000) : 'no log';
};

function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(1_000, () => end(false));
    socket.once('data', () => end(true));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** Nothing but loopback, nothing outside its directory. */
function config(dir: string, ports: { imap: number; lmtp: number }, owner: Account): string {
  const isRoot = process.getuid?.() === 0;
  const group = isRoot ? '' : nameOfGroup(owner.gid);
  const here = isRoot ? '' : 'chroot =\n';
  return `
base_dir = ${dir}/run
state_dir = ${dir}/state
log_path = ${dir}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
first_valid_uid = 1
default_internal_user = ${isRoot ? 'dovecot' : owner.name}
default_internal_group = ${isRoot ? 'dovecot' : group}
default_login_user = ${isRoot ? 'dovenull' : owner.name}
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 50
imap_idle_notify_interval = 29 mins
recipient_delimiter = +
passdb {
  driver = passwd-file
  args = username_format=%n ${dir}/users
}
userdb {
  driver = passwd-file
  args = username_format=%n ${dir}/users
}
namespace inbox {
  inbox = yes
  separator = /
}
protocol lmtp {
  auth_username_format = %n
  postmaster_address = postmaster@localhost
}
service imap-login {
${here}  inet_listener imap {
    address = 127.0.0.1
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = 0
  }
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${ports.lmtp}
  }
}
service anvil {
${here}}
service stats {
${here}}
`;
}

function nameOfGroup(gid: number): string {
  const entries = readFileSync('/etc/group', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  return entries.find((entry) => Number(entry[2]) === gid)?.[0] ?? String(gid);
}
