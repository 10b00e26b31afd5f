import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postLead, prospect, qualifier, readLead, setStage } from '../harness/cast.ts';
import { type House, startHouse } from '../harness/house.ts';

/** Four partners, each in a language of its own; a lead is offered to all of them at once. */
const readers = {
  fr: {
    tag: 'fr-CA',
    yes: 'OUI',
    quote: 'DEVIS 12000',
    noted: 'Noté : devis envoyé',
    page: 'Accepter ce lead',
  },
  es: {
    tag: 'es-MX',
    yes: 'SÍ',
    quote: 'PRESUPUESTO 12000',
    noted: 'presupuesto enviado',
    page: 'Aceptar este lead',
  },
  it: {
    tag: 'it',
    yes: 'SÌ',
    quote: 'PREVENTIVO 12000',
    noted: 'preventivo inviato',
    page: 'Accettare questo lead',
  },
  nl: {
    tag: 'nl_BE',
    yes: 'JA',
    quote: 'OFFERTE 12000',
    noted: 'offerte verstuurd',
    page: 'Deze lead aannemen',
  },
} as const;
type Language = keyof typeof readers;
const of = (language: Language): string => `reader@${language}.example`;

let house: House;
beforeAll(async () => {
  house = await startHouse();
  await setStage(house, { programme: { distribution: { mode: 'group', size: 4 } } });
  for (const [language, { tag }] of Object.entries(readers))
    await house.api('PUT', `/partners/${language}`, {
      name: `Partner ${language}`,
      kind: 'reseller',
      products: ['pumps'],
      timezone: 'Europe/Berlin',
      contacts: [
        {
          external_id: `${language}-1`,
          name: `Reader ${language}`,
          email: of(language as Language),
          role: 'owner',
          language: tag,
        },
      ],
    });
  await house.api('PUT', `/users/${qualifier}`, { name: 'Quinn', role: 'qualifier', language: 'fr' });
});
afterAll(() => house.stop());

describe.each(Object.keys(readers) as Language[])('whoever reads %s', (language) => {
  const { yes, quote, noted, page } = readers[language];
  let reference: string;

  test('is offered a lead in it and takes it by the word the mail names', async () => {
    reference = (await postLead(house, { products: ['pumps'] })).reference;
    const offer = await house.newest(of(language), 'offer', reference);
    expect(offer.html).toContain(`lang="${language}"`);
    expect(offer.text).toContain(yes);
    expect((await house.reply(offer, yes)).body.state).toBe('applied');
    expect((await readLead(house, reference)).claim).toMatchObject({ partner: language });
  });

  test('reads the customer’s name in it, and reports by a word with a figure', async () => {
    const accepted = await house.newest(of(language), 'accepted', reference);
    expect(accepted.html).toContain(`lang="${language}"`);
    expect(accepted.text).toContain(prospect.name);
    expect((await house.reply(accepted, quote)).body.state).toBe('applied');
    expect((await readLead(house, reference)).stage).toBe('proposal');
    expect((await house.newest(of(language), 'receipt', reference)).subject).toContain(noted);
  });

  test('finds its pages in it', async () => {
    const next = (await postLead(house, { products: ['pumps'] })).reference;
    const offer = await house.newest(of(language), 'offer', next);
    const [accept = ''] = offer.links;
    const shown = await house.get(accept);
    expect(shown.html).toContain(`<html lang="${language}"`);
    expect(shown.html).toContain(page);
    await house.api('POST', `/leads/${next}/close`, { result: 'lost', reason: 'timing' });
  });
});

describe('the vendor’s own people', () => {
  test('read a language that says all of it, whatever their own', async () => {
    const { reference } = await postLead(house, { prospect: { email: null, phone: null } });
    const mail = await house.newest(qualifier, 'qualify', reference);
    expect(mail.html).toContain('lang="en"');
    expect(mail.subject).toContain('Please check');
    const [decide = ''] = mail.links;
    expect((await house.get(decide)).html).toContain('<html lang="en"');
  });
});

test('the form speaks the language of the browser', async () => {
  const ask = (languages: string) =>
    fetch(new URL('/f/default', house.url), { headers: { 'accept-language': languages } }).then((r) =>
      r.text(),
    );
  for (const language of Object.keys(readers))
    expect(await ask(`${readers[language as Language].tag.replace('_', '-')},en;q=0.8`)).toContain(
      `<html lang="${language}"`,
    );
  expect(await ask('pt-BR,nl;q=0.7')).toContain('<html lang="nl"');
});
