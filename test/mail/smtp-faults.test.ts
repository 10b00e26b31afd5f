import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSmtp, type Patience } from '../../src/mail/smtp-sender.ts';
import { unpacked } from '../../src/postgres/stored-bytes.ts';
import { alice, bob, dora, emil, postLead, readLead, setStage } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { query } from '../harness/server.ts';
import { type Fault, type Sink, type Stage, startSink } from './sink.ts';

/** Letters through deliverLetters on a real database to a relay that goes wrong; the sandbox's clock, no sleeping. */
let sink: Sink;
let house: House;
let closeSmtp: () => void;
let user: string | null;
let patience: Partial<Patience>;

beforeEach(async () => {
  sink = await startSink();
  user = null;
  patience = {};
});

afterEach(async () => {
  closeSmtp?.();
  await house?.stop();
  await sink.stop();
});

/** A house whose letters go to the sink, with everybody on stage and one lead on offer, not yet sent. */
async function open(more: { programme?: Json; env?: Record<string, string> } = {}): Promise<Json> {
  const relay = { host: '127.0.0.1', port: sink.port, user, pass: 'secret', security: 'none' as const };
  const smtp = openSmtp(relay, { silence: 20_000, untilDot: 20_000, ...patience });
  closeSmtp = smtp.close;
  house = await startHouse({ timetable: false, send: smtp.send, ...(more.env ? { env: more.env } : {}) });
  await setStage(house, { programme: more.programme });
  return postLead(house);
}

interface LetterRow {
  readonly id: string;
  readonly to_address: string;
  readonly kind: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly message_id: string;
  readonly offer: string | null;
  readonly raw: Buffer | null;
  readonly due_in: number;
}

/** Follow from what happens to the others, and are looked at elsewhere. */
const besides = ['welcome', 'bounce-notice', 'operator'];

/** What arrived, but for those. */
const arrived = (): Sink['copies'] =>
  sink.copies.filter(
    ({ raw }) => !besides.includes(/^X-Leadpost-Kind: (\S+)/im.exec(raw.toString('latin1'))?.[1] ?? ''),
  );

async function letters(): Promise<LetterRow[]> {
  const found = await query(
    house.database.connection,
    `select l.id, l.to_address, l.kind, l.state, l.attempts, l.last_error, l.message_id, o.state as offer, b.raw,
       round(extract(epoch from l.due_at - clock_timestamp()) - i.clock_offset_ms / 1000.0)::int as due_in
     from letters l left join offers o on o.id = l.offer_id left join letter_bytes b on b.letter_id = l.id
       cross join installation i
     where l.kind not in ('${besides.join("', '")}')
     order by l.created_at, l.id`,
  );
  return (found.rows as LetterRow[]).map((row) => ({ ...row, raw: row.raw && unpacked(row.raw) }));
}

const statesOf = async (): Promise<string[]> => (await letters()).map((l) => l.state);
const pass = (duration: string): Promise<Json> => house.advance(duration);

/** At a stage, the first `times` times, for whom it may concern. */
function faultAt(stage: Stage, fault: Fault, times = Number.POSITIVE_INFINITY, whom = ''): void {
  let left = times;
  sink.misbehave((now, to) => {
    if (now !== stage || !to.includes(whom) || left <= 0) return undefined;
    left -= 1;
    return fault;
  });
}

/** Every letter arrived, with the stored bytes each time, and so often. */
async function expectCopies(most: number): Promise<void> {
  for (const letter of await letters()) {
    const copies = sink.copiesOf(letter.message_id);
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.length).toBeLessThanOrEqual(most);
    for (const copy of copies) {
      expect(copy.to).toBe(letter.to_address);
      expect(copy.raw.equals(letter.raw as Buffer)).toBe(true);
    }
  }
}

