import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Leadpost } from '../../src/compose.ts';
import { revokeLinks } from '../../src/dispatch/revoke-links.ts';
import { alice, bob, dora, postLead, qualifier, setStage, toMonday } from '../harness/cast.ts';
import { calls, formTo, type House, type Json, startBeside, startHouse } from '../harness/house.ts';

/** Two processes over one database. Pages are opened at the first; whatever changes, changes at the second. */
let house: House;
let second: Leadpost;
let other: ReturnType<typeof calls>;
beforeAll(async () => {
  house = await startHouse({ timetable: false });
  await setStage(house, { programme: { standing: {} } });
  second = await startBeside(house, { timetable: false });
  other = calls(() => second.url);
});
afterAll(async () => {
  await second?.close();
  await house?.stop();
});

let reference: string;
beforeEach(async () => {
  await toMonday(house);
  reference = (await postLead(house)).reference;
});

const link = async (who: string, act: string, kind = 'offer', about = reference): Promise<string> =>
  house.link(who, act, kind, about);

/** Opened twice, so that whatever can be remembered of it is. */
async function opened(address: string): Promise<string> {
  await house.get(address);
  const { status, html } = await house.get(address);
  expect(status).toBe(200);
  return html;
}

/** What the other process is told of the partner of Alice. */
async function tellOfA(change: (partner: Json) => Json): Promise<void> {
  const { body } = await other.api('GET', '/partners/a');
  const { name, kind, level, products, timezone, contacts } = body;
  const told = change({ name, kind, level, products, timezone, contacts });
  expect((await other.api('PUT', '/partners/a', told)).status).toBe(200);
}

describe('a page that was opened before', () => {
  test('says that the lead is taken as soon as it is', async () => {
    const yes = await link(alice, 'accept');
    const no = await link(alice, 'decline');
    for (const address of [yes, no]) expect(await opened(address)).toContain('<form');
    expect((await other.press(await link(bob, 'accept'))).status).toBe(303);
    for (const address of [yes, no]) {
      const page = await house.get(address);
      expect(page.html).toContain('Another partner was faster');
      expect(page.html).not.toContain('<form');
    }
  });

  test('shows the customer no longer than the claim lasts', async () => {
    await other.press(await link(alice, 'accept'));
    const lead = await link(alice, 'lead', 'accepted');
    expect(await opened(lead)).toContain('Petronella');
    const recalled = await other.api('POST', `/leads/${reference}/recall`, { reason: 'x', next: 'hold' });
    expect(recalled.status).toBe(200);
    const page = await house.get(lead);
    expect([page.status, page.html.includes('Petronella')]).toEqual([403, false]);
  });

  test('is closed when its links are revoked', async () => {
    const yes = await link(bob, 'accept');
    await opened(yes);
    expect((await revokeLinks(second.deps, bob)).ok).toBe(true);
    expect((await house.get(yes)).status).toBe(410);
  });

  test('counts the time down, and ends with the window', async () => {
    const yes = await link(alice, 'accept');
    expect(await opened(yes)).toMatch(/class="deadline".*in 24 hours/);
    await other.advance('PT3H');
    expect(await opened(yes)).toMatch(/class="deadline".*in 21 hours/);
    await other.advance('PT22H');
    expect(await opened(yes)).not.toContain('class="deadline"');
  });

  test('has a button that works however often it was opened, and for whoever opens it next', async () => {
    const yes = await link(alice, 'accept');
    const first = formTo(await opened(yes), 'accept').nonce;
    // Half a day later the number of the first page is worth nothing.
    await other.advance('PT13H');
    const page = await opened(yes);
    expect(formTo(page, 'accept').nonce).not.toBe(first);
    await other.advance('PT2S');
    expect((await house.post(yes, { nonce: first })).status).toBe(200);
    expect((await house.pressOn(page, 'accept')).status).toBe(303);
  });

  test('names the company as it is called now, in the language its reader wants now', async () => {
    const yes = await link(alice, 'accept');
    expect(await opened(yes)).toContain('You act for Partner A.');
    await tellOfA((a) => ({ ...a, name: 'Sonnendach Ulm' }));
    expect(await opened(yes)).toContain('You act for Sonnendach Ulm.');
    await tellOfA((a) => ({ ...a, contacts: a.contacts.map((c: Json) => ({ ...c, language: 'de' })) }));
    expect(await opened(yes)).toContain('lang="de"');
    await tellOfA((a) => ({
      ...a,
      name: 'Partner A',
      contacts: a.contacts.map((c: Json) => ({ ...c, language: 'en' })),
    }));
  });

  test('knows that its reader is away now, and back', async () => {
    const yes = await link(dora, 'accept');
    expect(await opened(yes)).toContain('<form');
    const inThreeDays = new Date((await other.now()).getTime() + 3 * 86_400_000);
    const absence = '/partners/d/contacts/d-1/absence';
    const gone = await other.api('PUT', absence, { until: inThreeDays.toISOString().slice(0, 10) });
    expect(gone.status).toBe(200);
    expect(await opened(yes)).toContain('marked as away');
    expect((await other.api('PUT', absence, {})).status).toBe(200);
    expect(await opened(yes)).not.toContain('marked as away');
  });

  test('speaks the language that somebody at the vendor reads now', async () => {
    const { reference: unfit } = await postLead(house, { prospect: { phone: null, email: null } });
    const verdict = await link(qualifier, 'qualify', 'qualify', unfit);
    expect(await opened(verdict)).toContain('lang="en"');
    const user = { name: 'Quinn', role: 'qualifier', timezone: 'Europe/Berlin', language: 'de' };
    expect((await other.api('PUT', `/users/${qualifier}`, user)).status).toBe(200);
    expect(await opened(verdict)).toContain('lang="de"');
  });

  test('asks for a word on another lead from the moment on that one is owed, and until it is said', async () => {
    const { reference: owed } = await postLead(house);
    await other.press(await link(alice, 'accept', 'offer', owed), { promise: 'today' });
    const yes = await link(alice, 'accept');
    expect(formTo(await opened(yes), 'accept').nonce).toBeTruthy();
    await other.advance('P1D');
    await other.advance('PT8H');
    expect(await opened(yes)).toContain('First a word on other leads');
    await other.api('POST', `/leads/${owed}/close`, { result: 'lost', reason: 'timing' });
    expect(await opened(yes)).not.toContain('First a word on other leads');
  });
});
