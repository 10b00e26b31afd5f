import { migrateToLatest } from '../postgres/migrate.ts';
import { parseReplyFile } from '../mail/parse-file.ts';
import { readSettings, SettingsError } from '../settings.ts';

/** Every command but `start`. @returns the exit code: 0 done, 1 failed, 2 usage, 78 configuration */
export async function runCommand(name: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<number> {
  return 2;
}
