import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import type { Deps } from '../dispatch/deps.ts';
import type { Write } from '../dispatch/export-rows.ts';
import type { Imported, ImportWish } from '../dispatch/import-leads.ts';
import { type Call, type Doing, Failure, json, type Options, UsageError } from './command.ts';
import { refused } from './refused.ts';

const wishes: Options = {
  'dry-run': { help: 'check every row and write nothing' },
  'only-good': { help: 'take the good rows of a file that has bad ones, too' },
  map: { value: 'COLUMN=FIELD,…', help: 'what a column means; COLUMN=- leaves it out' },
  undo: { value: 'BATCH', help: 'take out what an earlier import brought in' },
};
const more =
  'Delimiter (, ; tab |) and encoding (UTF-8, UTF-16, Windows-1252) are found out; columns are known by English and German names. Nothing is written when any row is bad, unless --only-good.';

export const importLeads: Doing = {
  more,
  options: { ...wishes, hold: { help: 'keep complete leads at home instead of offering them' }, ...json },
  run: (call) =>
    call.value('undo')
      ? undo(call, 'lead')
      : bringIn(call, 'leads', async (deps, wish) => {
          const { importLeads } = await import('../dispatch/import-leads.ts');
          return importLeads(deps, { ...wish, dispatch: !call.on('hold') }, call.room.checkLead);
        }),
};

export const importPartners: Doing = {
  more: `${more} A partner has one row, or one for each contact.`,
  options: { ...wishes, ...json },
  run: (call) =>
    call.value('undo')
      ? undo(call, 'partner')
      : bringIn(call, 'partners', async (deps, wish) => {
          const { importPartners } = await import('../dispatch/import-partners.ts');
          return importPartners(deps, wish, (id, value) => call.room.checkPartner(id, value, deps.house));
        }),
};

type Bring = (deps: Deps, wish: Omit<ImportWish, 'dispatch'>) => Promise<Imported>;

async function bringIn(call: Call, what: string, bring: Bring): Promise<number> {
  const { print, on } = call;
  const file = call.args[0];
  if (!file) throw new UsageError('FILE is missing (or --undo BATCH)');
  if (!existsSync(file)) throw new Failure(`There is no file ${file}.`);
  const bar = await progressBar();
  const wish = {
    file,
    dryRun: on('dry-run'),
    onlyGood: on('only-good'),
    map: readMap(call.value('map')),
    progress: bar.show,
  };
  const done = await call.room.withHouse((deps) => bring(deps, wish)).finally(bar.stop);
  const failed = done.faults.length > 0 && (done.batch === null || !on('only-good'));
  if (on('json')) print.json(done);
  else tell(call, done, what);
  return failed ? 1 : 0;
}

const mostTold = 50;

function tell({ print, on }: Call, done: Imported, what: string): void {
  const { encoding, delimiter } = done.writing;
  const parted = delimiter === '\t' ? 'tab' : `"${delimiter}"`;
  print.aside(`Read as ${encoding}, parted by ${parted}.`);
  for (const { line, column, message } of done.faults.slice(0, mostTold))
    print.aside(`✖ line ${line}, ${column || 'file'}: ${message}`);
  if (done.faults.length > mostTold)
    print.aside(`… and ${done.faults.length - mostTold} more; --json tells them.`);
  const bad = done.bad > 0 ? `, ${done.bad} of them bad` : '';
  print.line(`${done.rows} rows${bad}.`);
  if (done.batch) {
    const known = done.known > 0 ? ` (${done.known} were here already)` : '';
    print.line(
      `${done.imported} ${what} taken in${known} as batch ${done.batch}; --undo ${done.batch} takes them out again.`,
    );
  } else if (done.faults.length > 0) {
    print.line(`Nothing was written. Mend the rows, or take the good ones with --only-good.`);
  } else
    print.line(on('dry-run') ? 'Nothing is wrong; nothing was written.' : 'There was nothing to take in.');
}

async function undo(call: Call, thing: 'lead' | 'partner'): Promise<number> {
  const batch = (call.value('undo') as string).trim().toUpperCase();
  const { undoImport } = await import('../dispatch/undo-import.ts');
  const done = await call.room.withHouse((deps) => undoImport(deps, batch, thing));
  if (!done.ok) {
    if (done.refusal.kind === 'not-found') throw new Failure(`There is no ${thing} import "${batch}".`);
    throw await refused(done.refusal, call.room);
  }
  const { undone, inactive, kept } = done.value;
  if (call.on('json')) call.print.json(done.value);
  else {
    call.print.line(`${undone} ${thing}s taken out or put back.`);
    for (const id of inactive) call.print.line(`${id} is in use: it stays, and gets no offers any more.`);
    for (const { what, why } of kept) call.print.line(`${what} stays: ${why}.`);
  }
  return 0;
}

function readMap(text: string | null): Map<string, string> {
  const map = new Map<string, string>();
  for (const pair of (text ?? '').split(',').filter((p) => p.trim() !== '')) {
    const at = pair.lastIndexOf('=');
    if (at < 1 || at === pair.length - 1)
      throw new UsageError(`--map wants COLUMN=FIELD, not "${pair.slice(0, 60)}"`);
    map.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return map;
}

/** On a terminal, and nowhere else. */
async function progressBar(): Promise<{ show: NonNullable<ImportWish['progress']>; stop: () => void }> {
  if (!process.stderr.isTTY) return { show: () => {}, stop: () => {} };
  const { SingleBar } = await import('cli-progress');
  const bar = new SingleBar({
    format: '{bar} {value} of {total} rows',
    hideCursor: true,
    stream: process.stderr,
  });
  let rows = 0;
  bar.start(1, 0);
  return {
    // Half of the work is looking at the rows, half is writing them.
    show: (step, done) => {
      if (step === 'checked') rows = done;
      bar.setTotal(Math.max(rows, done));
      if (step === 'imported') bar.update(done);
    },
    stop: () => bar.stop(),
  };
}

export const exportLeads: Doing = {
  more: 'CSV in UTF-8, in the columns that "lead import" reads. Cells a spreadsheet would run as formulas get an apostrophe.',
  options: {
    out: { value: 'FILE', help: 'where to; stdout otherwise' },
    state: { value: 'STATE', help: 'only leads in this state' },
    program: { value: 'KEY', help: 'only leads of this programme' },
  },
  run: async (call) => {
    const { exportLeads } = await import('../dispatch/export-rows.ts');
    const filter = { state: call.value('state'), program: call.value('program') };
    return bringOut(call, (deps, write) => exportLeads(deps, filter, write));
  },
};

export const exportPartners: Doing = {
  more: 'CSV in UTF-8, in the columns that "partner import" reads: one row for each contact.',
  options: { out: { value: 'FILE', help: 'where to; stdout otherwise' } },
  run: async (call) => {
    const { exportPartners } = await import('../dispatch/export-rows.ts');
    return bringOut(call, exportPartners);
  },
};

async function bringOut(call: Call, write: (deps: Deps, to: Write) => Promise<number>): Promise<number> {
  const out = call.value('out');
  const to = out ? createWriteStream(out) : process.stdout;
  const broken = new Promise<never>((_, fail) => to.once('error', fail));
  broken.catch(() => {});
  const send: Write = async (text) => {
    if (!to.write(text)) await Promise.race([once(to, 'drain'), broken]);
  };
  const rows = await call.room.withHouse((deps) => write(deps, send));
  if (out) await Promise.race([new Promise<void>((done) => to.end(done)), broken]);
  call.print.aside(`${rows} rows written${out ? ` to ${out}` : ''}.`);
  return 0;
}
