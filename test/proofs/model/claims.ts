import { take } from './waves.ts';
import { type Claim, partnerOf, partnerOfContact, type World } from './world.ts';

/** Claims and the places they take. */

export function end(w: World, claim: Claim, how: Claim['state']): void {
  claim.state = how;
  partnerOf(w, claim.partner).open -= 1;
}

/** Another holder; the place of the open claims goes along with it. */
export function handOver(w: World, claim: Claim, to: string, at: number): boolean {
  const [from, p] = [partnerOf(w, claim.partner), partnerOfContact(w, to)];
  if (from !== p) {
    from.open -= 1;
    if (!take(p, at, false)) {
      from.open += 1;
      return false;
    }
  }
  Object.assign(claim, { contact: to, partner: p.key });
  return true;
}
