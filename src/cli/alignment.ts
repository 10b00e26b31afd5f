/** Whether one domain speaks for another, as DMARC asks (RFC 7489 3.1). */

/** Second levels under which everybody registers: what two domains have in common there is nothing. */
const shared = /^(?:co|com|org|net|ac|gov|edu|or|ne|go)\.[a-z]{2}$/;

/** The longest domain both belong to; null when that is a public suffix, as far as one can tell without a list. */
export function commonDomain(a: string, b: string): string | null {
  const [x, y] = [a.toLowerCase().split('.').reverse(), b.toLowerCase().split('.').reverse()];
  const same: string[] = [];
  for (let i = 0; i < Math.min(x.length, y.length) && x[i] === y[i]; i += 1) same.unshift(x[i] as string);
  const domain = same.join('.');
  return same.length < 2 || shared.test(domain) ? null : domain;
}

/** @param strict the policy says `aspf=s` or `adkim=s`: only the very same domain counts */
export const isAligned = (domain: string, from: string, strict: boolean): boolean =>
  strict ? domain.toLowerCase() === from.toLowerCase() : commonDomain(domain, from) !== null;
