import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { crowd, crowdProgramme, someLead } from '../../bench/match-crowd.ts';
import { askOracle, fillOracle } from '../../bench/match-oracle.ts';
import { explainMatch, matchLead } from '../../src/lead/match.ts';
import { emptyDatabase, type TestDatabase } from '../harness/database.ts';

let database: TestDatabase;
let client: pg.Client;
const partners = crowd(400, 7);
const limit = 8;

beforeAll(async () => {
  database = await emptyDatabase();
  client = new pg.Client(database.connection);
  await client.connect();
  await fillOracle(client, partners);
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const matched = (seed: number) => ({
  lead: someLead(seed),
  programme: crowdProgramme,
  version: 1,
  partners,
  at: new Date(1.75e12),
  hash: () => 0.5,
  limit,
});

test('ten criteria rank partners as the same rules written in SQL do', async () => {
  for (let seed = 0; seed < 300; seed += 1) {
    const ours = matchLead(matched(seed)).ranked.map((r) => r.partner.id);
    expect(ours, `lead ${seed}`).toEqual(await askOracle(client, someLead(seed), limit));
  }
});

test('the explanation comes to the very scores of the ranking', () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const rows = new Map(explainMatch(matched(seed)).partners.map((row) => [row.partner, row]));
    for (const { partner, score } of matchLead(matched(seed)).ranked) {
      expect(rows.get(partner.external_id)?.score).toBe(score);
    }
  }
});
