import { fold } from './words.ts';

/**
 * Whether somebody wants the lead to change hands: "pass on to Bob", "weiterleiten an Bob", "transmettre à Bob". Whom they mean is chosen on
 * a page, never guessed from a name; a reply like this is answered with the button that leads there.
 */
export function wantsToPass(visible: string): 'pass-on' | 'take-over' | undefined {
  const line = visible.split('\n').find((text) => text.trim() !== '');
  if (!line || line.length > 120) return undefined;
  const said = (fold(line).match(/[\p{L}\d]+/gu) ?? []).filter((word) => !small.has(word)).join(' ');
  if (refused.test(` ${said} `)) return undefined;
  return passes.test(said) ? 'pass-on' : takes.test(said) ? 'take-over' : undefined;
}

const small = new Set(
  'please kindly pls bitte hallo hello hi it this that the lead den das diesen es ihn sie mal le la lo il ce questo este deze dit het hem de aub svp'.split(
    ' ',
  ),
);
const refused =
  / (?:not|no|don|dont|never|nicht|kein|keine|nie|pas|ne|non|jamais|nunca|mai|niet|geen|nooit) /;
const passes = startsWith(
  /pass on|pass to|pass over|hand over|hand to|forward|forward to/,
  /weitergeben|weiterleiten|weiterreichen|(?:gebe?|leite|reiche)(?: [a-z]+){0,4} weiter|abgeben an/,
  /transmettre|transmets|transferer|faire suivre|passer a/,
  /traspasar|traspaso|reenviar|pasar a|paso a/,
  /passare|passo a|inoltrare|inoltro|girare a/,
  /doorgeven|doorsturen|overdragen|(?:geef|stuur)(?: [a-z]+){0,4} door/,
);
const takes = startsWith(
  /take over|taking over/,
  /ubernehmen?|ubernahme/,
  /reprendre|reprends|reprenons|prends relais/,
  /asumir|asumo|asumimos|me hago cargo|nos hacemos cargo/,
  /subentro|subentrare|subentriamo/,
  /overnemen|overname|(?:neem|nemen) over/,
);

/** A line that begins so, whoever says that he wants it. */
function startsWith(...wishes: readonly RegExp[]): RegExp {
  const who = '(?:i |we |ich |wir |je |nous |yo |io |ik |wij )?';
  const wants = '(?:(?:want to|would like to|will|ll|mochte|wil|voudrais|quiero|vorrei) )?';
  return new RegExp(`^${who}${wants}(?:${wishes.map((wish) => wish.source).join('|')})(?![\\p{L}\\d])`, 'u');
}
