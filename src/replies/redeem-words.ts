import { fold } from './words.ts';

/**
 * Whether somebody wants a reward for points, and which: "redeem mug", "Messestand einlösen". The name as written, empty
 * where none is given; whether there is such a reward is not decided here. Questions and a "not" are no wish.
 */
export function wantsToRedeem(visible: string): string | undefined {
  const line = visible.split('\n').find((text) => text.trim() !== '');
  if (!line || line.length > 120 || /[?？]/.test(line)) return undefined;
  const said = (fold(line).match(/[\p{L}\d]+/gu) ?? []).filter((word) => !small.has(word));
  if (said.some((word) => refusing.has(word))) return undefined;
  const at = said.findIndex((word) => verbs.has(word));
  // The word stands at the beginning, or in German at the end; in the middle it is a story.
  if (at !== 0 && (at < 0 || at !== said.length - 1)) return undefined;
  return said.filter((word) => !verbs.has(word) && !things.has(word)).join(' ');
}

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const small = setOf(
  'please pls bitte i we ich wir want would like to mochte wollen will the a an den die das eine einen my our meine unsere for fur against gegen je nous veux voudrais le la les un une des mes nos contre pour yo quiero los las el mis nuestros por io vorrei voglio i il miei nostri ik wij wil graag de mijn onze voor tegen',
);
const things = setOf(
  'points point punkte punkt reward rewards pramie pramien recompense recompenses puntos premio premios punti punten beloning beloningen',
);
const verbs = setOf(
  'redeem redeeming einlosen einloesen echanger echange canjear canjeo riscattare riscatto inwisselen',
);
const refusing = setOf(
  'not no dont never nicht kein keine nie cannot pas ne jamais nunca non mai niet geen nooit',
);
