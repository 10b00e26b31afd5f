import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Leadpost, startLeadpost } from '../src/compose.ts';
import type { Deps } from '../src/dispatch/deps.ts';
import { receiveLead } from '../src/dispatch/receive-lead.ts';
import { registerPartner } from '../src/dispatch/register.ts';
import { readSettings } from '../src/settings.ts';

export const silent = {
  info: () => {},
  warn: () => {},
  error: (about: object, m: string) => console.error(m, about),
};

/** A whole Leadpost on an embedded server of its own, without demo and without loops: the bench drives it. */
export async function benchHouse(
  env: Record<string, string> = {},
): Promise<{ house: Leadpost; dir: string; close(): Promise<void> }> {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-bench-'));
  const settings = readSettings({ SANDBOX: 'true', PORT: '0', DATA_DIR: dir, ...env });
  const house = await startLeadpost(settings, silent, { demo: false, timetable: false });
  return {
    house,
    dir,
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

/** Partners who sell what the leads ask for. */
export async function enrol(deps: Deps, count = 12): Promise<void> {
  for (let i = 0; i < count; i++) {
    const id = `p${i}`;
    await registerPartner(deps, {
      external_id: id,
      name: `Partner ${i} GmbH`,
      kind: 'reseller',
      level: 'silver',
      parent: null,
      territories: ['DE'],
      location: null,
      products: ['heat-pump'],
      certifications: [],
      industries: [],
      languages: [],
      capacity_open: null,
      capacity_week: null,
      calendar: { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
      timezone: 'Europe/Berlin',
      cam: null,
      custom: {},
      contacts: [
        {
          external_id: `c${i}`,
          name: `Contact ${i}`,
          email: `c${i}@${id}.example`,
          phone: null,
          role: 'owner',
          language: 'en',
          timezone: 'Europe/Berlin',
        },
      ],
    });
  }
}

let nth = 0;

/** A complete lead, offered to as many of them as the programme says. */
export async function someLead(deps: Deps): Promise<void> {
  nth += 1;
  const got = await receiveLead(
    deps,
    {
      external_id: null,
      source: 'bench',
      campaign: null,
      cost: null,
      program: null,
      dispatch: true,
      temperature: 'hot',
      quality: 'pre_qualified',
      summary: 'Heat pump for a detached house, replaces an oil boiler',
      brief:
        'Spoke with the owner for ten minutes. House of 180 m², radiators from 2004, gas contract ends in six weeks. Wants a quote that names the subsidy.',
      products: ['heat-pump'],
      industries: [],
      languages: ['de'],
      value: { minor: 2_800_000, currency: 'EUR' },
      expected_close: null,
      prospect: {
        // Nobody asks twice, and nobody lives next door: what happens to leads that look alike is not measured here.
        name: `Maria Sample ${nth}`,
        company: null,
        email: `maria.${nth}@customer.example`,
        phone: `+49731${555_000 + nth}`,
        street: 'Hauptstr. 5',
        postal_code: `${10_000 + (nth % 89_000)}`,
        city: 'Ulm',
        country: 'DE',
        language: 'de',
        lat: null,
        lon: null,
      },
      consent: { given: true, at: null, text: null, scope: ['share'] },
      custom: {},
    },
    { who: { kind: 'key', id: 'bench' }, channel: 'api' },
  );
  if (!got.ok) throw new Error(JSON.stringify(got.refusal));
}
