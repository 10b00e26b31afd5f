import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { type MatchPartner, matchLead } from '../src/lead/match.ts';
import { startEmbeddedServer } from '../src/postgres/embedded-server.ts';
import { type Figure, median, rounded } from './figure.ts';
import { crowd, crowdProgramme, someLead } from './match-crowd.ts';
import { askOracle, fillOracle } from './match-oracle.ts';

const sizes = [1_000, 10_000, 100_000] as const;
const compared = 1_000;
const slices = Number(process.env['BENCH_PAIRS'] ?? 8);
const limit = 5;

/**
 * Milliseconds to find the five best of so many partners by ten criteria, against the same criteria as one typed SQL
 * statement; and that both rank alike, for a thousand leads of each size (a difference fails the bench).
 */
export async function run(): Promise<Figure[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-bench-'));
  const server = await startEmbeddedServer({ dir, flags: ['-c', 'jit=off'] });
  const client = new pg.Client(server.connection);
  try {
    await client.connect();
    const figures: Figure[] = [];
    for (const size of sizes) figures.push(await measure(client, size));
    return figures;
  } finally {
    await client.end();
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function measure(client: pg.Client, size: number): Promise<Figure> {
  const partners = crowd(size);
  await fillOracle(client, partners);
  const leads = size >= 100_000 ? compared / 10 : compared;
  let seed = 0;
  for (; seed < leads; seed += 1) {
    const theirs = await askOracle(client, someLead(seed), limit);
    const ours = best(partners, seed);
    if (ours.join() !== theirs.join())
      throw new Error(`lead ${seed} of ${size}: ${ours.join()} is not ${theirs.join()}`);
  }
  const times: { ours: number; peer: number }[] = [];
  for (let slice = 0; slice < slices; slice += 1) {
    const seeds = Array.from({ length: 20 }, () => seed++);
    times.push({
      ours: await msEach(seeds, async (n) => best(partners, n)),
      peer: await msEach(seeds, (n) => askOracle(client, someLead(n), limit)),
    });
  }
  return {
    name: size === 10_000 ? 'match' : `match_${size / 1_000}k`,
    value: rounded(median(times.map((t) => t.ours)), 3),
    unit: `ms a lead, ${size} partners`,
    peer: 'typed SQL',
    peer_value: rounded(median(times.map((t) => t.peer)), 3),
    ratio: rounded(median(times.map((t) => t.peer / t.ours)), 2),
    // The goal is said of many partners: with few, a trip to the database is all there is to save.
    ...(size >= 10_000 ? { goal: 2 } : {}),
  };
}

const best = (partners: readonly MatchPartner[], seed: number): string[] =>
  matchLead({
    lead: someLead(seed),
    programme: crowdProgramme,
    version: 1,
    partners,
    at: new Date(1.75e12),
    hash: (told) => createHash('sha256').update(told).digest().readUIntBE(0, 6) / 2 ** 48,
    limit,
  }).ranked.map((r) => r.partner.id);

async function msEach(seeds: readonly number[], work: (seed: number) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  for (const seed of seeds) await work(seed);
  return (performance.now() - began) / seeds.length;
}
