import { afterAll, beforeAll, expect, test } from 'vitest';
import { alice, bob, cam, postLead, setStage } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import type { Mail } from '../harness/mail.ts';
import { query } from '../harness/server.ts';

/** How mail programs put our letters together: by In-Reply-To, References and the subject. */
let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

/** All mails about a lead to somebody, oldest first. */
async function letters(to: string, reference: string): Promise<Mail[]> {
  const found = (await house.messages(to)).filter((m) => m.subject.includes(reference)).reverse();
  return Promise.all(found.map((m) => house.mailOf(m)));
}
const answers = ({ parsed }: Mail): readonly string[] =>
  [parsed.inReplyTo ?? [], parsed.references ?? []].flat().filter((id, i, all) => all.indexOf(id) === i);

test('what concerns one lead is one thread for each reader, offers apart, and no thread knows another', async () => {
  const [first, second] = [await postLead(house), await postLead(house)] as [Json, Json];
  for (const { reference } of [first, second])
    await house.press(await house.link(alice, 'accept', 'offer', reference));
  await house.advance('P4D');
  const hers = await letters(alice, first.reference);
  expect(hers.map((m) => m.kind).slice(0, 3)).toEqual(['offer', 'accepted', 'reminder']);
  const [offer, ...rest] = hers as [Mail, ...Mail[]];
  expect(answers(offer)).toEqual([]);
  // Each names all the earlier ones of its thread, the one before it last, and the offer is none of them.
  for (const [i, mail] of rest.entries()) {
    const earlier = rest.slice(0, i).map((m) => m.messageId);
    expect(mail.parsed.references ?? []).toEqual(earlier.length === 1 ? earlier[0] : earlier);
    expect(mail.parsed.inReplyTo).toBe(earlier.at(-1));
  }
  const others = [
    ...(await letters(alice, second.reference)),
    ...(await letters(bob, first.reference)),
    ...(await letters(cam, first.reference)),
  ];
  const ours = new Set(hers.map((m) => m.messageId));
  expect(others.filter((m) => answers(m).some((id) => ours.has(id)))).toEqual([]);
  expect(new Set(hers.map((m) => m.replyTo)).size).toBe(2);
  expect(others.some((m) => hers.some((h) => h.replyTo === m.replyTo))).toBe(false);
});

test('every letter says that a machine wrote it, and none asks to be heard above others', async () => {
  const kinds = new Map<string, Mail>();
  for (const message of await house.messages())
    if (!kinds.has(message.kind)) kinds.set(message.kind, await house.mailOf(message));
  expect(kinds.size).toBeGreaterThan(4);
  for (const [kind, mail] of kinds) {
    const head = mail.raw.toString('latin1').split('\r\n\r\n')[0] ?? '';
    const header = (name: string): string | undefined =>
      new RegExp(`^${name}:\\s*(.*)$`, 'im').exec(head)?.[1];
    expect({ kind, auto: header('Auto-Submitted'), list: header('List-Id') }).toEqual({
      kind,
      auto: 'auto-generated',
      list: '<leads.leads.example>',
    });
    expect(mail.messageId).toMatch(/^<[\w-]+@leads\.example>$/);
    expect([
      header('X-Priority'),
      header('Importance'),
      header('Sender'),
      header('Disposition-Notification-To'),
    ]).toEqual(Array(4).fill(undefined));
    expect(Boolean(header('List-Unsubscribe'))).toBe(kind.endsWith('digest'));
    expect(header('Precedence')).toBe(kind.endsWith('digest') ? 'bulk' : undefined);
  }
});

test('whoever gets sixty answers within an hour gets the next one later, and nobody else waits', async () => {
  const { reference } = await postLead(house);
  const [hers, his] = [
    await house.newest(alice, 'offer', reference),
    await house.newest(bob, 'offer', reference),
  ];
  const now = (await house.now()).toISOString();
  await query(
    house.database.connection,
    `insert into letters (id, key, kind, to_address, view, state, due_at, sent_at, message_id, created_at)
     select gen_random_uuid(), 'flood:' || n, 'ask', '${alice.toUpperCase()}', '{}', 'sent', t, t, 'flood-' || n, t
     from generate_series(1, 60) n, lateral (select '${now}'::timestamptz - n * interval '30 seconds' as t) x`,
  );
  const asks = async (to: string): Promise<number> =>
    (await house.kinds(to, reference)).filter((kind) => kind === 'ask').length;
  for (const mail of [hers, his]) await house.reply(mail, 'help');
  expect({ hers: await asks(alice), his: await asks(bob) }).toEqual({ hers: 0, his: 1 });
  await house.advance('PT25M');
  expect(await asks(alice)).toBe(0);
  await house.advance('PT10M');
  expect(await asks(alice)).toBe(1);
});
