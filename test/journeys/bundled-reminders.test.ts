import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { wakeOneLead } from '../../src/dispatch/wake-lead.ts';
import { setClock } from '../../src/postgres/clock.ts';
import { alice, bob, postLead, setStage, told, toMonday } from '../harness/cast.ts';
import { eventually, type House, startHouse } from '../harness/house.ts';
import { linkTo, type Mail, tokenOf } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house, { programme: { standing: {} } });
});
afterAll(() => house.stop());

let references: string[];
/** Alice owes a word on three leads by Monday, five in the afternoon; Bob on one. */
beforeEach(async () => {
  await toMonday(house);
  references = [];
  for (const who of [alice, alice, alice, bob]) {
    const { reference } = await postLead(house);
    const yes = linkTo((await house.newest(who, 'offer', reference)).links, 'accept');
    expect((await house.press(yes, { promise: 'today' })).status).toBe(303);
    references.push(reference);
  }
});

const hers = (): string[] => references.slice(0, 3);
const closeAll = async (): Promise<void> => {
  for (const reference of references)
    await house.api('POST', `/leads/${reference}/close`, { result: 'lost', reason: 'timing' });
};

/** The lead a mail is about is named by its subject. */
const whole = (mail: Mail | undefined): string => `${mail?.subject}\n${mail?.text}`;

/** Reminders to somebody about the leads of this test. */
async function reminders(who: string): Promise<Mail[]> {
  const mails = (await house.messages(who)).filter((m) => m.kind === 'reminder');
  const read = await Promise.all(mails.map((m) => house.mailOf(m)));
  return read.filter((mail) => references.some((reference) => whole(mail).includes(reference)));
}

const claimIn = (mail: Mail, act: string): string[] =>
  mail.links.filter((link) => tokenOf(link)?.act === act).map((link) => String(tokenOf(link)?.obj));

test('several reminders due for one person at the same time are one mail, each lead with its own buttons', async () => {
  await house.advance('PT8H');
  const [mail, ...more] = await reminders(alice);
  expect(more).toEqual([]);
  for (const reference of hers()) expect(whole(mail)).toContain(reference);
  expect(whole(mail)).not.toContain(references[3]);
  for (const act of ['contacted', 'not-reached', 'return'])
    expect(new Set(claimIn(mail as Mail, act)).size).toBe(3);
  const all = mail?.links.find((link) => link.endsWith('/updates')) as string;
  const page = await house.get(all);
  for (const reference of hers()) expect(page.html).toContain(reference);
  expect(await reminders(bob)).toHaveLength(1);
  for (const reference of references) expect(await told(house, reference)).toContain('reminder.sent');
  // The button of a lead that came along does what it says, on that lead.
  const [first, second] = mail?.links.filter((link) => tokenOf(link)?.act === 'contacted') ?? [];
  expect(tokenOf(first as string)?.obj).not.toBe(tokenOf(second as string)?.obj);
  expect((await house.press(second as string)).status).toBe(200);
  const reported = [];
  for (const reference of hers())
    if ((await told(house, reference)).includes('status.reported')) reported.push(reference);
  expect(reported).toHaveLength(1);
  await closeAll();
});

test('whoever has said a word on one is reminded of the others alone', async () => {
  const [said = ''] = hers();
  await house.press(linkTo((await house.newest(alice, 'accepted', said)).links, 'contacted'));
  await house.advance('PT8H');
  const [mail, ...more] = await reminders(alice);
  expect(more).toEqual([]);
  expect(whole(mail)).not.toContain(said);
  for (const reference of hers().slice(1)) expect(whole(mail)).toContain(reference);
  await closeAll();
});

test('what stands in one mail counts as reminded: each lead is a debt a working day later', async () => {
  await house.advance('PT8H');
  expect(await reminders(alice)).toHaveLength(1);
  await house.advance('P1D');
  const { debt } = (await house.api('GET', '/partners/a/standing')).body;
  expect(debt.map((d: { lead: string }) => d.lead).sort()).toEqual([...hers()].sort());
  await closeAll();
});

test('leads that are woken in the same moment by several hands are still one mail', async () => {
  const { deps } = house.running;
  const [, , third] = references;
  await house.api('POST', `/leads/${third}/close`, { result: 'lost', reason: 'timing' });
  const monday = await house.now();
  await setClock(deps.db, new Date(monday.getTime() + 8 * 3_600_000));
  // Neither gets as far as posting before the other has begun.
  let locked = (): void => {};
  let release = (): void => {};
  const isLocked = new Promise<void>((resolve) => (locked = resolve));
  const isOver = new Promise<void>((resolve) => (release = resolve));
  const keeper = deps.db.inTransaction(async (tx) => {
    await tx.query('lock table letters in share mode');
    locked();
    await isOver;
  });
  await isLocked;
  const hands = [wakeOneLead(deps), wakeOneLead(deps)];
  await eventually(async () => {
    const waiting = await deps.db.query<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(waiting).toEqual([{ n: 2 }]);
  });
  release();
  await Promise.all([keeper, ...hands]);
  const counted = await deps.db.query<{ letters: number; along: number }>(
    `select count(distinct m.id)::int as letters, count(b.key)::int as along
     from letters m left join bundled_reminders b on b.letter_key = m.key
     where m.kind = 'reminder' and m.to_address = $1 and m.created_at >= $2`,
    [alice, monday],
  );
  expect(counted).toEqual([{ letters: 1, along: 1 }]);
  await closeAll();
});
