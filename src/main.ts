import { openLog, redacted } from './compose/log.ts';
import { environment, readSettings, type Settings, SettingsError } from './settings.ts';

/** The process: settings, start, signals. Exit codes: 0 done, 1 failed, 2 usage, 78 configuration. */
const [command = 'start', ...rest] = process.argv.slice(2);
// Whoever reads our output may stop in the middle: `leadpost key list | head -1`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

if (command !== 'start' || rest.length > 0) {
  const { runCommand } = await import('./compose/commands.ts');
  process.exitCode = await runCommand(command, rest, environment(process.env), () => new Date());
} else {
  await start();
}

async function start(): Promise<void> {
  const settings = settingsOrExit();
  if (!settings) return;
  // A bug that nobody caught ends the process as ever, but is not printed as it is.
  process.on('uncaughtException', (error: Error) => {
    complain(error.stack);
    process.exit(1);
  });
  const log = openLog(settings, Boolean(process.env['LOG_LEVEL']), (line) => void process.stdout.write(line));
  try {
    // Only now: no other command needs all the rooms. What takes longest begins before they are read.
    const begun = (await import('./compose/begin.ts')).begin(settings, log);
    const { startLeadpost } = await import('./compose.ts');
    const running = await startLeadpost(settings, log, { begun });
    const { roles } = settings;
    if (settings.sandbox && roles.includes('web')) greet(running.url, running.dataDir);
    else log.info({ roles, url: running.url || null }, 'Leadpost is running');
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(running.close));
  } catch (error) {
    complain((error as Error).message);
    if (process.env['LOG_LEVEL'] === 'debug') complain((error as Error).stack);
    process.exitCode = 1;
  }
}

/** Whatever an error carries, no secret is printed. */
function complain(words: string | undefined): void {
  process.stderr.write(`${redacted(words ?? '')}\n`);
}

function settingsOrExit(): Settings | undefined {
  try {
    return readSettings(environment(process.env));
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 78;
    return undefined;
  }
}

function greet(url: string, dataDir: string | null): void {
  const kept = dataDir ? ` (data in ${dataDir})` : '';
  process.stdout.write(
    `Leadpost sandbox: open ${url}/sandbox, pick a partner's mail and press Accept.${kept}\n`,
  );
}

/** Ends in order; a process that hangs is ended all the same. */
async function stop(close: () => Promise<void>): Promise<void> {
  setTimeout(() => process.exit(1), 15_000).unref();
  await close();
}
