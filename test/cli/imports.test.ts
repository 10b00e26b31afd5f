import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, bob, setStage, timeline } from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';
import { type Ended, leadpost, sandboxOn, workingDir } from './leadpost.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
});
afterAll(() => house.stop());

const dir = workingDir();
let files = 0;
const file = (content: string | Buffer): string => {
  files += 1;
  const name = path.join(dir, `rows-${files}.csv`);
  writeFileSync(name, content);
  return name;
};
const run = (...args: string[]): Promise<Ended> => leadpost(args, sandboxOn(house.database.url));
const leads = async (q: string): Promise<Json[]> =>
  (await house.api('GET', `/leads?limit=200&q=${encodeURIComponent(q)}`)).body.items;
const partner = async (id: string): Promise<Json> => (await house.api('GET', `/partners/${id}`)).body;

const german =
  'Nummer;Betreff;Produkte;Wert;Währung;Temperatur;Vorname;Nachname;Firma;E-Mail;Telefon;PLZ;Land;Einwilligung';
const row = (id: string, more: Record<number, string> = {}): string =>
  [
    id,
    `Dach ${id}`,
    'solar',
    '28.000,50',
    'EUR',
    'heiß',
    'Jörg',
    'Müßig',
    `Bäckerei ${id}`,
    `${id}@kunde.example`,
    '0731 5557788',
    '89073',
    'Deutschland',
    'ja',
  ]
    .map((cell, i) => more[i] ?? cell)
    .join(';');
const rows = (...lines: string[]): string => [german, ...lines, ''].join('\r\n');

