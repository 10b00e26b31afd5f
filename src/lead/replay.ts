import { missingInformation } from './intake.ts';
import type { Lead } from './lead.ts';
import {
  explainMatch,
  type MatchInput,
  type MatchPartner,
  matchLead,
  type PartnerExplanation,
} from './match.ts';
import type { Locate } from './match-values.ts';
import { type Programme, waveSize } from './programme.ts';

/** A lead that was offered once, with what is known of that moment. */
export interface PastLead {
  readonly lead: Lead;
  /** When it was first offered. */
  readonly at: Date;
  /** External ids of its first wave. */
  readonly was: readonly string[];
  /** Why partners stood where they stood. */
  readonly explained: readonly PartnerExplanation[];
  /** The partners of today, with their records as of then. */
  readonly partners: readonly MatchPartner[];
  /** Where postal codes lie, where the draft measures distances. */
  readonly locate?: Locate;
}

export interface ReplayedLead {
  readonly lead: string;
  readonly at: Date;
  readonly was: readonly string[];
  readonly now: readonly string[];
  readonly moved: boolean;
  /** What the draft demands and the lead lacks: it would have waited for a qualifier. */
  readonly missing: readonly string[];
  readonly why: readonly { readonly partner: string; readonly change: 'in' | 'out'; readonly why: string }[];
}

/**
 * What a lead's first wave would have been under a draft, and why it differs. The same input gives the same answer;
 * exploration picks the same leads as it did then.
 */
export function replayLead(past: PastLead, draft: Programme, hash: MatchInput['hash']): ReplayedLead {
  const { lead, at, partners, was, locate } = past;
  const { required, hold } = draft.qualification;
  const missing = missingInformation(lead, required);
  const held = hold === 'always' || (hold === 'missing' && missing.length > 0);
  const input = {
    lead,
    programme: draft,
    version: lead.program.version,
    partners,
    at,
    hash,
    ...(locate ? { locate } : {}),
  };
  const width = waveSize(draft.distribution);
  const ranked = matchLead({ ...input, ...(Number.isFinite(width) ? { limit: width } : {}) }).ranked;
  const now = held
    ? []
    : ranked
        .filter((r) => r.partner.contacts.length > 0)
        .slice(0, width)
        .map((r) => r.partner.external_id);
  const moved = was.length !== now.length || was.some((p) => !now.includes(p));
  const base = { lead: lead.reference, at, was, now, moved, missing };
  return { ...base, why: moved ? reasons(past, input, now, held) : [] };
}

function reasons(
  past: PastLead,
  input: MatchInput,
  now: readonly string[],
  held: boolean,
): ReplayedLead['why'] {
  const rows = new Map(explainMatch(input).partners.map((row, i) => [row.partner, { row, place: i + 1 }]));
  const before = new Map(past.explained.map((row, i) => [row.partner, { row, place: i + 1 }]));
  const told = (p: string): string =>
    held ? 'the lead would have waited for a qualifier' : standing(rows.get(p), before.get(p));
  return [
    ...now
      .filter((p) => !past.was.includes(p))
      .map((p) => ({ partner: p, change: 'in' as const, why: told(p) })),
    ...past.was
      .filter((p) => !now.includes(p))
      .map((p) => ({ partner: p, change: 'out' as const, why: told(p) })),
  ];
}

interface Placed {
  readonly row: PartnerExplanation;
  readonly place: number;
}

/** Where a partner stands under the draft, and where it stood. */
function standing(now: Placed | undefined, before: Placed | undefined): string {
  const was = before ? `; ${placed(before, 'was')}` : '';
  return now ? `${placed(now, 'is')}${was}` : `is no partner any more${was}`;
}

function placed({ row, place }: Placed, verb: string): string {
  const out = row.excluded[0];
  return out
    ? `${verb} excluded (${out.code}: ${out.why})`
    : `${verb} number ${place} with ${row.score.toFixed(2)}`;
}

/** A whole replay, newest lead first. */
export interface Replay {
  readonly program: string;
  readonly leads: number;
  readonly moved: number;
  readonly items: readonly ReplayedLead[];
}

export const replayOf = (draft: Programme, items: readonly ReplayedLead[]): Replay => ({
  program: draft.key,
  leads: items.length,
  moved: items.filter((i) => i.moved).length,
  items,
});
