/** Languages whose replies are read. `la` stands for filler text and yields null. */
export type Language = 'en' | 'de' | 'fr' | 'es' | 'it' | 'nl';

/**
 * The language of a text by its small words, or null where they do not settle it.
 * Light on purpose: it decides how numbers and dates are read, nothing else.
 */
export function detectLanguage(text: string): Language | null {
  const words =
    text
      .slice(0, 4000)
      .toLowerCase()
      .match(/[\p{L}']{1,40}/gu) ?? [];
  const scores = profiles.map(([language, known]) => ({
    language,
    score: words.filter((word) => known.has(word)).length,
  }));
  scores.sort((one, other) => other.score - one.score);
  const [best, second] = scores;
  if (!best || best.score === 0 || best.language === 'la' || best.score === second?.score) return null;
  return best.score >= 2 || words.length <= 6 ? (best.language as Language) : null;
}

const profiles = (
  [
    [
      'en',
      "the and you is are to of for that this we have has had it with not will was they he she be can do don't i'm it's i'll we'll our your my from but please thanks thank hi hello yes on at would there been about what which who how when if all any out just an by as so or their them i did get got here know reply sent new email another more one won lost called reached accept decline later quote order meeting price competitor signed tomorrow next week unchanged rest remind until today return help wrong undo no not price product budget too far wrong mine nothing sent still yet yesterday get got meeting fixed contract deal they back pause stop",
    ],
    [
      'de',
      'der die das und ist nicht wir ich sie es ein eine einen einem einer den dem des mit für auf von zu im am haben hat habe wird werden kann bitte danke vielen dank hallo guten tag ja nein kein keine aber oder auch noch schon bei nach aus über uns ihnen ihr mir mich sich dass wenn sehr gerne leider morgen heute grüße gewonnen verloren erreicht angebot termin kunde später zurück tsd auftrag preis unverändert nächste woche hier wie mal sehen was gruß zum vom bis ab nehme kontaktiert angenommen urlaub ablehnen annehmen abgelehnt zeit wieder hilfe falsch gewonnen verloren teuer nummer fast werde ihn anrufen netto brutto nichts neues eur',
    ],
    [
      'fr',
      'le la les et est nous vous je il elle des du un une pour pas avec dans sur que qui ce cette au aux sont avons avez oui non merci bonjour votre notre mais ou où très plus bien été fait client perdu gagné devis demain semaine prix accepter refuser concurrent à en ne se',
    ],
    [
      'es',
      'el los las y es no nosotros usted yo un una para por con en que de se lo su pero más muy gracias hola sí buenos días está hemos ha del al cliente ganado perdido presupuesto mañana semana precio aceptar rechazar competencia cita como este esta',
    ],
    [
      'it',
      'il lo gli e è non noi lei io un una per con che di si sono abbiamo ha del della dal nel questo questa ma più molto grazie ciao buongiorno sì cliente vinto perso preventivo domani settimana prezzo accettare rifiutare concorrente appuntamento ho anche come',
    ],
    [
      'nl',
      'de het een en is niet wij ik jij u zijn hebben heeft voor met op van te dat dit maar ook nog wel naar bij uit over ons bedankt hallo ja nee graag dank klant offerte morgen volgende week prijs accepteren afspraak wordt kan geen',
    ],
    [
      'la',
      'lorem ipsum dolor amet consectetur adipiscing elit sed eget nec nibh vel quis metus fusce nulla malesuada vulputate lobortis pharetra',
    ],
  ] as const
).map(([language, words]) => [language, new Set(words.split(' '))] as const);
