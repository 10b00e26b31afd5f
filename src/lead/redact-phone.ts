import { fold } from './fold.ts';
import type { Span } from './redact.ts';

/** Digits that must agree, counted from the end: a local number without its area code is still the number. */
const tail = 6;

/**
 * The prospect's own number in any spacing: every run of digits with up to four other signs (no letters) between them
 * that holds its last six digits, cut back over area and country code, trunk zero and plus sign.
 */
export function ownPhone(phone: string | null, text: string): Span[] {
  const own = fold(phone ?? '').text.replace(/\D/g, '');
  if (own.length < 5) return [];
  const end = own.slice(-tail);
  return digitRuns(text).flatMap((run) => {
    const spans: Span[] = [];
    for (let i = run.digits.indexOf(end); i >= 0; i = run.digits.indexOf(end, i + 1)) {
      const first = back(run.digits, i, own);
      const from = run.at[first] as number;
      spans.push({ from: from - plusBefore(text, from), until: (run.at[i + end.length - 1] as number) + 1 });
    }
    return spans;
  });
}

interface Run {
  readonly digits: string;
  /** Index in the text of every digit. */
  readonly at: readonly number[];
}

function digitRuns(text: string): Run[] {
  return Array.from(text.matchAll(/\d(?:[^\p{L}\p{N}]{0,4}\d)*/gu), (found) => {
    const at: number[] = [];
    for (let i = 0; i < found[0].length; i += 1)
      if (/\d/.test(found[0][i] as string)) at.push(found.index + i);
    return { digits: found[0].replace(/\D/g, ''), at };
  });
}

/** Where the number starts in the run: as far back as its digits agree, trunk zeros passed over. */
function back(digits: string, match: number, own: string): number {
  let [first, rest] = [match, own.length - Math.min(tail, own.length) - 1];
  for (let i = match - 1; i >= 0 && match - i < 20; i -= 1) {
    if (rest >= 0 && digits[i] === own[rest]) rest -= 1;
    else if (digits[i] !== '0') break;
    first = i;
  }
  return first;
}

const plusBefore = (text: string, from: number): number =>
  /[+(]{1,2}\s?$/.exec(text.slice(Math.max(0, from - 3), from))?.[0].length ?? 0;
