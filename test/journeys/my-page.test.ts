import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packUuid } from '../../src/letters/compact-uuid.ts';
import { alice, bob, ownPage, postLead, prospect, readLead, setStage, told } from '../harness/cast.ts';
import { formsOn, type House, linksOnPage, startHouse } from '../harness/house.ts';
import { linkTo, tokenOf } from '../harness/mail.ts';
import { fingerprint } from '../harness/tables.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

async function claimed(email: string, more: object = {}): Promise<string> {
  const { reference } = await postLead(house, more);
  const offer = await house.newest(email, 'offer', reference);
  expect((await house.press(linkTo(offer.links, 'accept'), { promise: 'today' })).status).toBe(303);
  return reference;
}

const held = async (reference: string): Promise<string> => {
  const rows = await house.running.deps.db.query<{ id: string }>(
    "select a.id from assignments a join leads l on l.id = a.lead_id where l.reference = $1 and a.state = 'active'",
    [reference],
  );
  return packUuid((rows[0] as { id: string }).id);
};

/** Opens the form, waits as a person does, and posts it. */
async function update(fields: Record<string, string>) {
  const link = `${await ownPage(house, alice, 'my')}/updates`;
  const form = formsOn((await house.get(link)).html)[0] as { nonce: string };
  await house.advance('PT2S');
  return house.post(link, { nonce: form.nonce, ...fields });
}

/** The colours of a picture's first row (PNG, 8 bits a channel; RFC 2083 6: a filter, then bytes). */
function topEdge(png: Buffer): string[] {
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const rows = inflateSync(Buffer.concat(parts));
  const bytes = png[25] === 6 ? 4 : 3;
  const width = png.readUInt32BE(16);
  const row = Buffer.from(rows.subarray(1, 1 + width * bytes));
  // In the first row there is nothing above: Sub and Paeth add the pixel on the left, Average half of it.
  const share = { 0: 0, 1: 1, 2: 0, 3: 0.5, 4: 1 }[Number(rows[0])] ?? Number.NaN;
  for (let i = bytes; i < row.length; i += 1)
    row[i] = (row[i] as number) + Math.floor(share * (row[i - bytes] as number));
  return Array.from({ length: width }, (_, x) => row.toString('hex', x * bytes, x * bytes + 3));
}

