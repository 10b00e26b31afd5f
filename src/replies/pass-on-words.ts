import { fold } from './words.ts';

/**
 * Whether somebody wants the lead to change hands: "pass on to Bob", "weiterleiten an Bob". Whom they mean is chosen on
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
  'please kindly pls bitte hallo hello hi it this that the lead den das diesen es ihn sie mal'.split(' '),
);
const refused = / (?:not|no|don|dont|never|nicht|kein|keine|nie) /;
const passes =
  /^(?:i |we |ich |wir )?(?:(?:want to|would like to|will|mochte|will) )?(?:pass on|pass to|pass over|hand over|hand to|forward|forward to|weitergeben|weiterleiten|weiterreichen|(?:gebe?|leite|reiche)(?: [a-z]+){0,4} weiter|abgeben an)\b/;
const takes =
  /^(?:i |we |ich |wir )?(?:(?:will|want to|ll) )?(?:take over|taking over|ubernehmen?|ubernahme)\b/;