/** Bytes of a text as a German spreadsheet of old writes them. */
const windows1252 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('a file of leads', () => {
  test.each([
    ['Windows-1252 and semicolons', 'w', (t: string) => windows1252(t), 'windows-1252', ';'],
    [
      'UTF-8 and commas',
      'u',
      (t: string) => Buffer.from(t.replaceAll('28.000,50', '28000.50').replaceAll(';', ',')),
      'utf-8',
      ',',
    ],
    [
      'UTF-8 with its mark and bars',
      'm',
      (t: string) => Buffer.from(`\uFEFF${t.replaceAll(';', '|')}`),
      'utf-8',
      '|',
    ],
    [
      'UTF-16 and tabs',
      't',
      (t: string) => Buffer.from(`\uFEFF${t.replaceAll(';', '\t')}`, 'utf16le'),
      'utf-16le',
      '\t',
    ],
  ])(
    'in %s is understood, and its leads go out by themselves',
    async (_, id, written, encoding, delimiter) => {
      const done = await run('lead', 'import', file(written(rows(row(`${id}-1`)))), '--json');
      expect(done.json).toMatchObject({ rows: 1, imported: 1, bad: 0, writing: { encoding, delimiter } });
      await house.advance('PT1S');
      const [lead] = await leads(`${id}-1@kunde`);
      expect(lead).toMatchObject({
        external_id: `${id}-1`,
        state: 'distributing',
        temperature: 'hot',
        value: { amount: '28000.50', currency: 'EUR' },
        prospect: { name: 'Jörg Müßig', company: `Bäckerei ${id}-1`, phone: '+497315557788', country: 'DE' },
        consent: { given: true, scope: ['share'] },
      });
      expect((await timeline(house, lead.reference))[0]).toMatchObject({
        what: 'lead.captured',
        channel: 'import',
      });
      expect(await house.kinds(alice, lead.reference)).toEqual(['offer']);
    },
  );

  test('with bad rows is not taken, and each fault names line, column and what to write', async () => {
    const bad = rows(
      row('bad-1'),
      row('bad-2', { 9: 'no address' }),
      row('bad-3', { 1: '"two\nlines"', 12: 'Frankreihc' }),
      row('bad-4', { 1: '', 3: 'much' }),
      `${row('bad-5')};one too many`,
    );
    const done = await run('lead', 'import', file(bad));
    expect(done.code).toBe(1);
    expect(done.err).toContain('✖ line 3, E-Mail: "no address" is not one plain e-mail address');
    expect(done.err).toContain('✖ line 4, Land: "Frankreihc" is no ISO 3166-1');
    expect(done.err).toContain('✖ line 6, Betreff: is required');
    expect(done.err).toContain('✖ line 6, Wert: must be a decimal number');
    expect(done.err).toContain('✖ line 7, row: has 15 cells, the header 14');
    expect(done.out).toContain('5 rows, 4 of them bad.');
    expect(await leads('bad-')).toEqual([]);
    const good = await run('lead', 'import', file(bad), '--only-good', '--json');
    expect({ code: good.code, ...good.json }).toMatchObject({ code: 0, imported: 1, bad: 4 });
    expect((await leads('bad-')).map((l) => l.external_id)).toEqual(['bad-1']);
  });

  test('is only looked at with --dry-run', async () => {
    const done = await run('lead', 'import', file(rows(row('dry-1'))), '--dry-run', '--json');
    expect(done.json).toMatchObject({ rows: 1, imported: 0, batch: null });
    expect(await leads('dry-1')).toEqual([]);
  });

  test('with a column nobody knows is sent back with the nearest name, until --map says what it is', async () => {
    const text = 'summery,Zimmer,Notiz intern\nDach,12,geheim\n';
    const odd = await run('lead', 'import', file(text));
    expect(odd.err).toContain('did you mean "summary"? Say --map "summery=summary"');
    expect(odd.err).toContain('--map "Zimmer=custom.NAME"');
    const map = 'summery=summary,Zimmer=custom.rooms,Notiz intern=-';
    const done = await run('lead', 'import', file(text), '--map', map, '--hold', '--json');
    expect(done.json).toMatchObject({ imported: 1, faults: [] });
    const [lead] = await leads('Dach');
    expect(lead).toMatchObject({ summary: 'Dach', custom: { rooms: '12' }, state: 'qualifying' });
    const wrong = await run('lead', 'import', file(text), '--map', 'nothing=summary');
    expect(wrong.err).toContain('the file has no such column');
  });

  test('taken in twice changes nothing the second time', async () => {
    const same = file(rows(row('twice-1'), row('twice-2')));
    expect((await run('lead', 'import', same, '--json')).json).toMatchObject({ imported: 2, known: 0 });
    expect((await run('lead', 'import', same, '--json')).json).toMatchObject({ imported: 0, known: 2 });
  });

  test('can be taken out again but for what a partner has accepted', async () => {
    const lines = ['undo-1', 'undo-2'].map((id) => row(id, { 10: `0711 55${id.at(-1)}0000`, 11: '10115' }));
    const { json } = await run('lead', 'import', file(rows(...lines)), '--json');
    await house.advance('PT1S');
    const [taken] = await leads('undo-1');
    const [open] = await leads('undo-2');
    const mail = await house.newest(alice, 'offer', taken.reference);
    await house.press(linkTo(mail.links, 'accept'));
    const late = await house.newest(bob, 'offer', open.reference);
    const undone = await run('lead', 'import', '--undo', json.batch);
    expect(undone.code).toBe(0);
    expect(undone.out).toContain('1 leads taken out');
    expect(undone.out).toContain(`${taken.reference} stays: a partner has taken it`);
    const { body } = await house.api('GET', `/leads/${open.reference}`);
    expect(body).toMatchObject({ state: 'erased', summary: '', prospect: { email: null }, next_step: null });
    expect(body.offers.every((o: Json) => o.state === 'withdrawn')).toBe(true);
    expect((await house.press(linkTo(late.links, 'accept'))).status).toBe(410);
    expect((await house.api('GET', `/leads/${taken.reference}`)).body.state).toBe('claimed');
    expect((await run('lead', 'import', '--undo', 'B-ZZZZZZ')).err).toContain(
      'There is no lead import "B-ZZZZZZ".',
    );
  });

  test('that is empty, or no file at all, is told so', async () => {
    expect((await run('lead', 'import', file(''))).err).toContain('the file is empty');
    expect((await run('lead', 'import', path.join(dir, 'none.csv'))).err).toContain('There is no file');
    expect((await run('lead', 'import')).code).toBe(2);
  });
});

test('two thousand rows with every tenth one bad are told row by row, and the good ones are here', async () => {
  const many = Array.from({ length: 2_000 }, (_, i) =>
    row(`many-${i}`, {
      9: i % 10 === 3 ? 'nowhere' : `many-${i}@kunde.example`,
      10: `0711 ${6_000_000 + i}`,
      11: String(20_000 + i),
    }),
  );
  const done = await run('lead', 'import', file(rows(...many)), '--only-good', '--hold', '--json');
  expect(done.json).toMatchObject({ rows: 2_000, imported: 1_800, bad: 200, known: 0 });
  expect(done.json.faults).toHaveLength(200);
  expect(done.json.faults[1]).toEqual({
    line: 15,
    column: 'E-Mail',
    message: expect.stringContaining('"nowhere"'),
  });
  const undone = await run('lead', 'import', '--undo', done.json.batch, '--json');
  expect(undone.json).toMatchObject({ undone: 1_800, kept: [] });
});