describe('the page of one person', () => {
  test('lists offers with both answers and own leads with buttons, and leads to the updates', async () => {
    const open = (await postLead(house)).reference;
    const own = await claimed(alice);
    await house.newest(alice, 'offer', open);
    const page = await house.get(await ownPage(house, alice, 'my'));
    expect(page.status).toBe(200);
    expect(page.html).toContain(open);
    expect(page.html).toContain(own);
    expect(page.html).toContain(prospect.name);
    const acts = linksOnPage(page.html).map((link) => tokenOf(link)?.act);
    for (const act of ['accept', 'decline', 'lead', 'contacted', 'not-reached', 'my', 'prefs'])
      expect(acts).toContain(act);
    expect(page.html).toContain('Where Partner A stands');
    expect(Buffer.byteLength(page.html)).toBeLessThan(40_000);
    const accept = linksOnPage(page.html).find((l) => tokenOf(l)?.act === 'accept') as string;
    expect((await house.press(accept)).status).toBe(303);
    expect((await readLead(house, open)).state).toBe('claimed');
  });

  test('shows another person nothing of it, and changes nothing however often it is opened', async () => {
    const before = await fingerprint(house.running.deps.db);
    const page = await house.get(await ownPage(house, bob, 'my'));
    expect(page.html).not.toContain(prospect.name);
    for (const act of ['my', 'prefs', 'stop'] as const) {
      await house.get(await ownPage(house, alice, act));
      await house.get(await ownPage(house, alice, act), 'HEAD');
    }
    expect(await fingerprint(house.running.deps.db)).toEqual(before);
  });

  test('opens by its own kind of link only', async () => {
    const my = await ownPage(house, alice, 'my');
    for (const path of ['prefs', 'stop', 'a', 'l'])
      expect([403, 404, 410]).toContain((await house.get(my.replace('/my/', `/${path}/`))).status);
    const { deps } = house.running;
    const [one, other] = await deps.db.query<{ id: string }>(
      'select id from people where email in ($1, $2) order by email',
      [alice, bob],
    );
    const foreign = deps.links.url(
      'prefs',
      { sub: one?.id as string, act: 'prefs', obj: other?.id as string, ver: 1 },
      await house.now(),
    );
    expect((await house.get(foreign)).status).toBe(403);
  });

  test('stays small with a hundred leads, the rest a page further on', async () => {
    for (let i = 0; i < 30; i += 1) await postLead(house);
    await house.messages(bob);
    const page = await house.get(await ownPage(house, bob, 'my'));
    expect(Buffer.byteLength(page.html)).toBeLessThan(40_000);
    const next = /href="([^"]*\?from=\d+)"/.exec(page.html)?.[1] as string;
    const rest = await fetch(new URL(new URL(next).pathname + new URL(next).search, house.url));
    expect(rest.status).toBe(200);
    const further = await rest.text();
    expect(further).toContain('Accept');
    // Bob has fewer leads in hand than the first page shows, and the next one does not say that he has none.
    const held = await claimed(bob);
    expect((await house.get(await ownPage(house, bob, 'my'))).html).toContain('1 lead is in your hands');
    const again = await fetch(new URL(new URL(next).pathname + new URL(next).search, house.url));
    const text = await again.text();
    expect(text).toContain('1 lead is in your hands');
    expect(text).not.toContain(held);
  });
});

describe('all updates in one form', () => {
  test('applies each row as its button would, tells each result, and keeps what was wrong as it was typed', async () => {
    const [won, meeting, lost, wrong, left] = [
      await claimed(alice),
      await claimed(alice),
      await claimed(alice),
      await claimed(alice),
      await claimed(alice),
    ] as const;
    const id = async (reference: string) => held(reference);
    const wonId = await id(won);
    const answer = await update({
      [`verb.${wonId}`]: 'won',
      [`amount.${await id(won)}`]: '12.000,50',
      [`verb.${await id(meeting)}`]: 'meeting',
      [`date.${await id(meeting)}`]: (await house.now()).toISOString().slice(0, 10),
      [`verb.${await id(lost)}`]: 'lost',
      [`reason.${await id(lost)}`]: 'price',
      [`verb.${await id(wrong)}`]: 'quoted',
      [`amount.${await id(wrong)}`]: 'about twelve',
      [`note.${await id(wrong)}`]: 'Rang <b>twice</b>',
      [`verb.${await id(left)}`]: '',
      unknown: 'ignored',
    });
    expect(answer.status).toBe(422);
    expect(answer.html).toContain('Saved: 3 leads.');
    expect(answer.html).toContain('Won, €12,000.50');
    expect(answer.html).toContain('value="about twelve"');
    expect(answer.html).toContain('Rang &lt;b&gt;twice&lt;/b&gt;');
    expect(answer.html).toContain('Write the amount in digits');
    expect(await readLead(house, won)).toMatchObject({ state: 'won', outcome: { amount: '12000.50' } });
    expect(await readLead(house, meeting)).toMatchObject({ stage: 'meeting', phase: 'contacted' });
    expect(await readLead(house, lost)).toMatchObject({ state: 'lost', outcome: { reason: 'price' } });
    expect((await readLead(house, wrong)).stage).toBe('claimed');
    expect((await readLead(house, left)).stage).toBe('claimed');
    const undo = linksOnPage(answer.html).find(
      (l) => tokenOf(l)?.act === 'undo' && tokenOf(l)?.obj === wonId,
    );
    expect((await house.press(undo as string)).status).toBe(200);
    expect((await readLead(house, won)).state).toBe('claimed');
    expect(await told(house, won)).toContain('lead.reopened');
  });

  test('needs the nonce of its page, and says what is gone in the meantime', async () => {
    const one = await claimed(alice);
    const id = await held(one);
    const link = `${await ownPage(house, alice, 'my')}/updates`;
    const again = await house.post(link, { [`verb.${id}`]: 'contacted', [`note.${id}`]: 'spoke to them' });
    expect(again.html).toContain('Please press once more');
    expect(again.html).toContain('spoke to them');
    expect((await readLead(house, one)).stage).toBe('claimed');
    await house.api('POST', `/leads/${one}/recall`, { reason: 'test', next: 'hold' });
    const gone = await update({ [`verb.${id}`]: 'won' });
    expect(gone.html).toContain('1 lead you wrote about is no longer in your hands');
    expect((await readLead(house, one)).state).toBe('qualified');
  });

  test('never reports in somebody else’s name', async () => {
    const theirs = await claimed(bob);
    const answer = await update({ [`verb.${await held(theirs)}`]: 'won' });
    expect(answer.html).toContain('no longer in your hands');
    expect((await readLead(house, theirs)).state).toBe('claimed');
  });
});

