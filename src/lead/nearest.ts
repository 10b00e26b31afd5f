/** The known name somebody probably meant; undefined when none is close. Case, `_` and `-` make no difference. */
export function nearest(written: string, known: readonly string[]): string | undefined {
  const wanted = bare(written.slice(0, 64));
  const ranked = known
    .map((name) => ({ name, far: distance(wanted, bare(name)) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best && best.far <= Math.ceil(Math.max(wanted.length, best.name.length) / 3) ? best.name : undefined;
}

/** "did you mean …?" when something is close, else the whole list, as the end of a sentence. */
export function hint(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near ? `did you mean "${near}"?` : `known here: ${known.join(', ')}`;
}

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Levenshtein: how many characters to insert, delete or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + Number(a[i - 1] !== b[j - 1]);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
