import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alice, programme, setStage } from '../harness/cast.ts';
import { formsOn, type House, type Json, type PageAnswer, startHouse } from '../harness/house.ts';

let house: House;
beforeAll(async () => {
  house = await startHouse({ env: { VENDOR_NAME: 'Acme & Söhne' } });
  await setStage(house);
  await house.api('PUT', '/programs/spring-fair', {
    ...programme({ qualification: { required: ['products', 'prospect.postal_code'], hold: 'missing' } }),
    default: false,
  });
});
afterAll(() => house.stop());

const query = '?lang=de&utm_source=newsletter&utm_campaign=spring';
const address = `/f/spring-fair${query}`;
const ask = async (path: string, init: RequestInit = {}): Promise<PageAnswer> => {
  const response = await fetch(new URL(path, house.url), { redirect: 'manual', ...init });
  const { status, headers } = response;
  return { status, headers, html: await response.text(), location: headers.get('location') };
};
const filled = (more: Record<string, string> = {}): Record<string, string> => ({
  summary: 'Solardach für die Bäckerei',
  products: 'solar',
  brief: 'Bitte vormittags anrufen.',
  name: 'Jörg Ährenglück',
  company: 'Bäckerei Ährenglück',
  phone: '0731 5557788',
  email: '',
  street: 'Zwiebelgasse 17',
  postal_code: '89073',
  city: 'Ulm',
  country: 'DE',
  consent: 'yes',
  website: '',
  ...more,
});
/** Opens the form, takes the time a person needs, and sends it. */
async function send(fields: Record<string, string>, path = address): Promise<PageAnswer> {
  const shown = await ask(path);
  await house.advance('PT3S');
  return post(shown.html, fields);
}
const post = (html: string, fields: Record<string, string>): Promise<PageAnswer> => {
  const form = formsOn(html)[0];
  if (!form) throw new Error(`no form on this page:\n${html}`);
  const { pathname, search } = new URL(form.action.replaceAll('&amp;', '&'));
  const body = new URLSearchParams({ nonce: form.nonce, ...fields });
  return ask(pathname + search, { method: 'POST', body });
};
const leads = async (): Promise<Json[]> => (await house.api('GET', '/leads?limit=200')).body.items;

