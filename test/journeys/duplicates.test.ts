import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  alice,
  firstWave,
  lead,
  postLead,
  programme,
  prospect,
  qualifier,
  readLead,
  setStage,
  timeline,
  told,
} from '../harness/cast.ts';
import { type House, type Json, startHouse } from '../harness/house.ts';
import { linkTo } from '../harness/mail.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house);
  const required = ['summary', 'prospect.phone|prospect.email', 'unique'];
  await house.api('PUT', '/programs/careful', {
    ...programme({ qualification: { required, hold: 'missing' } }),
    default: false,
  });
  await house.api('PUT', '/programs/carefree', {
    ...programme({ qualification: { required, hold: 'never' } }),
    default: false,
  });
});
afterAll(() => house.stop());

let made = 0;
/** Somebody nobody has heard of yet. */
const somebody = (more: Json = {}): Json => {
  made += 1;
  return {
    name: `Person Number${made}`,
    company: null,
    email: `somebody${made}@customer.example`,
    phone: `+49 711 ${String(5_550_000 + made * 37)}`,
    street: `Ring ${made}`,
    postal_code: String(10_000 + made),
    city: 'Ulm',
    country: 'DE',
    ...more,
  };
};
const post = (who: Json, more: Json = {}): Promise<Json> => postLead(house, { ...more, prospect: who });
const reasons = (l: Json): Json => l.duplicates.map((d: Json) => [d.reference, d.reason]);

describe('a lead that looks like an earlier one', () => {
  test.each([
    ['email', { email: 'Anna.Ott+sun@gmail.com' }, { email: 'annaott@googlemail.com' }],
    ['phone', { phone: '0731 5551234' }, { phone: '+49 (0)731 / 555-1234' }],
    [
      'company',
      { company: 'Bäckerei Müller GmbH & Co. KG', postal_code: '89231' },
      { company: 'Baeckerei Mueller', postal_code: 'D-89231' },
    ],
    [
      'similar_company',
      { company: 'Wärmetechnik Illertal', postal_code: '89281' },
      { company: 'Wärmetechik Illertal AG', postal_code: '89281' },
    ],
    [
      'person',
      { name: 'Dr. Ute Horn', street: 'Haupt-Straße 1', postal_code: '99999' },
      { name: 'Horn, Ute', street: 'Hauptstr. 1', postal_code: '99999' },
    ],
  ])('names it with the reason "%s", and neither is merged', async (reason, one, other) => {
    const first = await post(somebody(one));
    const second = await post(somebody(other));
    expect(reasons(first)).toEqual([]);
    expect(reasons(second)).toEqual([[first.reference, reason]]);
    expect(second.id).not.toBe(first.id);
    expect([first.state, second.state]).toEqual(['distributing', 'distributing']);
    const fact = (await timeline(house, second.reference)).find((f) => f.what === 'duplicate.suspected');
    expect(fact.data).toMatchObject({ of: first.reference, reason });
  });

  test('is shown beside the other one as that is now', async () => {
    const who = somebody();
    const first = await post(who, { summary: 'The first time' });
    const second = await post(who, { summary: 'The second time' });
    const { status, body } = await house.api('GET', `/leads/${second.reference}/duplicates`);
    expect(status).toBe(200);
    expect(body.items).toEqual([
      {
        reference: first.reference,
        reason: 'email',
        score: 1,
        same_product: true,
        state: 'distributing',
        summary: 'The first time',
        prospect: expect.objectContaining({ email: who.email }),
        created_at: first.created_at,
      },
    ]);
    expect((await house.api('GET', `/leads/${first.reference}/duplicates`)).body.items).toEqual([]);
    expect((await house.api('GET', '/leads/L-ZZZZZZ/duplicates')).status).toBe(404);
  });

  test('is an inquiry of its own after half a year', async () => {
    const apart = await startHouse();
    const who = { email: 'late@customer.example', phone: '+49 711 5553333' };
    await postLead(apart, { prospect: who, dispatch: false });
    await apart.advance('P181D');
    expect((await postLead(apart, { prospect: who, dispatch: false })).duplicates).toEqual([]);
    await apart.stop();
  });

  test('is found also when both come in the same moment', async () => {
    const who = somebody();
    const twins = await Promise.all([1, 2, 3, 4].map(() => post(who, { dispatch: false })));
    const alike = await Promise.all(twins.map((t) => readLead(house, t.reference)));
    expect(alike.map((l) => l.duplicates.length).sort()).toEqual([0, 1, 2, 3]);
  });
});

