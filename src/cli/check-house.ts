import { createLinks } from '../letters/signed-links.ts';
import type { Settings } from '../settings.ts';
import { bad, type Check, good, skipped } from './doctor-command.ts';
import type { Room } from './room.ts';

/** Database, clock, zones, and the address in every link. */
export async function* checkHouse(room: Room): AsyncGenerator<Check> {
  yield* checkDatabase(room);
  yield checkZone(room);
  yield* checkBaseUrl(room.settings());
}

const mostDrift = 5_000;

async function* checkDatabase(room: Room): AsyncGenerator<Check> {
  const before = room.now().getTime();
  let state: Awaited<ReturnType<Room['databaseState']>>;
  try {
    state = await room.databaseState();
  } catch (error) {
    yield bad(
      'database',
      (error as Error).message || String(error),
      databaseFix((error as { code?: string }).code ?? ''),
    );
    return;
  }
  const after = room.now().getTime();
  const major = Number.parseInt(state.version, 10);
  yield major >= 15
    ? good('database', `PostgreSQL ${state.version}${state.processes > 0 ? ', Leadpost runs on it' : ''}`)
    : bad('database', `PostgreSQL ${state.version}`, 'Leadpost needs PostgreSQL 15 or newer.');
  if (state.unknown.length > 0)
    yield bad(
      'migrations',
      `a newer version has made ${state.unknown.join(', ')}`,
      'Use the version of Leadpost that this database was migrated by.',
    );
  else if (state.pending.length > 0)
    yield bad('migrations', `missing: ${state.pending.join(', ')}`, 'Run leadpost migrate.');
  else yield good('migrations', 'up to date');
  if (state.now) yield checkClock(state.now.getTime(), before, after);
}

/** The database answered between two looks at our own clock; anything outside of that is a difference. */
function checkClock(theirs: number, before: number, after: number): Check {
  const drift = theirs < before ? theirs - before : Math.max(0, theirs - after);
  const says = `the database is ${Math.abs(drift) / 1000} s ${drift < 0 ? 'behind' : 'ahead of'} this machine`;
  if (Math.abs(drift) > mostDrift)
    return bad('clock', says, 'Let both machines set their clocks by NTP; Leadpost goes by the database’s.');
  return good('clock', Math.abs(drift) < 1000 ? 'database and this machine agree' : says);
}

function databaseFix(code: string): string {
  if (code === 'ECONNREFUSED')
    return 'Nothing listens there: check the host and port of DATABASE_URL, and that PostgreSQL runs.';
  if (code === 'ENOTFOUND')
    return 'The host of DATABASE_URL is not known. Inside a container, localhost is the container itself.';
  if (code === '28P01' || code === '28000')
    return 'User or password of DATABASE_URL is wrong; write @ # / in the password as %40 %23 %2F.';
  if (code === '3D000') return 'Create the database: createdb NAME.';
  return 'Check DATABASE_URL and that this machine may reach the server.';
}

/** A Node without full zone data takes any name for UTC. */
function checkZone(room: Room): Check {
  const { zone } = room.settings();
  const hour = (month: number): string =>
    new Intl.DateTimeFormat('en', { timeZone: 'Europe/Berlin', hour: '2-digit', hourCycle: 'h23' }).format(
      new Date(Date.UTC(2026, month, 1, 12)),
    );
  if (hour(0) === hour(6))
    return bad(
      'zones',
      'this Node knows no summer time',
      'Use the Node that came with npm ci, or one with full-icu.',
    );
  const time = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(room.now());
  return good('zones', `it is ${time} in ${zone}`);
}

async function* checkBaseUrl(settings: Settings): AsyncGenerator<Check> {
  const { baseUrl, sandbox } = settings;
  if (baseUrl === null) {
    yield skipped('BASE_URL', 'not set; the sandbox uses its own port');
    return;
  }
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(new URL(baseUrl).hostname);
  if (local && !sandbox)
    yield bad(
      'BASE_URL',
      `${baseUrl} is this machine`,
      'Set BASE_URL to the address under which people reach Leadpost; it stands in every mail.',
    );
  else yield await reach(baseUrl);
  yield checkLength(settings, baseUrl);
}

async function reach(baseUrl: string): Promise<Check> {
  try {
    const answer = await fetch(`${baseUrl}/livez`, {
      signal: AbortSignal.timeout(10_000),
      redirect: 'manual',
    });
    await answer.body?.cancel();
    if (answer.status === 200) return good('BASE_URL', `${baseUrl} answers`);
    return bad(
      'BASE_URL',
      `${baseUrl}/livez answers ${answer.status}`,
      'The proxy must pass every path on to Leadpost unchanged, and redirect none.',
    );
  } catch (error) {
    const cause = (error as { cause?: { code?: string; message?: string } }).cause;
    const says = `${baseUrl} does not answer: ${cause?.code ?? cause?.message ?? (error as Error).message}`;
    return bad(
      'BASE_URL',
      says,
      'Start Leadpost, and check DNS, the certificate and the proxy in front of it.',
    );
  }
}

const longestUrl = 330;

/** The longest link there is; mail programs and gateways break longer ones. */
function checkLength({ secretKeys }: Settings, baseUrl: string): Check {
  const id = 'ffffffff-ffff-7fff-bfff-ffffffffffff';
  const keys =
    secretKeys.length > 0
      ? secretKeys
      : [{ kid: 'long', secret: 'only its length counts, thirty-two bytes' }];
  const claim = { sub: id, obj: id, act: 'prospect-unneeded', ver: 1 } as const;
  const { length } = createLinks({ keys, baseUrl }).url('prefs', claim, new Date(Date.UTC(2026, 0)));
  if (length < longestUrl) return good('link length', `${length} characters at most`);
  return bad(
    'link length',
    `${length} characters`,
    `Links must stay under ${longestUrl} characters: shorten BASE_URL by ${length - longestUrl + 1}.`,
  );
}