describe('an export of leads', () => {
  test('is read in again as it was, and holds nothing a spreadsheet would run', async () => {
    const danger = ['=1+1', '+49 731 1', '-2', '@SUM(A1)'];
    const text = `summary,campaign,brief,phone,country,name\n${danger.map((d) => `Export Dach,${d},"a, ""b""\nc",0731 5550000,DE,Änne`).join('\n')}\n`;
    await run('lead', 'import', file(text), '--hold');
    const out = path.join(dir, 'out.csv');
    expect((await run('lead', 'export', '--out', out, '--state', 'qualifying')).code).toBe(0);
    const written = readFileSync(out, 'utf8');
    expect(written.startsWith('\uFEFFreference,')).toBe(true);
    for (const d of danger) expect(written).toContain(`,'${d},`);
    expect(written).not.toMatch(/(^|,)"?[=+@]/m);
    const { json } = await run('lead', 'import', out, '--hold', '--json');
    expect(json.faults).toEqual([]);
    const again = (await leads('Export Dach')).slice(0, 4);
    expect(again.map((l) => l.campaign).sort()).toEqual([...danger].sort());
    expect(again[0]).toMatchObject({
      brief: 'a, "b"\nc',
      prospect: { phone: '+497315550000', name: 'Änne' },
    });
  });
});

describe('a file of partners', () => {
  const header =
    'external_id,name,kind,level,parent,country,lat,lon,products,contact_name,contact_email,contact_role,contact_name_2,contact_email_2';

  test('brings contacts in columns or in rows, children before their parents, and again as an update', async () => {
    const text = [
      header,
      'north,Nord GmbH,reseller,gold,above,DE,53.5,10.0,solar; wallbox,Nora Nord,nora@north.example,owner,Nils Nord,nils@north.example',
      'above,Oben AG,Distributor,,,Deutschland,"48,1",11.5,solar,Olga Oben,olga@above.example,,,',
      'north,,,,,,,,,Nina Nord,nina@north.example,manager,,',
    ].join('\n');
    const { json } = await run('partner', 'import', file(text), '--json');
    expect(json).toMatchObject({ rows: 3, imported: 2, faults: [] });
    const north = await partner('north');
    expect(north).toMatchObject({ parent: 'above', products: ['solar', 'wallbox'], location: { lat: 53.5 } });
    expect(north.contacts.map((c: Json) => [c.email, c.role])).toEqual([
      ['nora@north.example', 'owner'],
      ['nils@north.example', 'rep'],
      ['nina@north.example', 'manager'],
    ]);
    expect((await partner('above')).contacts[0].role).toBe('owner');
    const again = await run(
      'partner',
      'import',
      file(`${header}\nnorth,North Ltd,reseller,,,,,,,,,,,`),
      '--json',
    );
    expect((await partner('north')).name).toBe('North Ltd');
    const back = await run('partner', 'import', '--undo', again.json.batch, '--json');
    expect(back.json).toMatchObject({ undone: 1, inactive: [] });
    expect(await partner('north')).toEqual(north);
  });

  test('is told what is wrong with it, each with its line and column', async () => {
    const text = [
      header,
      'p1,One,reseller,,,DE,95,10,solar,A,a@p1.example,,,',
      'p2,Two,reseller,,p3,,,,,B,b@p2.example,,,',
      'p3,Three,reseller,,p4,,,,,C,c@p3.example,,,',
      'p4,Four,reseller,,p2,,,,,D,d@p4.example,,,',
      'p5,Five,reseller,platinum,,,,,,E,a@p1.example,,,',
      'p6,Six,reseller,,nobody,,,,,F,alice@a.example,,,',
      'p7,Seven,shop,,,,,,,G,g@p7.example,boss,,',
      'p7,Sieben,,,,,,,,H,h at p7,,,',
      ',Nameless,,,,,,,,,,,,',
    ].join('\n');
    const { json, code } = await run('partner', 'import', file(text), '--json');
    expect(code).toBe(1);
    const told = json.faults.map((f: Json) => `${f.line} ${f.column}: ${f.message}`);
    const expected = [
      '2 lat: must be at most 90',
      '3 parent: makes a circle: p2 → p3 → p4 → p2',
      '6 level: "platinum" is no level of any programme',
      '6 contact_email: a@p1.example is a contact of the partner "p1" already',
      '7 parent: there is no partner "nobody"',
      '7 contact_email: alice@a.example is a contact of the partner "a" already',
      '8 kind: must be one of distributor, reseller, agency',
      '8 contact_role: must be one of owner, rep, manager',
      '9 name: says "Sieben", but line 8 says "Seven"',
      '9 contact_email: "h at p7" is not one plain e-mail address',
      '10 external_id: is missing',
    ];
    for (const words of expected)
      expect(
        told.some((t: string) => t.startsWith(words)),
        words + JSON.stringify(told),
      ).toBe(true);
    expect((await house.api('GET', '/partners/p1')).status).toBe(404);
  });

  test('can be taken out again: unused ones go, used ones get no offers any more', async () => {
    const text = [
      header,
      'gone,Gone,reseller,,,,,,nothing,Gus,gus@gone.example,,,',
      'used,Used,reseller,gold,,,,,lamp,Udo,udo@used.example,,,',
    ].join('\n');
    const { json } = await run('partner', 'import', file(text), '--json');
    const sent = await house.api('POST', '/leads', {
      summary: 'Lamps',
      products: ['lamp'],
      prospect: { name: 'X', email: 'x@lamp.example', postal_code: '1', country: 'DE' },
      consent: { given: true },
    });
    expect(sent.body.offers.map((o: Json) => o.partner)).toEqual(['used']);
    const undone = await run('partner', 'import', '--undo', json.batch);
    expect(undone.out).toContain('1 partners taken out or put back.');
    expect(undone.out).toContain('used is in use: it stays, and gets no offers any more.');
    expect((await house.api('GET', '/partners/gone')).status).toBe(404);
    expect(await partner('used')).toMatchObject({ suspended: false, contacts: [] });
    const twice = await run('partner', 'import', '--undo', json.batch);
    expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('was undone at')]);
  });

  test('what was changed after the import stays when it is taken out', async () => {
    const row = 'later,Later,reseller,gold,,,,,nothing,Lea,lea@later.example,,,';
    const { json } = await run('partner', 'import', file(`${header}\n${row}`), '--json');
    const { capacity: _, suspended: __, ...told } = await partner('later');
    expect((await house.api('PUT', '/partners/later', { ...told, name: 'Renamed' })).status).toBe(200);
    const undone = await run('partner', 'import', '--undo', json.batch, '--json');
    expect(undone.json).toMatchObject({ undone: 0, kept: [{ what: 'later' }] });
    expect((await partner('later')).name).toBe('Renamed');
  });

  test('a good row below a bad one is left out with it, and says so', async () => {
    const text = [
      header,
      'tree,Tree,distributor,,,,,,,T,t at tree,,,',
      'leaf,Leaf,reseller,,tree,,,,,L,l@leaf.example,,,',
      'twig,Twig,reseller,,leaf,,,,,W,w@twig.example,,,',
      'lone,Lone,reseller,,,,,,,O,o@lone.example,,,',
    ].join('\n');
    const { json } = await run('partner', 'import', file(text), '--only-good', '--json');
    expect(json).toMatchObject({ imported: 1, bad: 3 });
    expect(json.faults.map((f: Json) => `${f.line} ${f.column}`)).toEqual([
      '2 contact_email',
      '3 parent',
      '4 parent',
    ]);
    expect((await partner('lone')).name).toBe('Lone');
  });

  test('a person of another partner is refused over the API, too', async () => {
    const contact = { external_id: 'x', name: 'Alice', email: 'Alice@A.example', role: 'owner' };
    const put = await house.api('PUT', '/partners/other', {
      name: 'Other',
      kind: 'reseller',
      contacts: [contact],
    });
    expect([put.status, put.body.errors[0]]).toEqual([
      422,
      { pointer: '/contacts/0/email', message: expect.stringContaining('belongs to one partner') },
    ]);
  });

  test('is exported as it is read in', async () => {
    const out = path.join(dir, 'partners.csv');
    expect((await run('partner', 'export', '--out', out)).code).toBe(0);
    const before = (await house.api('GET', '/partners?limit=200')).body;
    const { json } = await run('partner', 'import', out, '--json');
    expect(json.faults).toEqual([]);
    expect((await house.api('GET', '/partners?limit=200')).body).toEqual(before);
  });
});

describe('a partner above itself', () => {
  const put = (id: string, parent: string | null): Promise<Json> =>
    house.api('PUT', `/partners/${id}`, { name: id, kind: 'reseller', parent, contacts: [] });

  test('is refused over the API, however long the way round', async () => {
    for (const [id, parent] of [
      ['r1', null],
      ['r2', 'r1'],
      ['r3', 'r2'],
    ] as const)
      await put(id, parent);
    for (const parent of ['r1', 'r2', 'r3']) {
      const { status, body } = await put('r1', parent);
      expect([status, body.errors[0].pointer]).toEqual([422, '/parent']);
    }
    expect((await put('r1', 'r3')).body.errors[0].message).toContain('r1 → r3 → r2 → r1');
    expect((await put('r3', 'r1')).status).toBe(200);
  });

  test('is not made by two that come in the same moment', async () => {
    for (const id of ['s1', 's2']) await put(id, null);
    const both = await Promise.all([put('s1', 's2'), put('s2', 's1')]);
    expect(both.map((b) => b.status).sort()).toEqual([200, 422]);
  });
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
