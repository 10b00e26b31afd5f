import { emailAddress } from '../dispatch/normalise-codes.ts';
import { sendReport } from '../dispatch/send-report.ts';
import { type Doing, Failure, json, UsageError } from './command.ts';
import { refused } from './refused.ts';

export const send: Doing = {
  more: 'The same report as the timetable’s; the running service sends it.',
  options: {
    to: { value: 'ADDRESS', help: 'a vendor user, or a contact of a partner' },
    'as-of': { value: 'DATE', help: 'as it was due that morning, for example 2026-11-16' },
    ...json,
  },
  run: async ({ room, print, value, on }) => {
    const to = emailAddress(value('to') ?? '');
    if (!to) throw new UsageError('--to names who gets the report, for example --to anna@acme.example');
    const asOf = value('as-of');
    if (asOf !== null && !/^\d{4}-\d\d-\d\d$/.test(asOf))
      throw new UsageError('--as-of is a day, for example 2026-11-16');
    const done = await room.withHouse((deps) => sendReport(deps, { to, asOf }));
    if (!done.ok) {
      throw done.refusal.kind === 'not-found'
        ? new Failure(`Nobody with the address ${to} gets reports.`)
        : await refused(done.refusal, room);
    }
    if (on('json')) print.json({ to, as_of: asOf, posted: done.value.posted });
    else print.line(`Posted for ${to}; the running service sends it.`);
    return 0;
  },
};
