import { describe, expect, it } from 'vitest';
import { reply } from './written-mail.ts';

/** What people write, and what it does: `verb decision figures`. On an offer above the line, on a lead below it. */
const said: Readonly<Record<string, { readonly offer: readonly Row[]; readonly lead: readonly Row[] }>> = {
  fr: {
    offer: [
      ['Oui, je le prends.', 'accept apply'],
      ['Nous acceptons volontiers', 'accept apply'],
      ['Bonjour,\n\nOui, nous prenons ce lead.\n\nCordialement\nAnne Petit', 'accept apply'],
      ['Non merci, trop loin pour nous.', 'decline apply too-far'],
      ['Désolé, nous n’avons pas le temps.', 'decline apply no-capacity'],
      ['Oui si le client est à Lyon', 'accept ask'],
      ['Oui s’il est à Lyon', 'accept ask'],
      ['Oui, sous réserve du prix', 'accept ask'],
      ['Oui ou non, je vous dirai demain', 'note note'],
      ['Peut-être', 'note note'],
    ],
    lead: [
      ['Client joint, rendez-vous mardi à 10h', 'meeting apply 2026-11-17 10:00'],
      ['J’ai parlé avec le client', 'contacted apply'],
      ['Je n’ai pas joint le client', 'not-reached apply'],
      ['Je n’ai pas encore réussi à le joindre', 'not-reached apply'],
      ['Devis envoyé, 12 000 €', 'quoted apply 12000.00'],
      ['Gagné, 28 000 €', 'won apply 28000.00'],
      ['Nous avons gagné l’affaire', 'won apply'],
      ['Perdu, trop cher', 'lost apply price'],
      ['Plus tard, dans deux semaines', 'snooze apply 2026-11-30'],
      ['Je rends le lead, pas de capacité', 'return apply no-capacity'],
      ['Absent jusqu’au 1/12', 'pause apply 2026-12-01'],
      ['Si le client signe, c’est gagné', 'won ask'],
      ['S’il signe, c’est gagné', 'won ask'],
      ['Pas encore gagné', 'won ask'],
      ['Peut-être gagné', 'won ask'],
      ['Le concurrent a gagné', 'won ask'],
      ['Demain je l’appelle', 'note note'],
    ],
  },
  es: {
    offer: [
      ['Sí, lo acepto.', 'accept apply'],
      ['Si, gracias', 'accept apply'],
      ['Hola,\n\nSí, nos lo quedamos.\n\nUn saludo,\nMarta', 'accept apply'],
      ['No, gracias, está demasiado lejos.', 'decline apply too-far'],
      ['No tenemos capacidad ahora', 'decline apply no-capacity'],
      ['Sí, si el presupuesto es suficiente', 'accept ask'],
      ['Sí, siempre que sea en Madrid', 'accept ask'],
      ['No sé si aceptarlo', 'decline ask other'],
      ['Quizás', 'note note'],
    ],
    lead: [
      ['Contactado, cita el martes a las 10:00', 'meeting apply 2026-11-17 10:00'],
      ['He hablado con el cliente', 'contacted apply'],
      ['No he podido contactar con el cliente', 'not-reached apply'],
      ['No contesta', 'not-reached apply'],
      ['Presupuesto enviado: 12.000 €', 'quoted apply 12000.00'],
      ['Hemos ganado el pedido', 'won apply'],
      ['¡Ganado!', 'won apply'],
      ['Perdido por precio', 'lost apply price'],
      ['El cliente no está interesado', 'lost apply no-need'],
      ['Más tarde, en dos semanas', 'snooze apply 2026-11-30'],
      ['Devuelvo el lead, sin capacidad', 'return apply no-capacity'],
      ['Ausente hasta el 1/12', 'pause apply 2026-12-01'],
      ['Casi ganado', 'won ask'],
      ['La competencia ha ganado', 'won ask'],
      ['¿Ganado?', 'won ask'],
      ['Mañana le llamo', 'note note'],
    ],
  },
  it: {
    offer: [
      ['Sì, lo accetto.', 'accept apply'],
      ['Accettiamo volentieri', 'accept apply'],
      ['Buongiorno,\n\nsì, lo prendiamo.\n\nCordiali saluti\nLuca', 'accept apply'],
      ['No grazie, troppo lontano.', 'decline apply too-far'],
      ['Non abbiamo tempo', 'decline apply no-capacity'],
      ['Sì, se il budget basta', 'accept ask'],
      ['Sì, salvo imprevisti', 'accept ask'],
      ['Non so se accettarlo', 'decline ask other'],
      ['Forse', 'note note'],
    ],
    lead: [
      ['Contattato, appuntamento martedì alle 10:00', 'meeting apply 2026-11-17 10:00'],
      ['Ho parlato con il cliente', 'contacted apply'],
      ['Non sono riuscito a contattare il cliente', 'not-reached apply'],
      ['Non risponde', 'not-reached apply'],
      ['Preventivo inviato: 12.000 €', 'quoted apply 12000.00'],
      ['Abbiamo vinto l’ordine', 'won apply'],
      ['Perso, troppo caro', 'lost apply price'],
      ['Il cliente non è interessato', 'lost apply no-need'],
      ['Più tardi, tra due settimane', 'snooze apply 2026-11-30'],
      ['Restituisco il lead, nessuna capacità', 'return apply no-capacity'],
      ['Assente fino al 1/12', 'pause apply 2026-12-01'],
      ['Quasi vinto', 'won ask'],
      ['Il concorrente ha vinto', 'won ask'],
      ['Vinto?', 'won ask'],
      ['Domani lo chiamo', 'note note'],
    ],
  },
  nl: {
    offer: [
      ['Ja, die neem ik.', 'accept apply'],
      ['Wij nemen de lead graag aan', 'accept apply'],
      ['Goedemorgen,\n\nJa graag, wij nemen deze lead.\n\nMet vriendelijke groet,\nPiet', 'accept apply'],
      ['Nee bedankt, te ver weg.', 'decline apply too-far'],
      ['We hebben geen tijd', 'decline apply no-capacity'],
      ['Ja, als het budget genoeg is', 'accept ask'],
      ['Ja, onder voorbehoud', 'accept ask'],
      ['Ik weet niet of ik hem neem', 'note note'],
      ['Misschien', 'note note'],
    ],
    lead: [
      ['Bereikt, afspraak dinsdag om 10:00', 'meeting apply 2026-11-17 10:00'],
      ['Ik heb de klant gesproken', 'contacted apply'],
      ['Ik heb de klant niet kunnen bereiken', 'not-reached apply'],
      ['Geen gehoor', 'not-reached apply'],
      ['Offerte verstuurd: € 12.000', 'quoted apply 12000.00'],
      ['We hebben de opdracht gewonnen', 'won apply'],
      ['Verloren, te duur', 'lost apply price'],
      ['De klant heeft geen interesse', 'lost apply no-need'],
      ['Later, over twee weken', 'snooze apply 2026-11-30'],
      ['Ik geef de lead terug, geen capaciteit', 'return apply no-capacity'],
      ['Afwezig tot 1/12', 'pause apply 2026-12-01'],
      ['Bijna gewonnen', 'won ask'],
      ['De concurrent heeft gewonnen', 'won ask'],
      ['Gewonnen?', 'won ask'],
      ['Morgen bel ik', 'note note'],
    ],
  },
};
type Row = readonly [words: string, understood: string];

