import type { PromiseWord } from './assignment.ts';
import { acceptOrHold } from './hold.ts';
import type { Act, Change, LeadCase } from './lead-case.ts';
import { ok, type Result } from './result.ts';
import { lastAct, undo } from './undo.ts';

/**
 * Yes after no, or no after yes, while the first answer can be taken back: the last one counts. Undefined where there is
 * no such answer to change.
 *
 * @param undoneAccepts accepts this person's partner has undone in the last 30 days
 */
export function changeAnswer(
  c: LeadCase,
  to: { readonly answer: string; readonly offer: string; readonly promise: PromiseWord | null },
  undoneAccepts: number,
  act: Act,
): Result<Change> | undefined {
  const last = act.who.id ? lastAct(c, act.who.id) : undefined;
  if (last?.id !== to.offer) return undefined;
  if (to.answer === 'decline' && last.what === 'offer.accepted') return undo(c, undoneAccepts, act);
  if (to.answer !== 'accept' || last.what !== 'offer.declined') return undefined;
  const back = undo(c, undoneAccepts, act);
  if (!back.ok) return back;
  const yes = acceptOrHold(back.value.case, to.offer, to.promise, act);
  return yes.ok ? ok({ case: yes.value.case, facts: [...back.value.facts, ...yes.value.facts] }) : yes;
}
