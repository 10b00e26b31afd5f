import { type DateFound, dateAt, settle } from './dates.ts';
import { type Day, dayIn, dayNumber, isoDay, plusDays } from './days.ts';
import { bodyOf, type InboundMail } from './inbound-mail.ts';
import { fold } from './words.ts';

/** `until`: the day of return (yyyy-mm-dd) as the notice says it, or null. */
export type Absence = { readonly until: string | null };

/**
 * When the writer of an out-of-office notice is back. "Back on" is believed before "until";
 * only dates from the mail's day on and within a year count. `today` null: no date can be placed.
 */
export function readAbsence(mail: InboundMail, today: Day | null, monthFirst: boolean | null): Absence {
  if (!today) return { until: null };
  const text = fold(`${mail.subject}\n${bodyOf(mail)}`.slice(0, 3000));
  for (const cue of cues) {
    for (const match of [...text.matchAll(cue)].slice(0, 10)) {
      const day = dateBehind(text, match.index + match[0].length, today, monthFirst);
      if (day)
        return {
          until: isoDay(
            /inclusive|included|einschl|inkl|incl/.test(text.slice(match.index, match.index + 60))
              ? plusDays(day, 1)
              : day,
          ),
        };
    }
  }
  return { until: null };
}

/** Folded text: "zurück" is "zuruck". The last date of a range is the one that counts. */
const cues: readonly RegExp[] = [
  /\b(?:back (?:in the office |at work |at my desk )?(?:on|from|by|at)?|return(?:ing)? (?:to (?:the office|work) )?(?:on|by)?|available again (?:on|from|as of)?|in the office again|wieder (?:ab|am|im buro|zuruck|da|erreichbar|verfugbar|fur sie)[a-z ]{0,30}|ab (?:dem )?|zuruck (?:am|ab)?|(?:de )?retour (?:le|au bureau le)?|regres[a-z]{1,4} (?:el)?|rientr[a-z]{1,4} (?:il)?|terug (?:op|vanaf)?|tillbaka|tilbake|tilbage)/g,
  /\b(?:until|till|til|to|through|bis|jusqu'au|hasta(?: el)?|fino al|tot(?: en met)?|t\/m|including)\b/g,
];

function dateBehind(text: string, from: number, today: Day, monthFirst: boolean | null): Day | null {
  const end = Math.min(text.length, from + 40);
  for (let at = from; at < end; at += 1) {
    if (/[a-z\d]/.test(text[at - 1] ?? ' ') || text[at] === '\n' || /[.!?]/.test(text[at] ?? '')) {
      if (/[.!?]\s/.test(text.slice(at, at + 2))) return null;
      continue;
    }
    const found = dateAt(text, at, { today, monthFirst });
    const day = found && absolute(found, text, at, { today, monthFirst });
    if (day && dayNumber(day) >= dayNumber(today) && dayNumber(day) < dayNumber(today) + 400) return day;
  }
  return null;
}

/** "Monday, 1 December": the weekday is only the date's companion. */
function absolute(
  found: DateFound,
  text: string,
  at: number,
  style: { today: Day; monthFirst: boolean | null },
): Day | null {
  if (found.loose || found.readings.length !== 1) return null;
  if (!found.relative) return settle(found, style.today, true);
  const behind = text.slice(at + found.length, at + found.length + 12);
  const gap = /^[\s,.]{1,3}(?:(?:the|den|dem|le|el|il) )?/.exec(behind)?.[0].length;
  const next = gap === undefined ? null : dateAt(text, at + found.length + gap, style);
  return next && !next.relative && !next.loose
    ? absolute(next, text, at, style)
    : settle(found, style.today, true);
}

/** The mail's own day in a zone, or null where neither mail nor reader know one. */
export function mailDay(mail: InboundMail, zone: string, receivedAt: Date | undefined): Day | null {
  const instant = mail.date ?? receivedAt;
  return instant && Number.isFinite(instant.getTime()) ? dayIn(zone, instant) : null;
}
