/** One measured figure. `ratio` is ours ÷ peer as rates (for times peer ÷ ours): 1 is as fast, higher is better. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly peer: string;
  readonly peer_value: number;
  readonly ratio: number;
  /** Below this ratio the run fails. */
  readonly goal?: number;
}

export const rounded = (n: number, digits = 0): number => Number(n.toFixed(digits));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/**
 * Measures two things in turn (ABBA), so that what else the machine does hits both alike.
 *
 * @returns medians of the rates, and of their quotients pair by pair
 */
export async function abba(
  ours: () => Promise<number>,
  peer: () => Promise<number>,
  pairs: number,
): Promise<{ ours: number; peer: number; ratio: number }> {
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let i = 0; i < pairs; i++) {
    if (i % 2 === 0) {
      mine.push(await ours());
      theirs.push(await peer());
    } else {
      theirs.push(await peer());
      mine.push(await ours());
    }
  }
  const ratios = mine.map((m, i) => m / (theirs[i] as number));
  return { ours: median(mine), peer: median(theirs), ratio: median(ratios) };
}
