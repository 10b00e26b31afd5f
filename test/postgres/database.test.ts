import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../src/postgres/database.ts';
import { freshDatabase, type TestDatabase } from '../harness/database.ts';

let made: TestDatabase;
let db: Database;

beforeAll(async () => {
  made = await freshDatabase();
  db = openDatabase(made.connection, { max: 4 });
  await db.query('create table accounts (id integer primary key, balance integer not null)');
  await db.query('insert into accounts values (1, 10), (2, 10)');
});
afterAll(async () => {
  await db.close();
  await made.drop();
});

const balance = async (id: number): Promise<unknown> =>
  (await db.query<{ balance: number }>('select balance from accounts where id = $1', [id]))[0]?.balance;

describe('a transaction', () => {
  test('tells the failure of a statement that nobody waited for, not its echo', async () => {
    const work = db.inTransaction(async (tx) => {
      tx.send('insert into accounts values (1, 0)');
      await tx.query('select balance from accounts where id = 2');
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
  });

  test('says of a failed statement who asked it', async () => {
    const failed = await db.inTransaction((tx) => tx.query('select 1 / 0')).catch((error: Error) => error);
    expect((failed as Error).message).toBe('division by zero');
    expect((failed as Error).stack).toContain(import.meta.filename);
  });

  test('is tried again after a deadlock that only such a statement met', async () => {
    let both = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    const move = async (from: number, to: number): Promise<void> => {
      await db.inTransaction(async (tx) => {
        await tx.query('update accounts set balance = balance - 1 where id = $1', [from]);
        both += 1;
        if (both === 2) resolve();
        await promise;
        tx.send('update accounts set balance = balance + 1 where id = $1', [to]);
        await tx.query('select 1');
      });
    };
    await Promise.all([move(1, 2), move(2, 1)]);
    expect(both).toBeGreaterThan(2);
    expect([await balance(1), await balance(2)]).toEqual([10, 10]);
  });

  test('answers a question that was asked ahead, once', async () => {
    const question = { text: 'select balance from accounts where id = $1', values: [1] };
    const seen = await db.inTransaction(
      async (tx) => {
        await tx.query('update accounts set balance = balance + 1 where id = 1');
        const before = await tx.query<{ balance: number }>(question.text, question.values);
        const after = await tx.query<{ balance: number }>(question.text, question.values);
        await tx.query('update accounts set balance = balance - 1 where id = 1');
        return [before[0]?.balance, after[0]?.balance];
      },
      { ahead: [question] },
    );
    expect(seen).toEqual([10, 11]);
  });

  test('leaves nothing behind when its work throws', async () => {
    const work = db.inTransaction(async (tx) => {
      tx.send('update accounts set balance = 0');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect(await balance(2)).toBe(10);
  });
});
