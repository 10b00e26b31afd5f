import { parseDuration } from './duration.ts';

/** Lists of a programme that cannot work: a ladder that never ends, entries that cannot be told apart. */

/** What is wrong with a part of a document: where below that part, and what would work. */
export interface PartFault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

interface Step {
  readonly after: string;
  readonly clock: string;
  readonly effect: string;
}
const ends = (step: Step): boolean => step.effect === 'recall' || step.effect === 'suspend';

export function ladderFaults(ladder: readonly Step[]): PartFault[] {
  const last = ladder.findIndex(ends);
  const disorder = ladder.flatMap((step, n) => {
    const before = ladder[n - 1];
    if (before?.clock !== step.clock || lasts(step.after) >= lasts(before.after)) return [];
    const message = `is earlier than the step before (${before.after}); every step counts from the deadline, so order them by time`;
    return [{ path: [n, 'after'], message }];
  });
  if (last === -1) {
    const message =
      'the ladder never ends, so an unworked lead would lie still; give its last step the effect recall or suspend';
    return [{ path: [], message }, ...disorder];
  }
  if (last === ladder.length - 1) return disorder;
  const message = `is never reached: step ${last} already has the effect ${ladder[last]?.effect}; remove what comes after it`;
  return [{ path: [last + 1], message }, ...disorder];
}

function lasts(text: string): number {
  const read = parseDuration(text);
  return read ? read.days * 86_400_000 + read.ms : 0;
}

/** Two entries of one name cannot be told apart. */
export const twice =
  (member: string) =>
  (entries: readonly object[]): PartFault[] => {
    const names = entries.map((entry) => (entry as Readonly<Record<string, unknown>>)[member]);
    return names.flatMap((name, n) =>
      names.indexOf(name) < n
        ? [{ path: [n, member], message: `"${String(name)}" is used twice; each needs a name of its own` }]
        : [],
    );
  };
