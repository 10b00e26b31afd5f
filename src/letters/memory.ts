/**
 * What was made before for the same key, else made now. Keys come from people too (tags, zones, amounts), so it begins
 * anew when full.
 */
export function memory<T>(most = 500): (key: string, make: () => T) => T {
  const known = new Map<string, T>();
  return (key, make) => {
    const before = known.get(key);
    if (before !== undefined) return before;
    if (known.size >= most) known.clear();
    const made = make();
    known.set(key, made);
    return made;
  };
}
