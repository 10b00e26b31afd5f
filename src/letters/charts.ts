/** One column of a chart made of table cells: the only kind every mail program draws. */
export interface Column {
  readonly label: string;
  /** The number as text; the chart repeats it, it never replaces it. */
  readonly value: string;
  readonly px: number;
  readonly fill: string;
}

const tallest = 72;
const widest = 24;

/** Columns up to 72 pixels high; the last one, the week told of, in a second colour. */
export function columns(values: readonly { readonly label: string; readonly value: number }[]): Column[] {
  const max = Math.max(...values.map((v) => v.value), 1);
  return values.map(({ label, value }, i) => ({
    label,
    value: String(value),
    // Nothing at all is a line of two pixels: a gap would look like a column that failed to load.
    px: Math.max(2, Math.round((value / max) * tallest)),
    fill: i === values.length - 1 ? '#15803d' : '#2563eb',
  }));
}

/** The same for plain text: label, number, and a bar of signs. */
export function bars(values: readonly { readonly label: string; readonly value: number }[]): string[] {
  const max = Math.max(...values.map((v) => v.value), 1);
  const [labels, digits] = [values.map((v) => v.label.length), values.map((v) => String(v.value).length)];
  return values.map(
    ({ label, value }) =>
      `${label.padEnd(Math.max(...labels))} ${String(value).padStart(Math.max(...digits))} ` +
      '#'.repeat(Math.round((value / max) * widest)),
  );
}
