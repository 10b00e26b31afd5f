import { readProgramme, readProgrammeVersions } from '../dispatch/read-register.ts';
import { applyProgramme } from '../dispatch/register.ts';
import { mostReplayed, replayProgramme, usuallyReplayed } from '../dispatch/replay-programme.ts';
import { changedKeys } from '../lead/changed-keys.ts';
import type { Programme } from '../lead/programme.ts';
import { type Call, type Doing, Failure, json, UsageError } from './command.ts';
import { programRows, replayRows } from './program-lines.ts';
import { readJson } from './read-json.ts';
import { faultLines } from './refused.ts';

export const show: Doing = {
  more: '--json prints the whole document as "program apply" takes it; --schema needs no database.',
  options: {
    version: { value: 'N', help: 'that version instead of the newest' },
    schema: { help: 'print the JSON Schema of programmes' },
    ...json,
  },
  run: async (call) => {
    const { print, room, on } = call;
    if (on('schema')) {
      print.json(await room.programmeSchema());
      return 0;
    }
    const version = wholeNumber(call, 'version', 1, 999_999_999);
    const { programme, versions } = await room.withHouse(async (deps) => {
      const key = call.args[0] ?? (await readProgramme(deps, null))?.key;
      if (key === undefined) throw new Failure('No programme is the default one; name a KEY.');
      const found = await readProgramme(deps, key, version);
      if (!found) throw noProgramme(key, version);
      return { programme: found, versions: await readProgrammeVersions(deps, key) };
    });
    if (on('json')) print.json(programme);
    else print.table(programRows(programme, versions));
    return 0;
  },
};

export const apply: Doing = {
  more: 'Everything wrong with the file is told at once, and then nothing is applied. Leads that are out keep the version they were dispatched under. "-" reads stdin.',
  options: {
    note: { value: 'TEXT', help: 'why this version is made' },
    'dry-run': { help: 'check only, and say what would change' },
    ...json,
  },
  run: async (call) => {
    const { programme, note } = await draftIn(call);
    const why = call.value('note') ?? note;
    if (why && why.length > 2_000) throw new UsageError('--note takes 2000 characters at most');
    const dry = call.on('dry-run');
    const done = await call.room.withHouse(async (deps) => {
      const unworded = deps.letters.wordingFaults(programme.letters);
      if (unworded.length > 0) throw new Failure(faultLines(unworded));
      const before = await readProgramme(deps, programme.key);
      const changed = changedKeys(before, programme);
      const version = dry
        ? (before?.version ?? 0) + 1
        : await applyProgramme(deps, programme, 'command line', why);
      return { key: programme.key, version, applied: !dry, new: !before, changed };
    });
    if (call.on('json')) call.print.json(done);
    else tellApplied(call, done);
    return 0;
  },
};

function tellApplied(
  { print }: Call,
  done: { key: string; version: number; applied: boolean; new: boolean; changed: readonly string[] },
): void {
  const changes = done.new
    ? 'new'
    : done.changed.length > 0
      ? `changes ${done.changed.join(', ')}`
      : 'no change';
  print.line(`${done.applied ? '✔ applied' : 'would apply'} ${done.key} version ${done.version}: ${changes}`);
}

export const replay: Doing = {
  more: 'The draft meets the partners of today with their records of then. Nothing is written, nobody is mailed.',
  options: {
    last: {
      value: 'N',
      help: `how many leads, newest first; ${usuallyReplayed} unless told, ${mostReplayed} at most`,
    },
    ...json,
  },
  run: async (call) => {
    const last = wholeNumber(call, 'last', 1, mostReplayed) ?? usuallyReplayed;
    const { programme } = await draftIn(call);
    const replayed = await call.room.withHouse((deps) => replayProgramme(deps, programme, last));
    if (call.on('json')) call.print.json(replayed);
    else call.print.table(replayRows(replayed));
    return 0;
  },
};

async function draftIn(call: Call): Promise<{ programme: Programme; note: string | null }> {
  const checked = await call.room.checkProgramme(await readJson(call.args[0] as string));
  if (!checked.ok) throw new Failure(faultLines(checked.errors));
  return checked;
}

function wholeNumber(call: Call, name: string, least: number, most: number): number | null {
  const told = call.value(name);
  if (told === null) return null;
  const number = Number(told);
  if (!/^\d+$/.test(told) || number < least || number > most)
    throw new UsageError(`--${name} must be a whole number from ${least} to ${most}`);
  return number;
}

const noProgramme = (key: string, version: number | null): Failure =>
  new Failure(
    version === null
      ? `There is no programme "${key.slice(0, 64)}".`
      : `There is no version ${version} of a programme "${key.slice(0, 64)}"; without --version its versions are listed.`,
  );
