import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, bob, dora, postLead, prospect, readLead, setStage, told } from '../../harness/cast.ts';
import { eventually, type House, type Json, startHouse } from '../../harness/house.ts';
import { type Mail, replyMail } from '../../harness/mail.ts';
import { type MailServer, replies, startMailServer } from './mail-server.ts';

const vouched = (domain: string): string =>
  `Authentication-Results: mx.test; dmarc=pass header.from=${domain}`;

let mail: MailServer;
let house: House;
beforeAll(async () => {
  mail = await startMailServer();
  house = await startHouse({ env: mail.env });
  await setStage(house);
});
afterAll(async () => {
  await house?.stop();
  await mail?.stop();
});

/** A reply as the partner's mail program sends it and our own mail server delivers it. */
const reply = async (to: Mail, words: string, headers: readonly string[], from = to.to): Promise<void> =>
  mail.deliver(to.replyTo as string, replyMail(to, words, { at: await house.now(), from, headers }));

const inbox = async (state: string): Promise<Json[]> =>
  (await house.api('GET', `/inbox?state=${state}`)).body.items;

describe('the whole path over real SMTP, LMTP and IMAP', () => {
  let reference: string;

  test('the offer arrives in real mailboxes, and names nobody', async () => {
    ({ reference } = await postLead(house));
    for (const to of [alice, bob, dora]) {
      const offer = await mail.arrived(to, 'offer');
      expect(offer.subject.endsWith(`[${reference}]`)).toBe(true);
      expect(offer.raw.toString()).not.toContain(prospect.name);
    }
    await eventually(async () =>
      expect((await readLead(house, reference)).offers.map((o: Json) => o.state)).toEqual([
        'sent',
        'sent',
        'sent',
      ]),
    );
  });

  test('a yes that nobody vouches for changes nothing, and is asked about at the address on file', async () => {
    const offer = await mail.arrived(bob, 'offer');
    await reply(offer, 'accept', []);
    await reply(offer, 'accept', ['Authentication-Results: mx.elsewhere; dmarc=pass header.from=b.example']);
    await reply(offer, 'accept', [
      'Authentication-Results: mx.test; dmarc=fail header.from=b.example',
      vouched('b.example'),
    ]);
    await reply(offer, 'accept', [vouched('evil.example')], 'Bob <bob@evil.example>');
    await eventually(async () => expect(await inbox('suspicious')).toHaveLength(4));
    await mail.arrived(bob, 'ask');
    expect((await readLead(house, reference)).state).toBe('distributing');
  });

  test('a yes from the partner claims the lead, and the details arrive', async () => {
    const began = performance.now();
    await reply(await mail.arrived(alice, 'offer'), 'accept', [vouched('a.example')]);
    await eventually(async () => expect((await readLead(house, reference)).state).toBe('claimed'));
    const details = await mail.arrived(alice, 'accepted');
    console.info(`reply to details in the mailbox: ${Math.round(performance.now() - began)} ms`);
    expect(details.text).toContain(prospect.name);
    expect((await readLead(house, reference)).claim.partner).toBe('a');
  });

  test('what the partner reports is booked and receipted, in one thread', async () => {
    const details = await mail.arrived(alice, 'accepted');
    await reply(details, 'quoted 12000 EUR', [vouched('a.example')]);
    const receipt = await mail.arrived(alice, 'receipt');
    expect((await readLead(house, reference)).phase).toBe('proposal');
    expect(receipt.parsed.references).toContain(details.messageId);
    expect(await told(house, reference)).toContain('status.reported');
  });

  test('every mail read is stored, and moved out of the way', async () => {
    await eventually(async () => expect(await mail.count(replies, 'INBOX')).toBe(0));
    expect(await mail.count(replies, 'Processed')).toBe(6);
    expect((await inbox('applied')).length).toBe(2);
  });
});