describe('a programme that requires leads to be unique', () => {
  const twice = async (program: string, more: Json = {}): Promise<[Json, Json]> => {
    const who = somebody();
    const first = await post(who, { program });
    return [first, await post(who, { program, ...more })];
  };

  test('holds the second for the qualifier, who is told what it looks like', async () => {
    const [first, second] = await twice('careful');
    expect([first.state, second.state]).toEqual(['distributing', 'qualifying']);
    const mail = await house.newest(qualifier, 'qualify', second.reference);
    expect(mail.text).toContain(`Looks like ${first.reference}: same mail address`);
    expect(mail.text).toContain('Nothing is missing.');
    expect(mail.text).not.toContain(prospect.name);
    for (const to of firstWave) expect(await house.kinds(to, second.reference)).toEqual([]);
  });

  test('lets pass who asks for something else, and holds nothing where it never holds', async () => {
    const [, other] = await twice('careful', { products: ['wallbox'] });
    expect([other.state, other.duplicates[0].same_product]).toEqual(['distributing', false]);
    const [, carefree] = await twice('carefree');
    expect([carefree.state, carefree.duplicates.length]).toEqual(['distributing', 1]);
  });

  test('lets the qualifier mark it by link, and the fact names the other one', async () => {
    const [first, second] = await twice('careful');
    const mail = await house.newest(qualifier, 'qualify', second.reference);
    const page = await house.get(linkTo(mail.links, 'duplicate'));
    expect(page.html).toContain(`A duplicate of ${first.reference}?`);
    expect((await house.press(linkTo(mail.links, 'duplicate'))).status).toBe(200);
    await isDuplicateOf(second.reference, first.reference);
  });

  test('lets the qualifier mark it by a word in reply, and by naming yet another lead', async () => {
    const [first, second] = await twice('careful');
    const mail = await house.newest(qualifier, 'qualify', second.reference);
    await house.reply(mail, 'DUPLICATE');
    await isDuplicateOf(second.reference, first.reference);
    const [, third] = await twice('careful');
    await house.reply(
      await house.newest(qualifier, 'qualify', third.reference),
      `Duplicate of ${first.reference}`,
    );
    await isDuplicateOf(third.reference, first.reference);
  });

  test('refuses an entry beside it that no lead could meet', async () => {
    const body = programme({ qualification: { required: ['uniqe'], hold: 'missing' } });
    const { status, body: answer } = await house.api('PUT', '/programs/typo', body);
    expect([status, answer.errors[0].pointer]).toEqual([422, '/qualification/required/0']);
  });

  const isDuplicateOf = async (reference: string, of: string): Promise<void> => {
    expect((await readLead(house, reference)).state).toBe('duplicate');
    const fact = (await timeline(house, reference)).find((f) => f.what === 'lead.marked_duplicate');
    expect(fact.data).toEqual({ of });
  };
});

describe('a verdict by API', () => {
  const incomplete = { email: null, phone: null };

  test.each([
    ['qualified', 'distributing', 'lead.qualified'],
    ['needs_more', 'qualifying', 'lead.needs_more'],
    ['disqualified', 'disqualified', 'lead.disqualified'],
    ['nurture', 'nurture', 'lead.nurtured'],
    ['duplicate', 'duplicate', 'lead.marked_duplicate'],
  ])('"%s" makes the lead %s', async (verdict, state, what) => {
    const first = await post(somebody());
    const { reference } = await post(somebody(incomplete));
    const of = verdict === 'duplicate' ? { of: first.reference } : {};
    const words = { verdict, reason: 'spoke with her', ...of };
    const { status, body } = await house.api('POST', `/leads/${reference}/qualify`, words);
    expect([status, body.state]).toEqual([200, state]);
    const fact = (await timeline(house, reference)).find((f) => f.what === what);
    expect(fact.evidence.words).toBe('spoke with her');
    if (verdict === 'duplicate') expect(fact.data).toEqual(of);
  });

  test('"nurture" brings the lead back to the qualifier later, who may then send it out', async () => {
    const { reference } = await post(somebody(incomplete));
    await house.api('POST', `/leads/${reference}/qualify`, { verdict: 'nurture' });
    const before = (await house.kinds(qualifier, reference)).length;
    await house.advance('P30D');
    expect((await house.kinds(qualifier, reference)).length).toBeGreaterThan(before);
    const again = await house.newest(qualifier, 'qualify', reference);
    expect((await house.press(linkTo(again.links, 'qualify'))).status).toBe(200);
    expect(await told(house, reference)).toEqual(expect.arrayContaining(['lead.resumed', 'lead.qualified']));
    expect(await house.kinds(alice, reference)).toContain('offer');
  });

  test('"duplicate" of no lead, or of itself, names the field', async () => {
    const { reference } = await post(somebody(incomplete));
    for (const of of ['L-ZZZZZZ', reference]) {
      const answer = await house.api('POST', `/leads/${reference}/qualify`, { verdict: 'duplicate', of });
      expect([answer.status, answer.body.errors[0].pointer]).toEqual([422, '/of']);
    }
    expect((await readLead(house, reference)).state).toBe('qualifying');
  });
});

test('a lead known by source and external_id is answered with the one there is', async () => {
  const who = somebody();
  const words = lead({ external_id: 'crm-1', prospect: who });
  const first = await house.api('POST', '/leads', words);
  const again = await house.api('POST', '/leads', words);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body.reference).toBe(first.body.reference);
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