describe('what passes is tried again', () => {
  it('a relay that is down gets the same bytes once it is up, after the backoff', async () => {
    await sink.stop();
    await open();
    await pass('PT1S');
    const before = await letters();
    expect(before.map((l) => [l.state, l.attempts])).toEqual([
      ['due', 1],
      ['due', 1],
      ['due', 1],
    ]);
    await sink.start();
    await pass('PT50S');
    expect(arrived()).toHaveLength(0);
    await pass('PT15S');
    const after = await letters();
    expect(after.map((l) => [l.state, l.offer])).toEqual([
      ['sent', 'sent'],
      ['sent', 'sent'],
      ['sent', 'sent'],
    ]);
    expect(after.map((l) => l.raw?.toString('hex'))).toEqual(before.map((l) => l.raw?.toString('hex')));
    await expectCopies(1);
  });

  it('a relay that stays down sees longer and longer pauses', async () => {
    await sink.stop();
    await open();
    await pass('PT1S');
    const pauses: number[] = [];
    for (const minutes of [1, 5, 15]) {
      pauses.push(Math.round(((await letters())[0]?.due_in ?? 0) / 60));
      await pass(`PT${minutes}M1S`);
    }
    expect(pauses).toEqual([1, 5, 15]);
  });

  it.each<[Stage, Fault]>([
    ['connect', '421 4.3.2 too busy'],
    ['ehlo', '421 4.3.2 shutting down'],
    ['mail', '452 4.3.1 no space'],
    ['rcpt', '450 4.2.0 greylisted, try again later'],
    ['rcpt', '451 4.3.0 local error'],
    ['data', '451 4.3.0 local error'],
    ['dot', '451 4.3.0 queue file write error'],
    ['dot', '452 4.3.1 no space'],
    ['dot', '421 4.3.0 shutting down'],
  ])('at %s: %s', async (stage, fault) => {
    await open();
    faultAt(stage, fault);
    await pass('PT1S');
    expect((await letters()).map((l) => [l.state, l.offer, l.attempts])).toEqual(
      Array(3).fill(['due', 'scheduled', 1]),
    );
    expect(arrived()).toHaveLength(0);
    sink.misbehave(undefined);
    await pass('PT1M5S');
    expect(await statesOf()).toEqual(['sent', 'sent', 'sent']);
    await expectCopies(1);
  });

  it.each<[Stage, Fault]>([
    ['connect', 'silence'],
    ['connect', 'rst'],
    ['ehlo', 'fin'],
    ['mail', 'silence'],
    ['rcpt', 'rst'],
    ['data', 'fin'],
  ])('nothing was handed over yet: at %s %s', async (stage, fault) => {
    patience = { untilDot: 1_500 };
    await open();
    faultAt(stage, fault);
    await pass('PT1S');
    const failed = await letters();
    expect(failed.map((l) => [l.state, l.last_error?.startsWith('may have arrived')])).toEqual(
      Array(3).fill(['due', false]),
    );
    sink.misbehave(undefined);
    await pass('PT1M5S');
    expect(await statesOf()).toEqual(['sent', 'sent', 'sent']);
    await expectCopies(1);
  });

  it('a reader whose server keeps ours waiting keeps nobody else waiting', async () => {
    patience = { silence: 60_000, untilDot: 2_000 };
    await open();
    faultAt('rcpt', 'silence', Number.POSITIVE_INFINITY, bob);
    await pass('PT1S');
    const all = await letters();
    expect(
      all
        .filter((l) => l.state === 'sent')
        .map((l) => l.to_address)
        .sort(),
    ).toEqual([alice, dora].sort());
    expect(all.find((l) => l.to_address === bob)?.state).toBe('due');
  });
});

describe('what is final ends the offer, and the lead goes on', () => {
  const oneByOne = { distribution: { mode: 'sequence', size: 1, waves: 4 } };

  it.each<[Stage, Fault]>([
    ['rcpt', '550 5.1.1 no such user'],
    ['mail', '552 5.3.4 message too large'],
    ['data', '554 5.6.0 no'],
    ['dot', '554 5.7.1 looks like spam'],
    ['dot', '552 5.3.4 message too large'],
  ])('at %s: %s — void, the next partner at once', async (stage, fault) => {
    const { reference } = await open({ programme: oneByOne });
    faultAt(stage, fault, 1);
    await pass('PT1S');
    const all = await letters();
    expect(all.map((l) => [l.state, l.offer, l.attempts])).toEqual([
      ['dead', 'void', 1],
      ['sent', 'sent', 1],
    ]);
    expect(all[0]?.last_error).toContain(fault);
    expect(arrived().map((c) => c.to)).toEqual([all[1]?.to_address]);
    expect((await readLead(house, reference)).state).toBe('distributing');
    await pass('PT2H');
    expect(sink.copiesOf(all[0]?.message_id ?? '')).toHaveLength(0);
  });

  it('one of three refused: the two others have their offer, once, and the next best is asked at once', async () => {
    await open();
    faultAt('rcpt', '550 5.1.1 no such user', Number.POSITIVE_INFINITY, bob);
    await pass('PT1S');
    const ends = (await letters()).map((l) => [l.to_address, l.state, l.offer]);
    expect(ends.sort()).toEqual(
      [
        [alice, 'sent', 'sent'],
        [bob, 'dead', 'void'],
        [dora, 'sent', 'sent'],
        [emil, 'sent', 'sent'],
      ].sort(),
    );
    expect(
      arrived()
        .map((c) => c.to)
        .sort(),
    ).toEqual([alice, dora, emil].sort());
  });

  it('a relay that is tried for days is given up in the end', async () => {
    await open();
    await pass('PT1S');
    await query(
      house.database.connection,
      `update letters set state = 'due', attempts = 11, created_at = created_at - interval '4 days'`,
    );
    faultAt('rcpt', '450 4.2.0 mailbox busy');
    await pass('PT1S');
    const ends = (await letters()).map((l) => [l.state, l.offer]);
    expect(ends.slice(0, 3)).toEqual(Array(3).fill(['dead', 'void']));
    // The lead went on to whoever is left.
    expect(ends.slice(3)).toEqual([['due', 'scheduled']]);
  });
});

