import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deliverLetters } from '../../src/dispatch/deliver-letters.ts';
import { alice, bob, dora, emil, postLead, readLead, setStage } from '../harness/cast.ts';
import { eventually, type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
beforeEach(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house);
});
afterEach(() => house.stop());

const sql = (text: string, values: unknown[] = []): Promise<object[]> => house.running.deps.db.query(text, values);

describe('one that cannot be done does not hold up the others', () => {
  test('a letter that cannot be rendered is dead and listed, while its neighbours are sent', async () => {
    const { reference } = await postLead(house);
    await sql(`update letters set view = '{"kind":"offer"}' where to_address = $1`, [alice]);
    for (const to of [bob, dora]) expect(await house.kinds(to, reference)).toEqual(['offer']);
    const { status, body } = await house.api('GET', '/messages?state=dead');
    expect(status).toBe(200);
    expect(body.items).toMatchObject([{ kind: 'offer', to: alice, state: 'dead', error: expect.stringContaining('compose') }]);
    const { offers } = await readLead(house, reference);
    expect(offers.map((o: Json) => [o.partner, o.state])).toEqual([['a', 'void'], ['b', 'sent'], ['d', 'sent']]);
    expect(house.complaints).toMatchObject([{ kind: 'offer', message: 'a letter could not be composed' }]);
  });

  test('an address the relay refuses for good is dead at once; one it refuses for now is tried again', async () => {
    await house.stop();
    let busy = true;
    house = await startHouse({
      timetable: false,
      send: async ({ to }) => {
        if (to === bob && busy) return { kind: 'temporary', error: '451 try again later' };
        return to === alice ? { kind: 'permanent', error: '550 no such user' } : { kind: 'sent', response: '250 ok' };
      },
    });
    await setStage(house);
    const { reference } = await postLead(house);
    expect(await house.kinds(dora, reference)).toEqual(['offer']);
    expect((await house.api('GET', '/messages?state=due')).body.items).toMatchObject([{ to: bob, attempts: 1, error: '451 try again later' }]);
    expect((await house.api('GET', '/messages?state=dead')).body.items).toMatchObject([{ to: alice, attempts: 1 }]);
    busy = false;
    await house.advance('PT2M');
    expect(await house.kinds(bob, reference)).toEqual(['offer']);
    const [letter] = (await house.api('GET', `/messages?to=${bob}`)).body.items;
    expect(letter).toMatchObject({ state: 'sent', attempts: 2 });
  });

  test('a lead that cannot be woken is looked at again in an hour, and the others are woken', async () => {
    const [sick, well] = [await postLead(house), await postLead(house)];
    await accept(alice, sick.reference);
    await accept(bob, well.reference);
    await sql(`update people set timezone = 'Nowhere/Atall' where email = $1`, [alice]);
    await sql('update installation set partners_version = partners_version + 1');
    await house.advance('P1D');
    expect(await house.kinds(bob, well.reference)).toContain('reminder');
    expect(await house.kinds(alice, sick.reference)).not.toContain('reminder');
    const [row] = await sql('select wake_errors > 0 as failed, wake_at is not null as again from leads where reference = $1', [sick.reference]);
    expect(row).toEqual({ failed: true, again: true });
    expect(house.complaints).toContainEqual(expect.objectContaining({ lead_id: sick.id }));
    await sql(`update people set timezone = 'Europe/Berlin' where email = $1`, [alice]);
    await sql('update installation set partners_version = partners_version + 1');
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
    let release = (): void => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    house = await startHouse({
      timetable: false,
      send: async ({ to }) => {
        sent.push(to);
        if (to !== alice || sent.filter((s) => s === alice).length > 1) return { kind: 'sent', response: '250 ok' };
        await held;
        return { kind: 'permanent', error: '550 said too late' };
      },
    });
    await setStage(house);
    const { reference } = await postLead(house);
    const slow = deliverLetters(house.running.deps);
    await eventually(async () => expect(sent.sort()).toEqual([alice, bob, dora]));
    // The first sender hangs. Its lease runs out, and somebody else takes the letter.
    await sql(`update letters set state = 'due', lease_token = null, lease_until = null where to_address = $1`, [alice]);
    await deliverLetters(house.running.deps);
    const after = (): Promise<object[]> => sql('select state, response, last_error, attempts from letters where to_address = $1', [alice]);
    expect(await after()).toEqual([{ state: 'sent', response: '250 ok', last_error: null, attempts: 2 }]);
    release();
    await slow;
    expect(await after()).toEqual([{ state: 'sent', response: '250 ok', last_error: null, attempts: 2 }]);
    const { offers } = await readLead(house, reference);
    expect(offers.map((o: Json) => o.state)).toEqual(['sent', 'sent', 'sent']);
  });

  test('two senders at once send each letter once', async () => {
    await house.stop();
    const sent: string[] = [];
    house = await startHouse({
      timetable: false,
      send: async ({ to }) => {
        sent.push(to);
        return { kind: 'sent', response: '250 ok' };
      },
    });
    await setStage(house);
    for (let i = 0; i < 20; i++) await postLead(house);
    const { deps } = house.running;
    await Promise.all(Array.from({ length: 6 }, () => deliverLetters(deps, 7)));
    while ((await deliverLetters(deps)) > 0);
    expect(sent).toHaveLength(60);
    expect(await sql('select count(*)::int as n, max(attempts) as most from letters')).toEqual([{ n: 60, most: 1 }]);
  });
});
