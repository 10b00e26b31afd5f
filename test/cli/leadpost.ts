import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Json } from '../harness/house.ts';
import { bareEnvironment, sharedDataDir } from '../harness/run-dir.ts';

const bin = path.resolve(import.meta.dirname, '../../scripts/leadpost');

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  /** stdout as one JSON value. */
  readonly json: Json;
}

/** A directory of its own for a test file; away from this repository's .env and data. */
export function workingDir(): string {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-cli-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const shared = workingDir();

/** Runs the real command line in a process of its own, with these settings and no others. */
export function leadpost(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd = shared,
): Promise<Ended> {
  const child = spawn(bin, args, { cwd, env: { ...bareEnvironment(), DATA_DIR: sharedDataDir(), ...env } });
  const heard = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (heard.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (heard.err += text));
  child.stdin.end();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        code,
        ...heard,
        get json() {
          if (heard.out.trim() === '') throw new Error(`no JSON, exit ${code}: ${heard.err}`);
          return JSON.parse(heard.out);
        },
      }),
    );
  });
}

/** Settings of a sandbox on a database. */
export const sandboxOn = (url: string): Record<string, string> => ({ SANDBOX: 'true', DATABASE_URL: url });

/** Settings of a real installation; nothing of it exists but what a test makes. */
export const production = (more: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  SANDBOX: 'false',
  BASE_URL: 'https://leads.acme.example',
  SECRET_KEYS: 'k1:0123456789abcdef0123456789abcdef',
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'Acme Lead Desk <leads@acme.example>',
  ...more,
});