describe('the form of a programme', () => {
  test('is small, asks no scripts and no cookies, and has a label for every field', async () => {
    const { status, html, headers } = await ask(address);
    expect(status).toBe(200);
    expect(Buffer.byteLength(html)).toBeLessThan(40_000);
    expect(html).not.toMatch(/<script|undefined|\{\{/);
    expect(headers.get('set-cookie')).toBeNull();
    expect(headers.get('cache-control')).toBe('no-store');
    const labelled = [...html.matchAll(/<label for="([^"]+)"/g)].map((m) => m[1]);
    const fields = [...html.matchAll(/<(?:input|select|textarea) id="([^"]+)"/g)].map((m) => m[1]);
    expect(fields.filter((id) => !labelled.includes(id))).toEqual([]);
    expect(fields.length).toBeGreaterThan(10);
  });

  test('is in the language of the address, else of the browser', async () => {
    expect((await ask(address)).html).toMatch(/<html lang="de"[\s\S]*Was brauchen Sie\?/);
    const browser = { headers: { 'accept-language': 'de-AT,de;q=0.9,en;q=0.5' } };
    const { html } = await ask('/f/spring-fair', browser);
    expect(html).toContain('<html lang="de"');
    expect(html).toContain('<option value="AT" selected>Österreich</option>');
    expect((await ask('/f/spring-fair?lang=fr')).html).toContain('<html lang="fr"');
    expect((await ask('/f/spring-fair?lang=pl')).html).toContain('<html lang="en"');
  });

  test('asks for what its programme requires, and offers the products somebody can deliver', async () => {
    const { html } = await ask(address);
    expect(html).toMatch(/id="f-postal_code"[^>]* required/);
    expect(html).not.toMatch(/id="f-city"[^>]* required/);
    const products = [...html.matchAll(/name="products" value="([^"]+)"/g)].map((m) => m[1]);
    expect(products).toEqual(['solar', 'wallbox']);
    expect((await ask('/f/default')).html).toMatch(/id="f-country"[^>]* required/);
  });

  test('that nobody has made says so, and is no lead', async () => {
    for (const path of ['/f/nonesuch', '/f/%3Cscript%3E', `/f/${'x'.repeat(300)}`]) {
      const { status, html } = await ask(path);
      expect(status).toBe(404);
      expect(html).toContain('This form does not exist');
    }
    expect((await ask('/f/nonesuch', { method: 'POST', body: 'nonce=x' })).status).toBe(404);
  });

  test('is read by GET and HEAD without any effect', async () => {
    for (const method of ['GET', 'HEAD'])
      await ask(`${address}&summary=x&name=y&consent=yes&phone=0731555123`, { method });
    expect(await leads()).toEqual([]);
  });
});

describe('somebody who fills it in', () => {
  test('is a lead with its source, its consent word for word, and an offer to a partner', async () => {
    const { html } = await ask(address);
    const box = /<label for="f-consent">(.*?)<\/label>/.exec(html)?.[1]?.replaceAll('&amp;', '&');
    const answer = await send(filled());
    expect([answer.status, answer.location]).toEqual([303, '/f/spring-fair/thanks?lang=de']);
    const [lead] = await leads();
    expect(lead).toMatchObject({
      program: 'spring-fair',
      source: 'newsletter',
      campaign: 'spring',
      state: 'distributing',
      summary: 'Solardach für die Bäckerei',
      brief: 'Bitte vormittags anrufen.',
      products: ['solar'],
      prospect: {
        name: 'Jörg Ährenglück',
        phone: '+497315557788',
        country: 'DE',
        language: 'de',
        email: null,
      },
      consent: { given: true, text: box, scope: ['share', 'mail'] },
    });
    expect(box).toContain('Acme & Söhne');
    expect(Date.parse(lead.consent.at)).toBeGreaterThan(Date.parse('2026-01-01'));
    const { body } = await house.api('GET', `/leads/${lead.reference}/timeline`);
    expect(body.items[0]).toMatchObject({
      what: 'lead.captured',
      channel: 'form',
      who: { kind: 'prospect' },
    });
    expect(await house.kinds(alice, lead.reference)).toEqual(['offer']);
  });

  test('is thanked on a page that can be loaded again', async () => {
    const thanks = await ask('/f/spring-fair/thanks?lang=de');
    expect(thanks.status).toBe(200);
    expect(thanks.html).toContain('Vielen Dank');
    expect(thanks.html).not.toContain('<form');
  });

  test('comes from the form when no campaign is named', async () => {
    await send(filled({ email: 'a1@customer.example' }), '/f/spring-fair');
    expect((await leads())[0]).toMatchObject({ source: 'form', campaign: null });
  });

  test('is one lead, however often the button is pressed', async () => {
    const before = (await leads()).length;
    const { html } = await ask(address);
    await house.advance('PT3S');
    const presses = [1, 2, 3].map(() => post(html, filled({ email: 'twice@customer.example' })));
    expect((await Promise.all(presses)).map((p) => p.status)).toEqual([303, 303, 303]);
    expect((await leads()).length).toBe(before + 1);
  });
});

describe('a form that cannot be taken as it is', () => {
  test('names each field and what to do, and keeps what was written', async () => {
    const before = (await leads()).length;
    const wrong = filled({ phone: 'call me', email: 'joerg at web', consent: '', country: '', name: ' ' });
    const { status, html } = await send(wrong);
    expect(status).toBe(422);
    for (const name of ['phone', 'email', 'consent', 'name']) {
      expect(html).toMatch(
        new RegExp(`id="f-${name}"[^>]*aria-invalid="true" aria-describedby="f-${name}-fault"`),
      );
      expect(html).toContain(`<a href="#f-${name}">`);
    }
    expect(html).toContain('Schreiben Sie die Adresse so: name@firma.de.');
    for (const kept of [
      'Solardach für die Bäckerei',
      'joerg at web',
      'Bitte vormittags anrufen.',
      'Zwiebelgasse 17',
    ])
      expect(html).toContain(kept);
    expect(html).toContain('value="solar" checked');
    expect((await leads()).length).toBe(before);
    await house.advance('PT3S');
    expect((await post(html, filled({ email: 'mended@customer.example' }))).status).toBe(303);
  });

  test.each([
    ['neither phone nor mail address', { phone: '', email: '' }, 'f-phone'],
    ['no product', { products: '' }, 'f-products'],
    ['a product nobody has', { products: 'submarine' }, 'f-products'],
    ['a country that is none', { country: 'XX' }, 'f-country'],
    ['a text that is too long', { summary: 'x'.repeat(301) }, 'f-summary'],
  ])('is sent back with %s', async (_, more, field) => {
    const { status, html } = await send(filled(more as Record<string, string>));
    expect(status).toBe(422);
    expect(html).toContain(`<a href="#${field}">`);
  });

  test('has no effect from a machine: too fast, without our nonce, or with the decoy filled in', async () => {
    const before = (await leads()).length;
    const { html } = await ask(address);
    const person = filled({ email: 'machine@customer.example' });
    const fast = await post(html, person);
    await house.advance('PT3S');
    const decoy = await post(html, { ...person, website: 'https://spam.example' });
    const forged = await post(html, { ...person, nonce: 'abc.def' });
    for (const answer of [fast, decoy, forged]) {
      expect(answer.status).toBe(200);
      expect(answer.html).toContain('Es wurde noch nichts gesendet.');
      expect(answer.html).toContain('machine@customer.example');
    }
    expect((await leads()).length).toBe(before);
    expect((await post(html, person)).status).toBe(303);
  });

  test('ends as text, whatever was typed into it', async () => {
    const evil = '"><script>alert(1)</script>{{constructor}}';
    const { html } = await send(
      filled({ summary: evil, name: '', brief: evil }),
      `${address}&utm_source=${encodeURIComponent(evil)}`,
    );
    expect(html).not.toContain('<script');
    expect(html).toContain('&lt;script&gt;');
  });
});

test('a network that posts on and on is asked to wait, and loses nothing', async () => {
  const apart = await startHouse();
  await setStage(apart);
  const shown = await (await fetch(`${apart.url}/f/default`)).text();
  await apart.advance('PT3S');
  const nonce = formsOn(shown)[0]?.nonce as string;
  const press = (n: number): Promise<Response> =>
    fetch(`${apart.url}/f/default`, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({
        nonce,
        ...filled({ email: `n${n}@customer.example`, phone: '', company: '' }),
      }),
    });
  const statuses: number[] = [];
  for (let n = 0; n < 31; n += 1) statuses.push((await press(n)).status);
  expect(statuses.filter((s) => s === 303)).toHaveLength(30);
  const refused = await press(31);
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600']);
  expect(await refused.text()).toContain('n31@customer.example');
  await apart.advance('PT11M');
  expect((await press(31)).status).toBe(303);
  await apart.stop();
});

test('nothing in the house has complained', () => {
  expect(house.complaints).toEqual([]);
});
