import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportLeads } from '../../src/dispatch/export-rows.ts';
import { sendReport } from '../../src/dispatch/send-report.ts';
import { alice, bob, cam, dora, lead, manager, programme, setStage } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo, readMail } from '../harness/mail.ts';

/**
 * What partners say reaches the vendor as far as the programme discloses it. The same story is told in two programmes,
 * and everything the vendor can read of both is compared.
 */

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  const put = (key: string, disclosure: Json) =>
    house.api('PUT', `/programs/${key}`, programme({ default: false, disclosure }));
  await put('open', {});
  await put('closed', { partner_to_vendor: ['state'], distributor_to_vendor: ['state', 'amount'] });
  const { body: b } = await house.api('GET', '/partners/b');
  const { capacity: _, suspended: __, ...partner } = b;
  expect((await house.api('PUT', '/partners/b', { ...partner, kind: 'distributor' })).status).toBe(200);
});
afterAll(() => house.stop());

// An amount long enough that no id and no signature holds it by chance.
const said = ['Krasnodarstrasse', '1,647,113', '1647113', 'competitor', 'Competitor'];

/** A lead Alice (or Bob) wins or loses in words of their own, and Dora declines with a reason. */
async function story(program: string, who: string, end: string): Promise<string> {
  const { body } = await house.api('POST', '/leads', lead({ program }));
  const { reference } = body;
  const no = await house.newest(dora, 'offer', reference);
  await house.press(linkTo(no.links, 'decline'), { reason: 'too-far' });
  const offer = await house.newest(who, 'offer', reference);
  expect((await house.press(linkTo(offer.links, 'accept'))).status).toBe(303);
  const mail = await house.newest(who, 'accepted', reference);
  expect((await house.reply(mail, 'called, meeting on 2027-03-02, Krasnodarstrasse')).body.state).toBe(
    'applied',
  );
  expect((await house.reply(mail, end)).body.state).toBe('applied');
  await house.advance('PT5M');
  return reference;
}

/** A mail as its reader sees it, for in its bytes nothing can be found; or why it is not shown. */
async function words(path: string): Promise<string> {
  const { status, body } = await house.api('GET', path);
  if (status !== 200) return JSON.stringify(body);
  const { subject, text, html } = await readMail(Buffer.from(body), path);
  return [subject, text, html].join('\n');
}

/** Everything a vendor's key can read of a lead, as one text. */
async function readable(reference: string): Promise<{ text: string; lead: Json }> {
  const found = (await house.api('GET', `/leads/${reference}`)).body;
  const list = (await house.api('GET', '/leads?limit=200')).body.items.filter(
    (l: Json) => l.reference === reference,
  );
  const timeline = (await house.api('GET', `/leads/${reference}/timeline`)).body;
  const mails = (await house.api('GET', `/leads/${reference}/messages?limit=200`)).body.items;
  const inbox = (await house.api('GET', '/inbox?limit=200')).body.items.filter(
    (i: Json) => i.lead === reference,
  );
  const bytes: string[] = [];
  for (const { id } of mails) bytes.push(await words(`/messages/${id}/raw`));
  for (const { id } of inbox) bytes.push(await words(`/inbox/${id}/raw`));
  const rows: string[] = [];
  await exportLeads(house.running.deps, { state: null, program: null }, async (part) => void rows.push(part));
  const row = rows
    .join('')
    .split('\n')
    .find((line) => line.includes(reference));
  const { outcome, stage } = found;
  return {
    text: JSON.stringify([outcome, stage, list[0].outcome, timeline, mails, inbox, bytes, row]),
    lead: found,
  };
}

test('a distributor that has passed its lead on keeps its words, too', async () => {
  const { reference } = (await house.api('POST', '/leads', lead({ program: 'closed', dispatch: false })))
    .body;
  expect((await house.api('POST', `/leads/${reference}/assign`, { partner: 'b' })).status).toBe(200);
  const mail = await house.newest(bob, 'accepted', reference);
  expect((await house.reply(mail, 'called, meeting on 2027-03-02, Krasnodarstrasse')).body.state).toBe(
    'applied',
  );
  await house.running.deps.db.query(
    `with gone as (update assignments a set partner_id = p.id, via_partner_id = null from partners p
       where p.external_id = 'a' and a.lead_id = (select l.id from leads l where l.reference = $1) returning a.id)
     select id from gone`,
    [reference],
  );
  expect((await readable(reference)).text).not.toContain('Krasnodarstrasse');
});

describe('a direct partner', () => {
  test('tells the vendor everything where nothing is held back', async () => {
    const { text, lead: found } = await readable(await story('open', alice, 'won 1647113'));
    expect(found.outcome).toMatchObject({ result: 'won', amount: '1647113.00' });
    for (const secret of ['Krasnodarstrasse', '1647113', '2027-03-02', 'too-far'])
      expect(text).toContain(secret);
  });

  test('tells the state and nothing else where the programme says so', async () => {
    const { text, lead: found } = await readable(await story('closed', alice, 'won 1647113'));
    expect(found).toMatchObject({
      state: 'won',
      stage: 'won',
      outcome: { result: 'won', amount: null, currency: null, reason: null },
    });
    for (const secret of [...said, '2027-03-02', 'too-far']) expect(text).not.toContain(secret);
    expect(text).toContain('not-disclosed');
    expect(text).toContain('status.reported');
  });
});

test('a distributor has a list of its own', async () => {
  const won = await readable(await story('closed', bob, 'won 1647113'));
  expect(won.lead.outcome).toMatchObject({ amount: '1647113.00', currency: 'EUR' });
  for (const secret of ['Krasnodarstrasse', '2027-03-02']) expect(won.text).not.toContain(secret);
  const lost = await readable(await story('closed', bob, 'lost, competitor'));
  expect(lost.lead.outcome).toMatchObject({ result: 'lost', reason: null });
});

test('no report to the vendor and no mail to its people repeats what is held back', async () => {
  for (const to of [cam, manager]) {
    expect(await sendReport(house.running.deps, { to, asOf: null })).toMatchObject({ ok: true });
    const messages = await house.messages(to);
    expect(messages.map((m) => m.kind)).toContain('vendor-digest');
    for (const message of messages) {
      const { text } = await house.mailOf(message);
      for (const secret of ['Krasnodarstrasse', '2027-03-02', 'too-far']) expect(text).not.toContain(secret);
    }
  }
});

test('the partner keeps seeing its own words', async () => {
  const receipt = await house.newest(alice, 'receipt');
  expect(receipt.text).toContain('1,647,113');
});
