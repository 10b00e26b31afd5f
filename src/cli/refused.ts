import type { FieldFault, Refusal } from '../lead/refusals.ts';
import { Failure } from './command.ts';
import type { Room } from './room.ts';

/** An expected "no" in words: the faults one by one where there are any. */
export const refused = async (refusal: Refusal, room: Room): Promise<Failure> =>
  new Failure(refusal.kind === 'invalid' ? faultLines(refusal.errors) : await room.wordsOf(refusal));

export const faultLines = (errors: readonly FieldFault[]): string =>
  errors.map((e) => `✖ ${e.pointer.slice(1) || 'the whole'} ${e.message}`).join('\n');
