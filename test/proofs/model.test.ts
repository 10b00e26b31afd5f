import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command } from './model/commands.ts';
import { type Driver, drive } from './model/drive.ts';
import { brokenInvariants, lettersTwice } from './model/invariants.ts';
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
});
