import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  bob,
  cam,
  charlie,
  dora,
  emil,
  manager,
  postLead,
  qualifier,
  readLead,
  setStage,
  told,
} from '../harness/cast.ts';
import { type House, linksOnPage, startHouse } from '../harness/house.ts';
import { type Mail, tokenOf } from '../harness/mail.ts';

const identity = {
  name: 'Jörn Käsemüller',
  company: 'Öfenglut Bäckerhaus GmbH',
  email: 'joern.kaesemueller@oefenglut.example',
  phone: '+49 731 5557788',
  street: 'Zwiebelgäßchen 17',
};
/** The identity as somebody who copies, shouts, spaces out or hides it would write it. */
const spellings = [
  'Käsemüller',
  'KÄSEMÜLLER',
  'Kaesemueller',
  'Kasemuller',
  'K ä s e m ü l l e r',
  'Käse\u00admüller',
  'K\u200bäsemüller',
  'Herr J. Käsemüller',
  'Käsemüller, Jörn',
  'JÖRN',
  'Joern',
  'Öfenglut',
  'OEFENGLUT',
  'Öfenglut Bäckerhaus',
  'Ö-f-e-n-g-l-u-t',
  'joern.kaesemueller@oefenglut.example',
  'www.oefenglut.example',
  'https://oefenglut.example/kontakt',
  '0731 5557788',
  '0731/555 77 88',
  '+49 (731) 555-7788',
  '0049.731.5557788',
  '497315557788',
  'Zwiebelgäßchen 17',
  'ZWIEBELGAESSCHEN 17',
];
const planted = {
  prospect: identity,
  summary: 'Solar roof for Käsemüller (OEFENGLUT), call 0731 555 77 88',
  brief: spellings.map((s, i) => `${i}. Please ask for ${s}, thank you.`).join('\n'),
  campaign: 'Öfenglut winter',
  custom: {
    note: 'Jörn Käsemüller wants it fast',
    'Öfenglut id': 'K-77',
    phone: 497315557788,
    nested: { deep: ['Käsemüller'] },
  },
};

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/([aou])e/g, '$1')
    .replace(/[^a-z0-9]/g, '');
const needles = ['kasemuller', 'jorn', 'ofenglut', 'backerhaus', 'zwiebelgasschen', '5557788'].map(plain);

