/** Everything that happens by itself, on one screen. Each `run` does what is due and says whether there was anything. */
export interface Entry {
  readonly name: string;
  /** Milliseconds between two looks when nothing wakes it earlier. */
  readonly every: number;
  /** Keeps to its pause whatever is posted meanwhile. */
  readonly patient?: boolean;
  readonly run: () => Promise<number>;
}

export interface Timetable {
  /** Looks again now: something has been posted. */
  nudge(): void;
  /** Stops after the round in hand. */
  stop(): Promise<void>;
}

/**
 * Runs each entry again and again: at once while it finds work, else after its pause or the next nudge. A run that
 * throws is reported and tried again after its pause; nothing it left undone is lost, because the rows are the queue.
 */
export function startTimetable(
  entries: readonly Entry[],
  failed: (name: string, error: unknown) => void,
): Timetable {
  const loops = entries.map((entry) => loop(entry, failed));
  return {
    nudge: () => {
      for (const [i, one] of loops.entries()) if (!entries[i]?.patient) one.nudge();
    },
    stop: async () => {
      await Promise.all(loops.map((one) => one.stop()));
    },
  };
}

function loop(
  entry: Entry,
  failed: (name: string, error: unknown) => void,
): { nudge(): void; stop(): Promise<void> } {
  let stopped = false;
  let nudged = false;
  let wake = (): void => {};
  const rest = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, entry.every);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (nudged || stopped) wake();
    });
  const done = (async () => {
    while (!stopped) {
      nudged = false;
      const found = await entry.run().catch((error: unknown) => {
        failed(entry.name, error);
        return 0;
      });
      if (found === 0) await rest();
    }
  })();
  return {
    nudge: () => {
      nudged = true;
      wake();
    },
    stop: () => {
      stopped = true;
      wake();
      return done;
    },
  };
}
