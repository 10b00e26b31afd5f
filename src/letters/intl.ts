export const dates = remembered(
  (tag, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(tag, options),
);
export const amounts = remembered(
  (tag, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(tag, options),
);
export const relatives = remembered(
  (tag, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(tag, options),
);
export const names = remembered(
  (tag, options: Intl.DisplayNamesOptions) => new Intl.DisplayNames(tag, options),
);
export const lists = remembered((tag, options: Intl.ListFormatOptions) => new Intl.ListFormat(tag, options));
export const plurals = remembered(
  (tag, options: Intl.PluralRulesOptions) => new Intl.PluralRules(tag, options),
);

/** Cheaper than JSON: values are words and numbers. */
function keyOf(tag: string, options: object): string {
  let key = tag;
  for (const name in options) key += `\n${name} ${(options as Record<string, unknown>)[name]}`;
  return key;
}

/** Intl objects are dear to make (20 µs to 1 ms) and the same few are wanted for every letter. */
function remembered<O extends object, T>(
  make: (tag: string, options: O) => T,
): (tag: string, options: O) => T {
  const known = new Map<string, T>();
  return (tag, options) => {
    const key = keyOf(tag, options);
    const found = known.get(key) ?? make(tag, options);
    // Tags and zones come from people; a bound keeps strange ones from filling the memory.
    if (known.size > 500) known.clear();
    known.set(key, found);
    return found;
  };
}
