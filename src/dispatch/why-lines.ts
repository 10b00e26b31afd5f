import { type PartnerExplanation, whyYou } from '../lead/match.ts';
import { type CriterionKind, criterionKinds } from '../lead/programme.ts';
import type { WhyLine } from '../letters/letter.ts';

/**
 * Two lines "why you" for a partner, from the stored explanation: the criteria that counted most for it. They are read
 * before a claim, so what they name passes the same cut as every other word.
 *
 * @param cut as `redactor` of the lead's prospect makes it
 */
export function whyLines(explanation: unknown, partner: string, cut: (text: string) => string): WhyLine[] {
  const row = rows(explanation).find((r) => r.partner === partner);
  return row
    ? whyYou(row)
        .filter((r) => isKind(r.code))
        .map((r) => ({ kind: r.code as CriterionKind, detail: cutDetail(detailOf(r.values), cut) }))
    : [];
}

const cutDetail = (detail: string | null, cut: (text: string) => string): string | null =>
  detail === null ? null : cut(detail);

const isKind = (code: string): boolean => (criterionKinds as readonly string[]).includes(code);

/** The one value worth a word in the mail: what is covered, where it lies, the level, how far. */
function detailOf(values: Readonly<Record<string, string | number>>): string | null {
  const { items, areas, level, km } = values;
  if (km !== undefined) return `${km} km`;
  return [items, areas, level].map(String).find((v) => v !== '' && v !== 'undefined') ?? null;
}

/** How many partners each exclusion kept out. */
export function excludedCounts(explanation: unknown): { code: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows(explanation)) {
    for (const { code } of row.excluded) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  return [...counts].map(([code, count]) => ({ code, count })).sort((a, b) => b.count - a.count);
}

const rows = (explanation: unknown): readonly PartnerExplanation[] =>
  (explanation ?? []) as readonly PartnerExplanation[];
