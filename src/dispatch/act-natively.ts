import type { Refusal } from '../lead/refusals.ts';
import type { Act } from '../letters/acts.ts';
import { nativeActs } from '../letters/native-actions.ts';
import type { PageView } from '../letters/page-view.ts';
import { answerTo, refused } from './act-answers.ts';
import { decide } from './act-on-link.ts';
import { changeLead } from './change-lead.ts';
import type { Actor, Deps } from './deps.ts';
import { noFields, waveWidth } from './link-acts.ts';
import { donePage, refusalPage } from './link-pages.ts';
import { findTarget } from './link-target.ts';
import { actorOf, lost } from './open-link.ts';

/** The same answer once more: for a mail program that is no failure. */
const isRepeated = (act: Act, { kind }: Refusal): boolean =>
  (act === 'accept' && (kind === 'already-yours' || kind === 'already-wished')) ||
  (act === 'decline' && kind === 'already-declined');

/** What a mail program is told: the page says it in words, whoever it is for. */
export interface NativeAnswer {
  readonly status: number;
  readonly page: PageView;
}

/**
 * A button that a mail program has shown beside the mail, and vouches that its reader has pressed. Decided as the
 * button of the page is; who the customer is goes to the holder by mail only.
 *
 * @param by which program, and whose mailbox where it tells; only the addressee's own counts
 */
export async function actNatively(
  deps: Deps,
  token: string,
  by: { readonly program: 'gmail' | 'outlook'; readonly user: string | null },
): Promise<NativeAnswer> {
  const found = await findTarget(deps, token);
  if (!found.ok) return lost(deps, found);
  const { target, now } = found;
  const { claim, person } = target;
  const stranger = by.user !== null && by.user.toLowerCase() !== person.email.toLowerCase();
  if (stranger || !nativeActs.has(claim.act))
    return { status: 403, page: refusalPage(deps, target, { kind: 'not-yours' }, now) };
  const how = { fields: noFields, undone: 0, changes: false };
  const actor: Actor = { ...actorOf(target), channel: 'native', evidence: { rule: by.program } };
  const done = await changeLead(
    deps,
    { about: claim.obj },
    actor,
    (c, act, tx) => decide(deps, tx, c, target, how, act),
    waveWidth(claim.act),
  );
  if (!done.ok) {
    const no = await refused(deps, target, done.refusal, now);
    const page = 'page' in no ? no.page : refusalPage(deps, target, done.refusal, now);
    return { status: isRepeated(claim.act, done.refusal) ? 200 : Math.max(no.status, 409), page };
  }
  const answer = await answerTo(deps, target, noFields, done.value, now);
  // The way to the lead page is the holder's, not the mail program's.
  if ('page' in answer) return answer;
  const after = await findTarget(deps, token);
  const did = { verb: claim.act, money: null, date: null, time: null, reason: null };
  return { status: 200, page: donePage(deps, after.ok ? after.target : target, did, now) };
}