describe('what a page gives to take along', () => {
  test('the card and the calendar entry are the holder’s, by the holder’s link alone', async () => {
    const reference = await claimed(alice, { prospect: { name: 'Otto, Ofen; "Öl"' } });
    const mail = await house.newest(alice, 'accepted', reference);
    const link = linkTo(mail.links, 'lead');
    const card = await house.get(`${link}/contact.vcf`);
    expect(card.headers.get('content-type')).toBe('text/vcard; charset=utf-8');
    expect(card.headers.get('content-disposition')).toBe(`attachment; filename=${reference}.vcf`);
    expect(card.headers.get('cache-control')).toBe('no-store');
    expect(card.html).toContain('\r\nFN:Otto\\, Ofen\\; "Öl"\r\n');
    const entry = await house.get(`${link}/next-step.ics`);
    expect(entry.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    expect(entry.html).toContain('\r\nMETHOD:PUBLISH\r\n');
    const offer = await house.link(bob, 'accept', 'offer', reference);
    for (const file of ['contact.vcf', 'next-step.ics']) {
      for (const foreign of [offer.replace('/a/', '/l/'), link.slice(0, -3), `${link}x`]) {
        const answer = await house.get(`${foreign}/${file}`);
        expect([403, 404, 410]).toContain(answer.status);
        expect(answer.html).not.toContain('Otto');
      }
    }
    await house.api('POST', `/leads/${reference}/recall`, { reason: 'test', next: 'hold' });
    expect((await house.get(`${link}/contact.vcf`)).status).toBe(403);
  });

  test('a phone can put the page on its home screen', async () => {
    const my = await ownPage(house, alice, 'my');
    const page = await house.get(my);
    const href = /rel="manifest" href="([^"]+)"/.exec(page.html)?.[1] as string;
    const app = await house.get(new URL(href, house.url).href);
    expect(app.headers.get('content-type')).toContain('application/manifest+json');
    const { start_url, icons, display, name } = JSON.parse(app.html);
    expect(new URL(start_url, house.url).pathname).toBe(new URL(my).pathname);
    expect({ display, name }).toEqual({ display: 'standalone', name: 'Acme: leads' });
    expect(page.headers.get('content-security-policy')).toContain("manifest-src 'self'");
    for (const { src, sizes } of icons) {
      const icon = Buffer.from(await (await fetch(new URL(src, house.url))).arrayBuffer());
      expect(`${icon.readUInt32BE(16)}x${icon.readUInt32BE(20)}`).toBe(sizes);
      // Nothing but the ground along the top edge: the drawing, and no text above it.
      expect([...new Set(topEdge(icon))]).toEqual(['15803d']);
    }
    expect((await house.get(`${my.slice(0, -2)}xx/app.webmanifest`)).status).toBe(404);
  });
});
