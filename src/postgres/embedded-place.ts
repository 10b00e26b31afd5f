import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The account the server runs as; `switched` when it is not ours (PostgreSQL refuses to run as root). */
export type Account = { ids: { uid?: number; gid?: number }; switched: boolean };

/** Where one embedded server keeps its things. */
export type Place = {
  /** PostgreSQL's data directory. */
  dataDir: string;
  /** Private directory of the Unix socket; short, because a socket's path is limited to 107 bytes. */
  socketDir: string;
  startLock: string;
  lifeline: string;
  serverLog: string;
};

/** Chooses the account for a server whose files are to lie in `dir`. */
export function serverAccount(dir: string): Account {
  if (process.getuid?.() !== 0) return { ids: {}, switched: false };
  const owner = fs.statSync(dir, { throwIfNoEntry: false });
  // Data of an ordinary account stays with it when root looks in, for example with the command line.
  if (owner !== undefined && owner.uid !== 0) {
    return { ids: { uid: owner.uid, gid: owner.gid }, switched: true };
  }
  return { ids: unprivilegedIds(), switched: true };
}

/** Makes the directories of a server, moved to /var/lib when `account` cannot reach `dir`. */
export function preparePlace(dir: string, account: Account): Place {
  const parent = path.dirname(path.resolve(dir));
  fs.mkdirSync(parent, { recursive: true });
  const wanted = path.join(fs.realpathSync(parent), path.basename(dir));
  const mark = createHash('sha256').update(wanted).digest('hex').slice(0, 10);
  const moved = path.join('/var/lib', `leadpost-${mark}`);
  // Once data lies there it stays there, even if somebody opens the directories later.
  const home = account.switched && (fs.existsSync(moved) || !reachable(parent, account)) ? moved : wanted;
  makePrivate(home, account);
  const socketDir = path.join(os.tmpdir(), `leadpost-${account.ids.uid ?? process.getuid?.() ?? 0}-${mark}`);
  makePrivate(socketDir, account);
  return {
    dataDir: path.join(home, 'cluster'),
    socketDir,
    startLock: path.join(home, 'start.lock'),
    lifeline: path.join(home, 'lifeline'),
    serverLog: path.join(home, 'server.log'),
  };
}

function unprivilegedIds(): { uid: number; gid: number } {
  const accounts = fs
    .readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'node', 'nobody']) {
    const account = accounts.find((fields) => fields[0] === name);
    if (account !== undefined) return { uid: Number(account[2]), gid: Number(account[3]) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and this machine has no account postgres, node or nobody. ' +
      'Start as another user, or set DATABASE_URL to a PostgreSQL of your own.',
  );
}

function reachable(dir: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', 'test -x "$0"', dir], { ...account.ids, cwd: '/' }).status === 0;
}

function makePrivate(dir: string, account: Account): void {
  fs.mkdirSync(dir, { recursive: true, mode: 0o700 });
  const { uid, gid } = account.ids;
  const found = fs.lstatSync(dir);
  if (uid !== undefined && gid !== undefined && found.isDirectory() && found.uid === process.getuid?.()) {
    fs.chmodSync(dir, 0o700);
    fs.chownSync(dir, uid, gid);
  }
  // Everybody on the machine can write to the temporary directory: "trust" is safe only in a directory of ours.
  const { uid: owner, mode } = fs.lstatSync(dir);
  if (!found.isDirectory() || owner !== (uid ?? process.getuid?.()) || (mode & 0o077) !== 0) {
    throw new Error(
      `${dir} has to be a private directory of the account that runs PostgreSQL, but belongs to user ${owner} with ` +
        `mode ${(mode & 0o777).toString(8)}. Start as that user, correct the owner and mode, or set DATABASE_URL.`,
    );
  }
}
