import { z } from 'zod';
import { readCursor } from '../dispatch/read-leads.ts';
import { inboundStates, leadStates, letterStates } from '../lead/tables.ts';

/** What may stand behind the question mark. A parameter given twice is a list and refused as such. */

const limit = z
  .string()
  .refine((v) => /^\d{1,4}$/.test(v) && Number(v) >= 1 && Number(v) <= 200, {
    error: 'must be a whole number from 1 to 200',
  })
  .transform(Number)
  .default(50);

const cursorWords = 'is no cursor of this list; send the next_cursor of the page before, unchanged';
const position = /^\d{4}-\d\d-\d\dT[\d:.]+Z [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Opaque position in a list by (instant, id). */
const byInstant = z
  .string()
  .max(200)
  .refine((v) => readCursor(v) !== null && position.test(plain(v)), { error: cursorWords })
  .optional();

/** Opaque position in a list by name. */
const byName = z
  .string()
  .max(400)
  .refine((v) => v !== '' && Buffer.from(plain(v)).toString('base64url') === v && !plain(v).includes('\0'), {
    error: cursorWords,
  })
  .transform(plain)
  .optional();

function plain(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString();
}

const word = z.string().max(200).optional();

export const leadList = z.strictObject({
  state: z.enum(leadStates).optional(),
  program: word,
  partner: word,
  q: word,
  limit,
  cursor: byInstant,
});
export const messageList = z.strictObject({
  lead: word,
  to: word,
  state: z.enum(letterStates).optional(),
  limit,
  cursor: byInstant,
});
export const leadMessageList = z.strictObject({
  state: z.enum(letterStates).optional(),
  limit,
  cursor: byInstant,
});
export const inboxList = z.strictObject({
  state: z.enum(inboundStates).optional(),
  limit,
  cursor: byInstant,
});
export const nameList = z.strictObject({ limit, cursor: byName });
export const noQuery = z.strictObject({});

/** A page of a list, as it is shown. */
export const pageShown = <S extends z.ZodType>(item: S) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() });
