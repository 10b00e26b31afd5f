import type { z } from 'zod';
import { parseDuration } from '../lead/duration.ts';

/** Lists of a programme that cannot work: a ladder that never ends, entries that cannot be told apart. */

type Ctx = z.RefinementCtx;

const fault = (ctx: Ctx, path: PropertyKey[], message: string): void =>
  ctx.addIssue({ code: 'custom', path, message });

interface Step {
  readonly after: string;
  readonly clock: string;
  readonly effect: string;
}
const ends = (step: Step): boolean => step.effect === 'recall' || step.effect === 'suspend';

export function ladderFaults(ladder: readonly Step[], ctx: Ctx): void {
  const last = ladder.findIndex(ends);
  if (last === -1) {
    fault(
      ctx,
      [],
      'the ladder never ends, so an unworked lead would lie still; give its last step the effect recall or suspend',
    );
  } else if (last < ladder.length - 1) {
    fault(
      ctx,
      [last + 1],
      `is never reached: step ${last} already has the effect ${ladder[last]?.effect}; remove what comes after it`,
    );
  }
  for (const [n, step] of ladder.entries()) {
    const before = ladder[n - 1];
    if (before?.clock === step.clock && lasts(step.after) < lasts(before.after)) {
      fault(
        ctx,
        [n, 'after'],
        `is earlier than the step before (${before.after}); every step counts from the deadline, so order them by time`,
      );
    }
  }
}

function lasts(text: string): number {
  const read = parseDuration(text);
  return read ? read.days * 86_400_000 + read.ms : 0;
}

/** Two entries of one name cannot be told apart. @param at where the list lies below the refined value */
export const twice =
  (member: string, at: readonly PropertyKey[] = []) =>
  (entries: readonly object[], ctx: Ctx): void => {
    const seen = new Set<unknown>();
    for (const [n, entry] of entries.entries()) {
      const name = (entry as Readonly<Record<string, unknown>>)[member];
      if (seen.has(name))
        fault(ctx, [...at, n, member], `"${String(name)}" is used twice; each needs a name of its own`);
      seen.add(name);
    }
  };
