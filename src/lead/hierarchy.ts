/** Who stands above whom among partners, by external id. */
export type Above = ReadonlyMap<string, string | null>;

/**
 * The circle that a partner is part of, itself first and last; undefined when the way up ends.
 *
 * @param above the parent of each partner that has one
 */
export function circleOf(partner: string, above: Above): readonly string[] | undefined {
  const way = [partner];
  for (let at = above.get(partner); at; at = above.get(at)) {
    way.push(at);
    if (at === partner) return way;
    // A circle further up is not this partner's own; it is told where it begins.
    if (way.length > above.size + 1) return undefined;
  }
  return undefined;
}

/** What is wrong with a parent that makes a circle, in words. */
export const circleWords = (circle: readonly string[]): string =>
  circle.length === 2
    ? 'a partner cannot be its own parent'
    : `makes a circle: ${circle.join(' → ')}; the one at the top has no parent`;

/** Parents before their children, so that each finds the one above it. */
export function topDown<T extends { readonly external_id: string; readonly parent: string | null }>(
  partners: readonly T[],
): T[] {
  const byId = new Map(partners.map((p) => [p.external_id, p]));
  const done = new Set<T>();
  const put = (p: T | undefined): void => {
    if (!p || done.has(p)) return;
    const parent = p.parent ? byId.get(p.parent) : undefined;
    if (parent && parent !== p) put(parent);
    done.add(p);
  };
  for (const partner of partners) put(partner);
  return [...done];
}
