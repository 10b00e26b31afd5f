import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  charlie,
  dora,
  emil,
  firstWave,
  postLead,
  prospect,
  readLead,
  setStage,
  timeline,
  told,
  toMonday,
} from '../harness/cast.ts';
import { formTo, type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const secrets = [prospect.name, prospect.company, prospect.email, prospect.street, '731555'];

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

describe('from the lead to the order', () => {
  let reference: string;
  let posted: Json;
  let leadPage: string;

  test('posting a lead answers with the whole lead of the contract', async () => {
    posted = await postLead(house, { external_id: 'crm-1' });
    reference = posted.reference;
    expect(reference).toMatch(/^L-[0-9A-HJKMNP-TV-Z]{6}$/);
    expect(posted.id).toMatch(uuid);
    expect(posted).toMatchObject({
      external_id: 'crm-1',
      source: 'web',
      program: 'default',
      state: 'distributing',
      stage: null,
      phase: null,
      temperature: 'warm',
      quality: 'inquiry',
      summary: 'Solar roof for a bakery with 400 m2',
      value: { amount: '28000.00', currency: 'EUR' },
      claim: null,
      outcome: null,
    });
    expect(posted.created_at).toMatch(instant);
    expect(Object.keys(posted.next_step).sort()).toEqual(['due_at', 'otherwise', 'what', 'who']);
    expect(posted.next_step.what).toBe('answer_offer');
    expect(posted.prospect).toMatchObject({ name: prospect.name, phone: '+497315557788' });
    for (const offer of posted.offers) {
      expect(Object.keys(offer).sort()).toEqual([
        'contact',
        'expires_at',
        'id',
        'partner',
        'sent_at',
        'state',
        'wave',
      ]);
    }
  });

  test('the same external id again finds the lead that is there', async () => {
    const again = await house.api('POST', '/leads', {
      source: 'web',
      external_id: 'crm-1',
      summary: 'Another text',
    });
    expect(again.status).toBe(200);
    expect(again.body).toMatchObject({ id: posted.id, summary: posted.summary });
  });

  test('three offers arrive in three inboxes, and nothing at Charlie, who sells something else', async () => {
    for (const to of firstWave) expect(await house.kinds(to, reference)).toEqual(['offer']);
    expect(await house.messages(charlie)).toEqual([]);
    expect(await house.messages(emil)).toEqual([]);
    const item = (await house.messages(alice.toUpperCase())).find((m) => m.kind === 'offer');
    expect(Object.keys(item as object).sort()).toEqual(['id', 'kind', 'sent_at', 'subject', 'to']);
    expect(item).toMatchObject({ kind: 'offer', to: alice });
    expect(item?.subject.endsWith(`[${reference}]`)).toBe(true);
    const mail = await house.newest(alice, 'offer');
    expect(mail.kind).toBe('offer');
    expect(mail.text).toContain('28,000');
    for (const secret of secrets) expect(mail.raw.toString()).not.toContain(secret);
    const { offers } = await readLead(house, reference);
    for (const offer of offers)
      expect(offer).toMatchObject({ state: 'sent', sent_at: expect.stringMatching(instant) });
  });

  test('the explanation names every partner, the best first and the excluded ones last', async () => {
    const { status, body } = await house.api('GET', `/leads/${reference}/explanation`);
    expect(status).toBe(200);
    expect(Object.keys(body).sort()).toEqual(['at', 'partners', 'program', 'version']);
    expect(body.partners.map((p: Json) => p.partner).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(body.partners[3]).toMatchObject({ partner: 'e', offered: false, excluded: [] });
    expect(body.partners[4]).toMatchObject({
      partner: 'c',
      score: 0,
      offered: false,
      excluded: [{ code: 'uncertified' }],
    });
    expect(Object.keys(body.partners[4].excluded[0]).sort()).toEqual(['code', 'why']);
    for (const p of body.partners.slice(0, 3)) expect(p).toMatchObject({ offered: true, score: 1 });
    expect(Object.keys(body.partners[0].criteria[0])).toEqual(
      expect.arrayContaining(['id', 'points', 'score', 'weight', 'why']),
    );
    const scores = body.partners.map((p: Json) => p.score);
    expect(scores).toEqual([...scores].sort((x, y) => y - x));
  });

  test('Alice accepts and is led to the page of her lead; Bob, who had his page open, is told kindly, once', async () => {
    const offer = await house.newest(alice, 'offer', reference);
    const bobs = await house.link(bob, 'accept', 'offer', reference);
    const open = formTo((await house.get(bobs)).html, 'accept');
    const won = await house.press(linkTo(offer.links, 'accept'), { promise: 'today' });
    expect(won.status).toBe(303);
    expect(new URL(won.location as string).pathname).toMatch(/^\/l\//);
    const page = await house.get(won.location as string);
    leadPage = won.location as string;
    expect(page.status).toBe(200);
    for (const secret of secrets) expect(page.html).toContain(secret);
    for (const press of [1, 2]) {
      const late = await house.post(open.action, { nonce: open.nonce });
      expect([press, late.status]).toEqual([press, 200]);
      expect(late.html).toContain('Another partner was faster');
      for (const secret of secrets) expect(late.html).not.toContain(secret);
    }
    expect(await house.kinds(bob, reference)).toEqual(['offer', 'taken']);
  });

  test('Dora, who only looks, gets the kind page and no mail', async () => {
    const mail = await house.newest(dora, 'offer', reference);
    const page = await house.get(linkTo(mail.links, 'accept'));
    expect(page.status).toBe(200);
    expect(page.html).toContain('Another partner was faster');
    expect(page.html).not.toContain('name="nonce"');
    expect(await house.kinds(dora, reference)).toEqual(['offer']);
  });

  test('the accepted mail shows the prospect, and only Alice has one', async () => {
    const mail = await house.newest(alice, 'accepted', reference);
    for (const secret of secrets) expect(mail.text).toContain(secret);
    for (const other of [bob, dora, cam])
      expect(await house.kinds(other, reference)).not.toContain('accepted');
    const lead = await readLead(house, reference);
    expect(lead).toMatchObject({ state: 'claimed', stage: 'claimed', phase: 'claimed' });
    expect(Object.keys(lead.claim).sort()).toEqual(['claimed_at', 'contact', 'partner', 'promise_at']);
    expect(lead.claim).toMatchObject({ partner: 'a', contact: 'a-1' });
    expect(lead.offers.map((o: Json) => o.state).sort()).toEqual(['accepted', 'lost_race', 'lost_race']);
  });

  test('pressing Accept again shows that it is hers already, without the identity', async () => {
    const offer = await house.newest(alice, 'offer', reference);
    const again = await house.press(linkTo(offer.links, 'accept'));
    expect(again.status).toBe(200);
    for (const secret of secrets) expect(again.html).not.toContain(secret);
    expect((await told(house, reference)).filter((what) => what === 'offer.accepted')).toHaveLength(1);
  });

  test('the reply "called, meeting on Tuesday" moves the stage and a receipt with an undo comes back', async () => {
    const mail = await house.newest(alice, 'accepted', reference);
    const answer = await house.reply(mail, 'called, meeting on Tuesday');
    expect(answer).toEqual({ status: 202, body: { id: expect.stringMatching(uuid), state: 'applied' } });
    expect(await readLead(house, reference)).toMatchObject({
      state: 'claimed',
      stage: 'meeting',
      phase: 'contacted',
    });
    const said = (await timeline(house, reference)).find((item) => item.what === 'status.reported');
    expect(said).toMatchObject({
      thing: 'assignment',
      from: 'claimed',
      to: 'meeting',
      channel: 'reply',
      who: { kind: 'contact', name: 'Alice Adams', partner: 'a' },
      evidence: { inbound_id: answer.body.id, words: 'called, meeting on Tuesday' },
    });
    const receipt = await house.newest(alice, 'receipt', reference);
    expect(linkTo(receipt.links, 'undo')).toContain('/a/');
    expect(receipt.text).toContain('meeting');
  });

  test('the meeting is on the coming Tuesday, and its outcome is asked for on the day after', async () => {
    const now = await house.now();
    const wednesday = new Date(now);
    while (wednesday.getUTCDay() !== 3) wednesday.setUTCDate(wednesday.getUTCDate() + 1);
    const { next_step } = await readLead(house, reference);
    expect(next_step).toMatchObject({ what: 'update' });
    expect(next_step.due_at.slice(0, 10)).toBe(wednesday.toISOString().slice(0, 10));
  });

  test('the reply "won 12k" closes the lead with its amount in the programme\'s currency', async () => {
    const mail = await house.newest(alice, 'accepted', reference);
    expect((await house.reply(mail, 'won 12k')).body.state).toBe('applied');
    expect(await readLead(house, reference)).toMatchObject({
      state: 'won',
      stage: 'won',
      phase: 'won',
      next_step: null,
      outcome: {
        result: 'won',
        amount: '12000.00',
        currency: 'EUR',
        reason: null,
        at: expect.stringMatching(instant),
      },
    });
    expect((await house.get(leadPage)).status).toBe(200);
  });

  test('the timeline tells it all in the past tense, oldest first, in the shape of the contract', async () => {
    const items = await timeline(house, reference);
    expect(items.map((item) => item.seq)).toEqual(items.map((_, i) => i + 1));
    for (const item of items) {
      expect(Object.keys(item)).toEqual(
        expect.arrayContaining([
          'seq',
          'at',
          'what',
          'thing',
          'id',
          'from',
          'to',
          'who',
          'channel',
          'evidence',
        ]),
      );
      expect(item).toMatchObject({ at: expect.stringMatching(instant), id: expect.stringMatching(uuid) });
      expect(['lead', 'offer', 'assignment', 'letter', 'inbound']).toContain(item.thing);
      expect(['contact', 'user', 'prospect', 'key', 'system']).toContain(item.who.kind);
      expect(Object.keys(item.who)).toEqual(expect.arrayContaining(['kind', 'id', 'name']));
    }
    expect(items[0]).toMatchObject({ what: 'lead.captured', channel: 'api', who: { kind: 'key' } });
    expect(items.at(-1)).toMatchObject({ what: 'lead.won', channel: 'reply', from: 'claimed', to: 'won' });
    for (const item of items) for (const s of secrets) expect(JSON.stringify(item)).not.toContain(s);
  });

  test('an act that is not possible any more answers 409 with the state and what is allowed', async () => {
    for (const [act, body] of [
      ['recall', { reason: 'changed our mind', next: 'hold' }],
      ['dispatch', {}],
    ] as const) {
      const { status, body: problem } = await house.api('POST', `/leads/${reference}/${act}`, body);
      expect(status).toBe(409);
      expect(problem).toMatchObject({ status: 409, state: 'won', allowed: expect.any(Array) });
    }
  });
});

describe('when nothing is answered', () => {
  beforeEach(() => toMonday(house));

  test('a reminder, a warning, the account manager, then the recall and a new offer follow, each once', async () => {
    const { reference } = await postLead(house);
    const offer = await house.newest(alice, 'offer', reference);
    expect((await house.press(linkTo(offer.links, 'accept'), { promise: 'today' })).status).toBe(303);
    const accepted = await house.newest(alice, 'accepted', reference);
    await house.advance('P1D');
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted', 'reminder']);
    await house.advance('P1D');
    expect(await house.kinds(alice, reference)).toEqual(['offer', 'accepted', 'reminder', 'warning']);
    expect(await house.kinds(cam, reference)).toEqual([]);
    await house.advance('P1D');
    expect(await house.kinds(cam, reference)).toEqual(['escalation']);
    expect((await readLead(house, reference)).next_step).toMatchObject({ what: 'cam_decision', who: 'cam' });
    await house.advance('P1D');
    expect(await house.kinds(alice, reference)).toEqual([
      'offer',
      'accepted',
      'reminder',
      'warning',
      'recalled',
    ]);
    const lead = await readLead(house, reference);
    expect(lead).toMatchObject({ state: 'distributing', claim: null });
    const rungs = (await timeline(house, reference)).filter((item) => item.evidence.rule);
    expect(rungs.map((item) => [item.what, item.evidence.rule])).toEqual([
      ['reminder.sent', 'follow_up.ladder[0]'],
      ['warning.sent', 'follow_up.ladder[1]'],
      ['escalation.raised', 'follow_up.ladder[2]'],
      ['assignment.recalled', 'follow_up.ladder[3]'],
    ]);
    const open = lead.offers.filter((o: Json) => o.state === 'sent').map((o: Json) => o.partner);
    expect(open.length).toBeGreaterThan(0);
    expect(open).not.toContain('a');
    for (const [act, status] of [
      ['lead', 403],
      ['contacted', 200],
    ] as const) {
      const page = await house.get(linkTo(accepted.links, act));
      expect([act, page.status]).toEqual([act, status]);
      expect(page.html).not.toContain('name="nonce"');
      for (const secret of secrets) expect(page.html).not.toContain(secret);
    }
  });

  test('the account manager takes the lead on for a day, then moves it to the named partner', async () => {
    const { reference } = await postLead(house);
    const offer = await house.newest(bob, 'offer', reference);
    expect((await house.press(linkTo(offer.links, 'accept'), { promise: 'today' })).status).toBe(303);
    await house.advance('P3D');
    const mail = await house.newest(cam, 'escalation', reference);
    expect((await house.press(linkTo(mail.links, 'on-it'))).status).toBe(200);
    expect(await told(house, reference)).toContain('escalation.answered');
    expect((await readLead(house, reference)).state).toBe('claimed');
    const moved = await house.press(linkTo(mail.links, 'move'));
    expect(moved.status).toBe(200);
    await house.advance('PT1M');
    const { state, offers } = await readLead(house, reference);
    expect(state).toBe('distributing');
    expect(offers.filter((o: Json) => o.state === 'sent')).toHaveLength(1);
  });

  test('offers nobody answers lapse wave by wave until the program manager has the lead', async () => {
    const { reference } = await postLead(house, { temperature: 'hot' });
    await house.advance('P14D');
    const lead = await readLead(house, reference);
    expect(lead.state).toBe('unplaced');
    expect(lead.next_step).toMatchObject({ what: 'place', who: 'program_manager' });
    expect(new Set(lead.offers.map((o: Json) => o.partner))).toEqual(new Set(['a', 'b', 'd', 'e']));
    for (const offer of lead.offers) expect(offer.state).toBe('expired');
  });

  test('a late yes still counts while nobody holds the lead', async () => {
    const { reference } = await postLead(house, { temperature: 'hot' });
    await house.advance('P14D');
    const mail = await house.newest(emil, 'offer', reference);
    const won = await house.press(linkTo(mail.links, 'accept'));
    expect(won.status).toBe(303);
    const accepted = (await timeline(house, reference)).find((item) => item.what === 'offer.accepted');
    expect(accepted).toMatchObject({ from: 'expired', data: { late: true } });
  });
});

describe('the clock of the sandbox', () => {
  test('goes forward only, by durations and to instants', async () => {
    const before = await house.now();
    const moved = await house.advance('PT4H');
    expect(moved).toEqual({
      status: 200,
      body: { now: expect.stringMatching(instant), ran: expect.any(Number) },
    });
    expect(new Date(moved.body.now).getTime() - before.getTime()).toBeGreaterThanOrEqual(4 * 3_600_000);
    expect((await house.advanceTo(before)).status).toBe(409);
    expect((await house.advance('yesterday')).status).toBe(400);
    expect((await house.now()).getTime()).toBeGreaterThanOrEqual(new Date(moved.body.now).getTime());
  });

  test('nothing in the house has complained', () => {
    expect(house.complaints).toEqual([]);
  });
});
