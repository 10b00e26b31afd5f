import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { alice, bob, postLead, readLead, setStage, timeline, toMondayAt } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';
import { linkTo, type Mail, tokenOf } from '../harness/mail.ts';

/** A weekly report is answered by the numbers of its rows. */

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house, { programme: { standing: {} } });
});
afterAll(() => house.stop());

let references: string[];
let report: Mail;
/** Alice has reached the customers of three leads and told nothing since. */
beforeEach(async () => {
  await toMondayAt(house, '06:00');
  references = [];
  for (let i = 0; i < 3; i++) {
    const { reference } = await postLead(house);
    const yes = linkTo((await house.newest(alice, 'offer', reference)).links, 'accept');
    await house.press(yes, { promise: 'today' });
    await house.reply(await house.newest(alice, 'accepted', reference), 'called');
    references.push(reference);
  }
  await house.advance('PT2H');
  report = await house.newest(alice, 'partner-digest');
  return async () => {
    for (const reference of references)
      await house.api('POST', `/leads/${reference}/close`, { result: 'lost', reason: 'timing' });
  };
});

/** The number of a lead's row in the report. */
function rowOf(reference: string): number {
  const rows = report.text.split(/^(?=\d+\. )/m).slice(1);
  const row = rows.find((text) => text.includes(reference));
  return Number(/^\d+/.exec(row ?? '')?.[0]);
}

const states = async (): Promise<string[]> =>
  Promise.all(references.map(async (reference) => (await readLead(house, reference)).state));
const receipts = async (): Promise<Mail[]> =>
  Promise.all((await house.messages(alice)).filter((m) => m.kind === 'receipt').map((m) => house.mailOf(m)));

test('every row is done as it is said, with one receipt and a way back for each', async () => {
  const [a, b] = references.map(rowOf);
  const before = (await receipts()).length;
  const answer = await house.reply(report, `${a} won 14k, ${b} lost price, rest unchanged`);
  expect(answer.body.state).toBe('applied');
  expect(await states()).toEqual(['won', 'lost', 'claimed']);
  const [receipt, ...more] = (await receipts()).slice(0, (await receipts()).length - before);
  expect(more).toEqual([]);
  expect(receipt?.subject).toBe('Noted for 3 leads');
  expect(receipt?.text).toMatch(/14,000/);
  const undos = receipt?.links.filter((link) => tokenOf(link)?.act === 'undo') ?? [];
  expect(new Set(undos).size).toBe(3);
  const ofWon = undos.find((link) =>
    receipt?.text.split(link)[0]?.trim().split('\n\n').at(-1)?.includes('14,000'),
  );
  await house.press(ofWon as string);
  expect(await states()).toEqual(['claimed', 'lost', 'claimed']);
  // What is said of one customer stands on no other's timeline.
  const words = (await timeline(house, references[1] as string)).map((item) => JSON.stringify(item)).join();
  expect(words).toContain('lost price');
  expect(words).not.toContain('14k');
});

test('one doubtful word and nothing is done: the mail asks which row, with an example', async () => {
  const [a, b] = references.map(rowOf);
  const doubtful = [
    'won 14k',
    `${a} won 14k, ${b} hmm maybe`,
    '77 won 14k',
    `${a} accept`,
    'rest won 14k',
    `${a} won 14k, ${a} lost price`,
  ];
  for (const words of doubtful) {
    const answer = await house.reply(report, words);
    expect([words, answer.body.state]).toEqual([words, 'proposed']);
    const asked = await house.newest(alice, 'ask');
    expect(asked.subject).toBe('Which row do you mean?');
    expect(asked.text).toContain('2 WON 14000');
  }
  expect((await house.reply(report, 'help')).body.state).toBe('applied');
  const help = await house.newest(alice, 'ask');
  expect(help.subject).toBe('This is how you can answer');
  expect(help.text).toContain('REST UNCHANGED');
  expect(await states()).toEqual(['claimed', 'claimed', 'claimed']);
});

test('a row that is given back can be taken again from the receipt', async () => {
  const [a] = references.map(rowOf);
  expect((await house.reply(report, `${a} return`)).body.state).toBe('applied');
  expect((await states())[0]).not.toBe('claimed');
  await house.advance('PT2M');
  const [receipt] = await receipts();
  await house.press(receipt?.links.find((link) => tokenOf(link)?.act === 'undo') as string);
  const { state, claim } = await readLead(house, references[0] as string);
  expect({ state, partner: claim?.partner }).toEqual({ state: 'claimed', partner: 'a' });
});

test('a mail about no lead is asked which lead it means', async () => {
  const welcome = await house.newest(alice, 'welcome');
  const [a] = references;
  expect((await house.reply(welcome, 'won 12k')).body.state).toBe('proposed');
  expect((await house.newest(alice, 'ask')).subject).toBe('Which lead is this about?');
  expect((await readLead(house, a as string)).state).toBe('claimed');
});

test('a row that the lead has left behind is named in the receipt, and the others are done', async () => {
  const [a, b] = references.map(rowOf);
  await house.api('POST', `/leads/${references[0]}/close`, { result: 'lost', reason: 'timing' });
  const answer = await house.reply(report, `${a} won 14k\n${b} won 9k`);
  expect(answer.body.state).toBe('applied');
  expect(await states()).toEqual(['lost', 'won', 'claimed']);
  const [receipt] = await receipts();
  expect(receipt?.subject).toBe('Noted for 1 lead');
  expect(receipt?.text).toContain('Not noted');
  expect((await house.reply(report, 'rest unchanged')).body.state).toBe('applied');
  await house.advance('PT2M');
  const [rest] = await receipts();
  expect(rest?.text).toContain(references[2]);
  expect(rest?.text).not.toMatch(/Not noted/);
  const last = await house.reply(report, `${a} won 14k`);
  expect(last.body.state).toBe('proposed');
  expect((await house.newest(alice, 'ask')).subject).toBe('That does not fit right now');
});

test('the rows are those of the report that is answered, and only its reader is heard', async () => {
  const first = report;
  const [a] = references.map(rowOf);
  await house.api('POST', `/leads/${references[1]}/close`, { result: 'lost', reason: 'timing' });
  await house.advance('P7D');
  expect((await house.newest(alice, 'partner-digest')).messageId).not.toBe(first.messageId);
  expect((await house.reply(first, `${a} won 14k`, { from: bob })).body.state).toBe('suspicious');
  expect((await states())[0]).toBe('claimed');
  expect((await house.reply(first, `${a} won 14k`)).body.state).toBe('applied');
  expect((await states())[0]).toBe('won');
});
