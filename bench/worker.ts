import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';

/**
 * A worker process as an operator runs it, beside the house that holds the directory's database.
 *
 * @param env what its settings have besides, as the relay's `SMTP_RATE`
 */
export function startWorker(dir: string, relayPort: number, env: Record<string, string> = {}): ChildProcess {
  const { PATH = '', HOME = '' } = process.env;
  return spawn(process.execPath, [path.resolve(import.meta.dirname, '../src/main.ts')], {
    env: {
      PATH,
      HOME,
      SANDBOX: 'true',
      PORT: '0',
      ROLES: 'worker',
      LOG_LEVEL: 'error',
      DATA_DIR: dir,
      SMTP_URL: `smtp://127.0.0.1:${relayPort}`,
      SMTP_SECURITY: 'none',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}
