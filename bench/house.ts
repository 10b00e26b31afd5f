import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Leadpost, startLeadpost } from '../src/compose.ts';
import { readSettings } from '../src/settings.ts';

const silent = {
  info: () => {},
  warn: () => {},
  error: (about: object, m: string) => console.error(m, about),
};

/** A whole Leadpost on an embedded server of its own, without demo and without loops: the bench drives it. */
export async function benchHouse(
  env: Record<string, string> = {},
): Promise<{ house: Leadpost; close(): Promise<void> }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-bench-'));
  const settings = readSettings({ SANDBOX: 'true', PORT: '0', DATA_DIR: dir, ...env });
  const house = await startLeadpost(settings, silent, { demo: false, timetable: false });
  return {
    house,
    close: async () => {
      await house.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** The sink in a process of its own. */
export async function startSink(): Promise<{ port: number; stop(): void }> {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'sink.ts')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (d: Buffer) => resolve(Number(d))),
  );
  return { port, stop: () => void child.stdin.end() };
}
