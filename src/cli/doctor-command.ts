import { emailAddress } from '../dispatch/normalise-codes.ts';
import { SettingsError } from '../settings.ts';
import { checkHouse } from './check-house.ts';
import { checkMailIn, checkMailOut } from './check-mail.ts';
import { type Call, type Doing, json, UsageError } from './command.ts';

/** One thing the doctor looked at. `ok` null: there is nothing to look at. */
export interface Check {
  readonly name: string;
  readonly ok: boolean | null;
  readonly says: string;
  readonly fix: string | null;
}

export const good = (name: string, says: string): Check => ({ name, ok: true, says, fix: null });
export const bad = (name: string, says: string, fix: string): Check => ({ name, ok: false, says, fix });
export const skipped = (name: string, says: string): Check => ({ name, ok: null, says, fix: null });

export const doctor: Doing = {
  more: '✔ good, ✖ to be mended, – nothing to look at. Exit 1 on any ✖.',
  options: { send: { value: 'TO', help: 'send a test mail as well' }, ...json },
  run: async (call) => {
    const to = sendTo(call);
    const checks: Check[] = [];
    try {
      call.room.settings();
    } catch (error) {
      if (!(error instanceof SettingsError)) throw error;
      for (const fault of error.faults)
        note(call, checks, bad('settings', fault, 'Correct the setting, in the environment or in .env.'));
      if (call.on('json')) call.print.json({ ok: false, checks });
      return 78;
    }
    note(
      call,
      checks,
      good('settings', call.room.settings().sandbox ? 'complete; this is a sandbox' : 'complete'),
    );
    for (const look of [checkHouse(call.room), checkMailOut(call.room, to), checkMailIn(call.room)]) {
      for await (const check of look) note(call, checks, check);
    }
    const ok = checks.every((c) => c.ok !== false);
    if (call.on('json')) call.print.json({ ok, checks });
    else call.print.line(ok ? 'Nothing to mend.' : `${checks.filter((c) => c.ok === false).length} to mend.`);
    return ok ? 0 : 1;
  },
};

function sendTo({ value }: Call): string | null {
  const written = value('send');
  if (written === null) return null;
  const to = emailAddress(written);
  if (!to) throw new UsageError(`"${written.slice(0, 60)}" is no mail address`);
  return to;
}

/** Told at once: some looks take seconds. */
function note({ print, on }: Call, checks: Check[], check: Check): void {
  checks.push(check);
  if (on('json')) return;
  const mark = check.ok === null ? '–' : check.ok ? '✔' : '✖';
  print.line(`${mark} ${check.name.padEnd(13)} ${check.says}`);
  if (check.fix) print.line(`  ${' '.repeat(13)} → ${check.fix}`);
}