describe.each(Object.keys(said))('a sentence in %s', (locale) => {
  for (const context of ['offer', 'lead'] as const)
    it.each(said[locale]?.[context] ?? [])(
      `on ${context === 'offer' ? 'an offer' : 'a lead'}: %s`,
      (words, understood) => {
        const { intents, decision } = reply(words, { context, locale });
        const { verb, amount, date, time, reason } = intents[0] ?? {};
        const figures = verb === 'contacted' ? [] : [amount ?? date ?? reason, time];
        expect([verb, decision, ...figures].filter(Boolean).join(' ')).toBe(understood);
      },
    );
});

/** An answer to a report of four rows, and what becomes of each. */
const rows: readonly (readonly [locale: string, words: string, understood: string])[] = [
  ['fr', '1 joint, 2 gagné 14k, reste inchangé', '1 contacted, 2 won 14000.00, 3 unchanged, 4 unchanged'],
  ['fr', '2 perdu prix, les autres inchangés', '2 lost price, 1 unchanged, 3 unchanged, 4 unchanged'],
  [
    'es',
    '1 contactado, 2 ganado 14k, los demás sin cambios',
    '1 contacted, 2 won 14000.00, 3 unchanged, 4 unchanged',
  ],
  [
    'it',
    '2 perso prezzo e 3 non raggiunto, gli altri invariati',
    '2 lost price, 3 not-reached, 1 unchanged, 4 unchanged',
  ],
  [
    'nl',
    '2 verloren prijs en 3 niet bereikt, de overige ongewijzigd',
    '2 lost price, 3 not-reached, 1 unchanged, 4 unchanged',
  ],
];

