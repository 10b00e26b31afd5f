/** Where a command prints: data and answers to stdout, everything else to stderr. */
export interface Printer {
  line(text?: string): void;
  /** Columns aligned, for people. */
  table(rows: readonly (readonly string[])[]): void;
  /** One value as JSON, indented; stdout then holds nothing else. */
  json(value: unknown): void;
  /** One value as one line of JSON. */
  jsonLine(value: unknown): void;
  /** Remarks that are no data. */
  aside(text: string): void;
}

export function printerTo(out: (text: string) => void, err: (text: string) => void): Printer {
  return {
    line: (text = '') => out(`${text}\n`),
    table: (rows) => out(aligned(rows)),
    json: (value) => out(`${JSON.stringify(value, null, 2)}\n`),
    jsonLine: (value) => out(`${JSON.stringify(value)}\n`),
    aside: (text) => err(`${text}\n`),
  };
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, cell.length)),
    [],
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i] ?? 0) : cell))
      .join('  ')
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join('');
}

/** An instant as a terminal shows it: minutes, UTC. */
export const shortTime = (at: Date | string | null): string =>
  at === null ? '–' : `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