/** What of the identity a text gives away, however it is spelled; tags and tokens are no text. */
const leaksIn = (text: string): string[] => {
  const shown = text
    .replace(/https?:\/\/localhost[^\s"<>]*/g, ' ')
    .replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCodePoint(parseInt(hex, 16)));
  const found = [plain(shown), plain(shown.replace(/<[^>]*>/g, ''))];
  return needles.filter((needle) => found.some((f) => f.includes(needle)));
};

let house: House;
let reference: string;
/** Mails that showed the identity, as "kind to". */
const revealed = new Set<string>();
const seen = new Set<string>();
const pages = { opened: 0, revealing: 0 };

beforeAll(async () => {
  house = await startHouse();
  await setStage(house, {
    programme: { qualification: { required: ['summary', 'custom.budget'], hold: 'missing' } },
  });
});
afterAll(() => house.stop());

/** Looks at every new mail and opens every link of every mail: the identity is for `holder` alone. */
async function walk(moment: string, holder: string | null): Promise<void> {
  const all = await house.messages();
  const holderId = holder && tokenOf(await house.link(holder, 'accept', 'offer', reference))?.sub;
  const faults: string[] = [];
  for (const message of all) {
    const mail = await house.mailOf(message);
    if (!seen.has(message.id)) faults.push(...mailFaults(moment, mail, holder));
    seen.add(message.id);
    faults.push(...(await pageFaults(moment, mail.links, holderId)));
  }
  expect(faults).toEqual([]);
}

function mailFaults(moment: string, mail: Mail, holder: string | null): string[] {
  const headers = mail.parsed.headerLines.map((h) => h.line).join('\n');
  const leaks = [mail.subject, mail.text, mail.html, headers].flatMap(leaksIn);
  if (leaks.length === 0) return [];
  revealed.add(`${mail.kind} to ${mail.to}`);
  return mail.to === holder ? [] : [`${moment}: ${mail.kind} to ${mail.to} shows ${leaks}`];
}

async function pageFaults(
  moment: string,
  links: readonly string[],
  holderId: string | null | undefined,
): Promise<string[]> {
  const faults: string[] = [];
  // A set that grows while it is walked: the links of the mail, then those on the pages behind them.
  const toOpen = new Set(links.filter((link) => tokenOf(link)));
  for (const link of toOpen) {
    const { html } = await house.get(link);
    pages.opened += 1;
    for (const next of linksOnPage(html)) if (tokenOf(next) && toOpen.size < 20) toOpen.add(next);
    const leaks = leaksIn(html);
    if (leaks.length === 0) continue;
    pages.revealing += 1;
    const theirs = /^\/(?:l|my)\//.test(new URL(link).pathname) && tokenOf(link)?.sub === holderId;
    if (!theirs) faults.push(`${moment}: the page behind "${tokenOf(link)?.act}" shows ${leaks}`);
  }
  return faults;
}

const press = async (who: string, kind: string, act: string): Promise<number> =>
  (await house.press(await house.link(who, act, kind, reference))).status;

describe('only the holder ever sees who the customer is', () => {
  test('while the qualifier looks at the lead', async () => {
    reference = (await postLead(house, planted)).reference;
    await walk('qualifying', null);
    expect(await house.kinds(qualifier, reference)).toEqual(['qualify']);
    expect(await press(qualifier, 'qualify', 'qualify')).toBe(200);
  });

  test('while the lead is offered, declined and asked about', async () => {
    await walk('offered', null);
    await press(dora, 'offer', 'decline');
    await house.reply(await house.newest(bob, 'offer', reference), 'Is this the Käsemüller family?');
    await house.reply(await house.newest(bob, 'offer', reference), 'yes', { from: charlie });
    await walk('declined', null);
    expect(await house.kinds(charlie)).toEqual([]);
  });

  test('while Alice holds it: she does, nobody else', async () => {
    expect(await press(alice, 'offer', 'accept')).toBe(303);
    expect((await house.reply(await house.newest(bob, 'offer', reference), 'yes')).body.state).toBe(
      'proposed',
    );
    await walk('claimed', alice);
    await house.reply(await house.newest(alice, 'accepted', reference), 'not reached');
    await house.reply(await house.newest(alice, 'accepted', reference), 'lost', { from: charlie });
    await walk('reported', alice);
    expect(revealed).toContain(`accepted to ${alice}`);
  });

  test('while she lets it lie, and the account manager is told', async () => {
    for (let day = 0; day < 9 && !(await told(house, reference)).includes('escalation.raised'); day++) {
      await house.advance('P1D');
      await walk(`day ${day}`, alice);
    }
    expect(await house.kinds(cam, reference)).toContain('escalation');
    expect(await press(cam, 'escalation', 'on-it')).toBe(200);
    await walk('escalated', alice);
  }, 120_000);

  test('after it was taken back from her: not even she', async () => {
    await house.api('POST', `/leads/${reference}/recall`, { reason: 'silence', next: 'reoffer' });
    expect((await readLead(house, reference)).state).toBe('distributing');
    await walk('recalled', null);
    expect(await house.kinds(alice, reference)).toContain('recalled');
  });

  test('after Bob has taken it over, and when he gives it back by undo', async () => {
    expect(await press(bob, 'offer', 'accept')).toBe(303);
    await walk('second claim', bob);
    expect(await press(bob, 'accepted', 'undo')).toBe(200);
    await walk('undone', null);
  });

  test('until nobody is left to ask, and the program manager has it', async () => {
    await house.advance('P30D');
    expect((await readLead(house, reference)).state).toBe('unplaced');
    await walk('unplaced', null);
    expect(await house.kinds(manager, reference)).toContain('unplaced');
    expect(await house.kinds(emil, reference)).toContain('offer');
  });

  test('and the walk was no empty one', () => {
    expect(pages.opened).toBeGreaterThan(300);
    expect(pages.revealing).toBeGreaterThan(0);
    expect([...revealed].every((mail) => mail.endsWith(alice) || mail.endsWith(bob))).toBe(true);
    expect(house.complaints).toEqual([]);
  });
});