describe('a report is answered row by row', () => {
  it.each(rows)('in %s: %s', (locale, words, understood) => {
    const { intents, decision } = reply(words, { context: 'digest', locale, rows: 4 });
    const told = intents.map(({ row, verb, amount, reason }) =>
      [row, verb, amount ?? reason].filter(Boolean).join(' '),
    );
    expect([told.join(', '), decision]).toEqual([understood, 'apply']);
  });
});

/** How the mail programs of these languages put our letter below an answer; its buttons' words must not be read. */
const quotes: Readonly<Record<string, readonly [word: string, quote: string][]>> = {
  fr: [
    ['JOINT', 'Le lun. 16 nov. 2026 à 10:00, Acme <reply+k@leads.acme.example> a écrit :\n\n> GAGNÉ · PERDU'],
    [
      'JOINT',
      'De : Acme <reply+k@leads.acme.example>\nEnvoyé : lundi 16 novembre 2026 10:00\nÀ : Anne\nObjet : Votre lead\n\nGAGNÉ',
    ],
    [
      'JOINT',
      '====\n\nMessage du : 16/11/2026 10:00\nDe : "Acme" <reply+k@leads.acme.example>\nA : anne@b.example\nCopie à : \nSujet : Votre lead\n\nGAGNÉ',
    ],
    ['JOINT', 'Bien à vous,\nAnne Petit\nGAGNÉ SARL'],
    ['JOINT', 'Envoyé de mon iPhone\n\n-----Message d’origine-----\nPERDU'],
  ],
  es: [
    [
      'CONTACTADO',
      'El lun, 16 nov 2026 a las 10:00, Acme (<reply+k@leads.acme.example>) escribió:\n\n> GANADO · PERDIDO',
    ],
    [
      'CONTACTADO',
      'De: Acme <reply+k@leads.acme.example>\nEnviado el: lunes, 16 de noviembre de 2026 10:00\nPara: Marta\nAsunto: Su lead\n\nGANADO',
    ],
    ['CONTACTADO', 'Un cordial saludo,\nMarta\nGANADO SL'],
    ['CONTACTADO', 'Enviado desde mi iPhone\n\n-----Mensaje original-----\nPERDIDO'],
  ],
  it: [
    [
      'CONTATTATO',
      'Il giorno lun 16 nov 2026 alle ore 10:00 Acme <reply+k@leads.acme.example> ha scritto:\n\n> VINTO · PERSO',
    ],
    [
      'CONTATTATO',
      'Da: Acme <reply+k@leads.acme.example>\nInviato: lunedì 16 novembre 2026 10:00\nA: Luca\nOggetto: Il Suo lead\n\nVINTO',
    ],
    ['CONTATTATO', 'Buon lavoro\nLuca\nVINTO SRL'],
    ['CONTATTATO', 'Inviato da iPhone\n\n-----Messaggio originale-----\nPERSO'],
  ],
  nl: [
    [
      'BEREIKT',
      'Op ma 16 nov 2026 om 10:00 schreef Acme <reply+k@leads.acme.example>:\n\n> GEWONNEN · VERLOREN',
    ],
    [
      'BEREIKT',
      'Van: Acme <reply+k@leads.acme.example>\nVerzonden: maandag 16 november 2026 10:00\nAan: Piet\nOnderwerp: Uw lead\n\nGEWONNEN',
    ],
    [
      'BEREIKT',
      'Op 16 november 2026 10:00 schreef Acme <\nreply+k@leads.acme.example>:\n\n> De klant heeft een huis van 180 m², een ketel van 22 jaar oud,\nen is nog niet gewonnen.',
    ],
    ['BEREIKT', 'Hartelijke groeten,\nPiet\nGEWONNEN BV'],
    ['BEREIKT', 'Verstuurd vanaf mijn iPhone\n\n-----Oorspronkelijk bericht-----\nVERLOREN'],
  ],
};

describe.each(Object.keys(quotes))('a mail program in %s', (locale) => {
  it.each(quotes[locale] ?? [])('leaves nothing of the quote behind %s: %j', (word, quote) => {
    const { visible, intents, decision } = reply(`${word}\n\n${quote}\n`, { locale });
    expect([visible, intents[0]?.verb, decision]).toEqual([word, 'contacted', 'apply']);
  });
});
