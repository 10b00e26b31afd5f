import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliverLetters } from '../../src/dispatch/deliver-letters.ts';
import { alice, bob, dora, emil, postLead, programme, readLead, setStage } from '../harness/cast.ts';
import { eventually, type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
beforeEach(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house);
});
afterEach(() => house.stop());

const sql = (text: string, values: unknown[] = []): Promise<object[]> =>
  house.running.deps.db.query(text, values);

describe('one that cannot be done does not hold up the others', () => {
  test('a letter that cannot be rendered is dead and listed, while its neighbours are sent', async () => {
    const { reference } = await postLead(house);
    await sql(`update letters set view = '{"kind":"offer"}' where to_address = $1`, [alice]);
    // Emil is asked in the place of Alice, who was never reached.
    for (const to of [bob, dora, emil]) expect(await house.kinds(to, reference)).toEqual(['offer']);
    const { status, body } = await house.api('GET', '/messages?state=dead');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([
      { kind: 'offer', to: alice, state: 'dead', error: expect.stringContaining('compose') },
    ]);
    const { offers } = await readLead(house, reference);
    expect(offers.map((o: Json) => [o.partner, o.state])).toEqual([
      ['a', 'void'],
      ['b', 'sent'],
      ['d', 'sent'],
      ['e', 'sent'],
    ]);
    expect(house.complaints).toMatchObject([{ kind: 'offer', message: 'a letter could not be composed' }]);
  });

  test('an address the relay refuses for good is dead at once; one it refuses for now is tried again', async () => {
    await house.stop();
    let busy = true;
    house = await startHouse({
      timetable: false,
      send: async ({ to }) => {
        if (to === bob && busy) return { kind: 'temporary', error: '451 try again later' };
        return to === alice
          ? { kind: 'permanent', error: '550 no such user' }
          : { kind: 'sent', response: '250 ok' };
      },
    });
    await setStage(house);
    const { reference } = await postLead(house);
    expect(await house.kinds(dora, reference)).toEqual(['offer']);
    expect((await house.api('GET', '/messages?state=due')).body.items).toMatchObject([
      { to: bob, attempts: 1, error: '451 try again later' },
    ]);
    expect((await house.api('GET', '/messages?state=dead')).body.items).toMatchObject([
      { to: alice, attempts: 1 },
    ]);
    busy = false;
    await house.advance('PT2M');
    expect(await house.kinds(bob, reference)).toEqual(['offer']);
    const { items } = (await house.api('GET', `/messages?to=${bob}`)).body;
    expect(items.find((letter: Json) => letter.kind === 'offer')).toMatchObject({
      state: 'sent',
      attempts: 2,
    });
  });

  test('a lead that cannot be woken is looked at again in an hour, and the others are woken', async () => {
    await house.api('PUT', '/programs/sick', { ...programme(), default: false });
    const [sick, well] = [await postLead(house, { program: 'sick' }), await postLead(house)];
    await accept(alice, sick.reference);
    await accept(bob, well.reference);
    // A started house knows the programme by heart; after the restart it reads what is left of it.
    const [rules] = (await sql(`select document from programs where key = 'sick'`)) as [Json];
    await sql(`update programs set document = '{}' where key = 'sick'`);
    await house.restart();
    expect((await house.advance('P1D')).status).toBe(200);
    expect(await house.kinds(bob, well.reference)).toContain('reminder');
    expect(await house.kinds(alice, sick.reference)).not.toContain('reminder');
    const [row] = await sql(
      'select wake_errors > 0 as failed, wake_at is not null as again from leads where reference = $1',
      [sick.reference],
    );
    expect(row).toEqual({ failed: true, again: true });
    expect(house.complaints).toContainEqual(expect.objectContaining({ lead_id: sick.id }));
    await sql(`update programs set document = $1 where key = 'sick'`, [JSON.stringify(rules.document)]);
    await house.restart();
    await house.advance('P1D');
    expect(await house.kinds(alice, sick.reference)).toEqual(expect.arrayContaining(['reminder']));
    expect(await house.kinds(emil, sick.reference)).toEqual([]);
  });

  async function accept(who: string, reference: string): Promise<void> {
    const offer = await house.newest(who, 'offer', reference);
    expect((await house.press(linkTo(offer.links, 'accept'), { promise: 'today' })).status).toBe(303);
  }

  test('a sender that lost its lease cannot say any more what became of the letter, nor of its offer', async () => {
    await house.stop();
    const sent: string[] = [];
    const ends = [gate(), gate()] as const;
    house = await startHouse({
      timetable: false,
      send: async ({ to }, raw) => {
        if (!isOffer(raw)) return { kind: 'sent', response: '250 ok' };
        sent.push(to);
        if (to !== alice) return { kind: 'sent', response: '250 ok' };
        const first = sent.filter((s) => s === alice).length === 1;
        await ends[first ? 0 : 1].opened;
        return first
          ? { kind: 'permanent', error: '550 said too late' }
          : { kind: 'sent', response: '250 ok' };
      },
    });
    await setStage(house);
    const { reference } = await postLead(house);
    const state = async (): Promise<unknown[]> => {
      const [letter] = (await sql(
        `select state, last_error from letters where to_address = $1 and kind = 'offer'`,
        [alice],
      )) as Json[];
      const { offers } = await readLead(house, reference);
      return [letter.state, letter.last_error, offers.map((o: Json) => o.state)];
    };
    const slow = deliverLetters(house.running.deps);
    await eventually(async () => expect(sent.sort()).toEqual([alice, bob, dora]));
    // The first sender hangs. Its lease runs out, and a second one takes the letter.
    await sql(
      `update letters set state = 'due', lease_token = null, lease_until = null where to_address = $1 and kind = 'offer'`,
      [alice],
    );
    const second = deliverLetters(house.running.deps);
    await eventually(async () => expect(sent.sort()).toEqual([alice, alice, bob, dora]));
    ends[0].open();
    await slow;
    expect(await state()).toEqual(['sending', null, ['scheduled', 'sent', 'sent']]);
    ends[1].open();
    await second;
    expect(await state()).toEqual(['sent', null, ['sent', 'sent', 'sent']]);
  });

  test('two senders at once send each letter once', async () => {
    await house.stop();
    const sent: string[] = [];
    house = await startHouse({
      timetable: false,
      send: async ({ to }, raw) => {
        if (isOffer(raw)) sent.push(to);
        return { kind: 'sent', response: '250 ok' };
      },
    });
    await setStage(house);
    for (let i = 0; i < 20; i++) await postLead(house);
    const { deps } = house.running;
    await Promise.all(Array.from({ length: 6 }, () => deliverLetters(deps, 7)));
    while ((await deliverLetters(deps)) > 0);
    expect(sent).toHaveLength(60);
    expect(
      await sql('select count(*)::int as n, max(attempts) as most from letters where kind = $1', ['offer']),
    ).toEqual([{ n: 60, most: 1 }]);
  });
});

/** Newcomers are welcomed besides; what is counted here are offers. */
const isOffer = (raw: Buffer): boolean => /^X-Leadpost-Kind: offer\r$/m.test(raw.toString('latin1'));

/** Something to wait at until somebody opens it. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
