import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command } from './model/commands.ts';
import { type Driver, drive } from './model/drive.ts';
import { brokenInvariants, lettersTwice } from './model/invariants.ts';
import { readLeads } from './model/rows.ts';
import { openStage, type Stage } from './model/stage.ts';

/**
 * Two houses over one database and a small model of what they should do, driven by chance: MODEL_STEPS commands
 * (400 unless set) from the dice of MODEL_SEED, some of them at both houses at once.
 */
const steps = Number(process.env['MODEL_STEPS'] ?? 400);
const seed = Number(process.env['MODEL_SEED'] ?? 20_261_122);
if (process.env['MODEL_SEED']) console.info(`MODEL_SEED=${seed} MODEL_STEPS=${steps}`);

let stage: Stage;
let driver: Driver;

beforeAll(async () => {
  stage = await openStage();
  driver = drive(stage);
});
afterAll(() => stage?.close());

describe('the offer engine and its model', () => {
  test(`are of one mind after each of ${steps} commands, and every invariant holds`, async () => {
    const past: string[] = [];
    for (const [n, next] of fc.sample(command, { numRuns: steps, seed }).entries()) {
      past.push(`${n}: ${JSON.stringify(next)}`);
      const { faults, rows, doneUntil } = await driver.step(next);
      const broken = [...faults, ...(await brokenInvariants(stage, rows, doneUntil))];
      expect(broken, `seed ${seed}, ${past.slice(-3).join('\n')}`).toEqual([]);
    }
    if (process.env['MODEL_SEED']) console.info(Object.fromEntries([...driver.tally].sort()));
  }, 7_200_000);

  test('each offer letter went out once at the most', async () => {
    expect(await lettersTwice(stage)).toEqual([]);
  });

  test('faults planted in the database are seen', async () => {
    const { db } = stage.doors[0];
    const [some] = await db.query<{ id: string }>('select lead_id as id from assignments limit 1');
    const id = some?.id as string;
    const seen = async (): Promise<string> =>
      (await brokenInvariants(stage, await readLeads(db, [id]), null)).join('\n');
    expect(await seen()).toBe('');
    await db.query('drop index assignments_one_active');
    await db.query(
      `insert into assignments (id, lead_id, partner_id, contact_id, state, stage, phase, claimed_at, owes, deadline)
       select gen_random_uuid(), a.lead_id, a.partner_id, a.contact_id, 'active', 'claimed', 'claimed', now(), 'contact', now()
       from generate_series(1, 2), (select * from assignments where lead_id = $1 limit 1) a`,
      [id],
    );
    await db.query(`update facts set what = 'lead.won' where lead_id = $1 and seq = 2`, [id]);
    expect(await seen()).toMatch(/active claims.*chain of facts breaks.*counts \d+ of \d+ claims/s);
  });
});