describe('what the relay has against us says nothing about the letters', () => {
  it('535: one round of logins, nothing dies, everything goes out once we are let in', async () => {
    user = 'leadpost';
    patience = { barred: 60_000 };
    await open();
    for (let i = 0; i < 9; i++) await postLead(house);
    faultAt('auth', '535 5.7.8 authentication failed');
    await pass('PT1S');
    const refused = await letters();
    expect(refused).toHaveLength(30);
    expect(new Set(refused.map((l) => l.state))).toEqual(new Set(['due']));
    expect(sink.reached.auth).toBeLessThanOrEqual(5);
    // The transport pauses in real time, so the clock may be moved as far as it likes.
    await pass('PT6H');
    expect(sink.reached.auth).toBeLessThanOrEqual(5);
    expect(new Set(await statesOf())).toEqual(new Set(['due']));
    await replaceRelay();
    sink.misbehave(undefined);
    await pass('PT15M');
    expect(new Set(await statesOf())).toEqual(new Set(['sent']));
    await expectCopies(1);
  });

  it.each<[Stage, Fault]>([
    ['mail', '553 5.7.1 sender address rejected: not owned by user'],
    ['mail', '530 5.7.0 authentication required'],
    ['rcpt', '530 5.7.0 authentication required'],
  ])('at %s: %s', async (stage, fault) => {
    patience = { barred: 0 };
    await open();
    faultAt(stage, fault);
    await pass('PT30M');
    expect((await letters()).map((l) => [l.state, l.offer])).toEqual(Array(3).fill(['due', 'scheduled']));
    sink.misbehave(undefined);
    await pass('PT15M');
    await expectCopies(1);
  });

  it('and a greylisting after hours of it is still only greylisting', async () => {
    await open();
    await query(house.database.connection, 'update letters set attempts = 40');
    faultAt('rcpt', '450 4.2.0 greylisted');
    await pass('PT1S');
    expect(await statesOf()).toEqual(['due', 'due', 'due']);
  });

  /** The administrator corrects the password: a new transport. */
  async function replaceRelay(): Promise<void> {
    closeSmtp();
    const relay = { host: '127.0.0.1', port: sink.port, user, pass: 'right', security: 'none' as const };
    const smtp = openSmtp(relay);
    closeSmtp = smtp.close;
    Object.assign(house.running.deps.mail, { send: smtp.send });
  }
});

