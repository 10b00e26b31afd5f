import type { Noted } from './letter.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';

/** What was understood, as half a sentence: "won, €12,000", "meeting on Tue 24 Nov, 10:00". */
export function notedSentence(noted: Noted, { words, formats, plain }: Ink): string {
  const { verb, money, date, time, reason } = noted;
  const best = [money && 'money', date && time && 'time', date && 'date', reason && 'reason'].find(
    (form) => form && words.has(`noted.${verb}_${form}`),
  );
  const key = best ? `noted.${verb}_${best}` : `noted.${verb}`;
  if (!words.has(key)) return spoken(verb);
  return words.t(key, {
    money: money ? formats.money(money, plain ? 'code' : 'symbol') : '',
    date: date ? formats.day(date) : '',
    time: time ?? '',
    reason: reason ? reasonWord(reason, words) : '',
  });
}

/** A reason within a sentence; a programme's own codes are spelt out. */
export function reasonWord(code: string, words: Ink['words']): string {
  const word = words.has(`reasons.${code}`) ? words.t(`reasons.${code}`) : spoken(code);
  // Where nouns have capitals, the locale writes each reason the way it stands in a sentence.
  return words.has('meta.capitalNouns') ? word : word.toLocaleLowerCase(words.tag);
}