describe('no answer after the final dot', () => {
  beforeEach(() => {
    patience = { silence: 1_500 };
  });

  it.each<Fault>(['silence', 'fin', 'rst'])(
    '%s: the same bytes once more after ten minutes',
    async (fault) => {
      await open();
      faultAt('dot', fault, 3);
      await pass('PT1S');
      expect((await letters()).map((l) => [l.state, l.offer])).toEqual(Array(3).fill(['due', 'scheduled']));
      await pass('PT9M');
      expect(arrived()).toHaveLength(3);
      await pass('PT1M30S');
      expect((await letters()).map((l) => [l.state, l.offer, l.attempts])).toEqual(
        Array(3).fill(['sent', 'sent', 2]),
      );
      expect(arrived()).toHaveLength(6);
      await expectCopies(2);
    },
  );

  it('twice: parked, not a third time, until somebody looks', async () => {
    await open();
    faultAt('dot', 'rst');
    await pass('PT1H');
    const all = await letters();
    expect(all.map((l) => [l.state, l.attempts])).toEqual(Array(3).fill(['parked', 2]));
    await expectCopies(2);
  });

  it('after an ordinary failure it still has its one more try', async () => {
    await open();
    faultAt('rcpt', '450 4.2.0 greylisted');
    await pass('PT1S');
    faultAt('dot', 'fin', 3);
    await pass('PT2M');
    expect((await letters()).map((l) => [l.state, l.attempts])).toEqual(Array(3).fill(['due', 2]));
    await pass('PT10M');
    expect((await letters()).map((l) => [l.state, l.attempts])).toEqual(Array(3).fill(['sent', 3]));
    await expectCopies(2);
  });

  it('and an ordinary failure in between does not make it two', async () => {
    await open();
    faultAt('dot', 'fin', 3);
    await pass('PT1S');
    faultAt('rcpt', '450 4.2.0 greylisted');
    await pass('PT10M');
    faultAt('dot', 'fin', 3);
    await pass('PT1H');
    expect(new Set(await statesOf())).toEqual(new Set(['parked']));
    await expectCopies(2);
  });

  it('a digest is parked at once', async () => {
    await open();
    faultAt('rcpt', '450 4.2.0 greylisted');
    await pass('PT1S');
    await query(house.database.connection, `update letters set kind = 'partner-digest', offer_id = null`);
    faultAt('dot', 'silence');
    await pass('PT1H');
    const all = await letters();
    expect(all.map((l) => [l.state, l.attempts])).toEqual(Array(3).fill(['parked', 2]));
    await expectCopies(1);
  });

  it('in the middle of the bytes: nothing lost, never more than one copy', async () => {
    await open();
    let left = 3;
    sink.misbehave((stage) => (stage === 'body' && left-- > 0 ? 'rst' : undefined));
    await pass('PT12M');
    expect(await statesOf()).toEqual(['sent', 'sent', 'sent']);
    await expectCopies(1);
  });

  it('250, then the line is cut: no copy more, and the next letter goes over another connection', async () => {
    patience = {};
    await open();
    sink.misbehave((stage) => (stage === 'done' ? 'rst' : undefined));
    for (let i = 0; i < 9; i++) await postLead(house);
    await pass('PT1S');
    const all = await letters();
    expect(all).toHaveLength(30);
    expect(new Set(all.map((l) => `${l.state} after ${l.attempts}`))).toEqual(new Set(['sent after 1']));
    await expectCopies(1);
  });
});

describe('the guard of an installation that is being tried out', () => {
  it('an address off the list: dropped with a reason, its offer void, the others as ever', async () => {
    const { reference } = await open({ env: { MAIL_ALLOWLIST: '@A.example, dora@d.example' } });
    await pass('PT1S');
    const ends = (await letters())
      .filter((l) => l.kind === 'offer')
      .map((l) => [l.to_address, l.state, l.offer]);
    expect(ends.sort()).toEqual(
      [
        [alice, 'sent', 'sent'],
        [bob, 'dropped', 'void'],
        [dora, 'sent', 'sent'],
        // The next best, asked in Bob's place, is not on the list either.
        [emil, 'dropped', 'void'],
      ].sort(),
    );
    expect((await letters()).find((l) => l.to_address === bob)?.last_error).toBe(
      'not sent: @b.example is not on MAIL_ALLOWLIST',
    );
    expect(
      arrived()
        .map((c) => c.to)
        .sort(),
    ).toEqual([alice, dora].sort());
    expect((await readLead(house, reference)).state).toBe('distributing');
  });

  it('nobody on the list: the lead does not lie still, and nothing leaves', async () => {
    const { reference } = await open({ env: { MAIL_ALLOWLIST: '@acme.example' } });
    await pass('PT1S');
    expect((await readLead(house, reference)).state).toBe('unplaced');
    expect(new Set(await statesOf())).toEqual(new Set(['dropped']));
    expect(sink.reached.mail).toBe(0);
  });

  it('redirected: every mail goes to one address and says whose it was, in the bytes that are stored', async () => {
    await open({
      env: { MAIL_REDIRECT_ALL_TO: 'Staging <staging@acme.example>', MAIL_ALLOWLIST: '@nobody.example' },
    });
    faultAt('dot', '451 4.3.0 later', 3);
    await pass('PT2M');
    expect(new Set(arrived().map((c) => c.to))).toEqual(new Set(['staging@acme.example']));
    const all = await letters();
    expect(all.map((l) => l.to_address).sort()).toEqual([alice, bob, dora].sort());
    for (const letter of all) {
      const [copy, ...more] = sink.copiesOf(letter.message_id);
      const text = copy?.raw.toString('latin1') ?? '';
      expect(more).toEqual([]);
      expect(text).toContain(`\r\nX-Leadpost-Original-To: ${letter.to_address}\r\n`);
      expect(/^To: .*$/m.exec(text)?.[0]).toContain('<staging@acme.example>');
      expect(copy?.raw.equals(letter.raw as Buffer)).toBe(true);
      expect([letter.state, letter.offer]).toEqual(['sent', 'sent']);
    }
  });
});
