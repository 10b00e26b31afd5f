import { SettingsError } from '../settings.ts';
import { type Command, type Hint, helpOf, NotConfigured, readWords, UsageError, usageOf } from './command.ts';
import type { Printer } from './print.ts';
import type { Room } from './room.ts';

/** Finds the command that was called and runs it. @returns the exit code: 0 done, 1 failed, 2 usage, 78 configuration */
export async function runCli(
  commands: readonly Command[],
  words: readonly string[],
  room: Room,
  print: Printer,
): Promise<number> {
  const [first = '--help', second] = words;
  if (isHelp(first)) return overview(commands, print);
  const command =
    commands.find((c) => c.name === `${first} ${second}`) ?? commands.find((c) => c.name === first);
  if (!command) return noCommand(commands, words, room.hint, print);
  const doing = await command.load();
  try {
    const call = readWords(command, doing, words.slice(command.name.split(' ').length), room.hint);
    if (!call.help) return await doing.run({ ...call, room, print });
    print.line(helpOf(command, doing));
    return 0;
  } catch (error) {
    if (!(error instanceof UsageError)) return complain(error as Error, room, print);
    print.aside(`leadpost ${command.name}: ${error.message}`);
    print.aside(`usage: ${usageOf(command, doing)}`);
    return 2;
  }
}

const isHelp = (word: string | undefined): boolean => word === '--help' || word === '-h' || word === 'help';

function overview(commands: readonly Command[], print: Printer): number {
  print.line('Leadpost: email-first lead dispatch');
  print.line();
  print.line('usage: leadpost COMMAND …        (leadpost COMMAND --help says more)');
  print.line();
  print.table(commands.map((c) => [`  ${[c.name, ...(c.takes ?? [])].join(' ')}`, c.summary]));
  print.line();
  print.line('Exit codes: 0 done, 1 failed, 2 called wrongly, 78 settings missing or wrong.');
  return 0;
}

/** `mail`, `mail --help`, or words that are no command. */
function noCommand(
  commands: readonly Command[],
  words: readonly string[],
  hint: Hint,
  print: Printer,
): number {
  const [first = '', second = ''] = words;
  const group = commands.filter((c) => c.name.startsWith(`${first} `));
  if (group.length > 0 && isHelp(second)) return overview(group, print);
  const names = (group.length > 0 ? group : commands).map((c) => c.name);
  if (group.length > 0 && (second === '' || second.startsWith('-'))) {
    print.aside(`leadpost: "${first}" needs one more word: ${names.join(', ')}`);
    return 2;
  }
  // "mial test" is compared as two words; "doctr x" only as one, since the second is no part of a name.
  const written =
    group.length > 0 || names.includes(hintedIn(hint(`${first} ${second}`, names)))
      ? `${first} ${second}`
      : first;
  print.aside(`leadpost: there is no command "${written.trim()}"; ${hint(written, names)}`);
  return 2;
}

const hintedIn = (hinted: string): string => /^did you mean "(.+)"\?$/.exec(hinted)?.[1] ?? '';

/** What went wrong, in a line or two; the stack only for those who asked for it. */
function complain(error: Error, room: Room, print: Printer): number {
  print.aside(error.message || String(error));
  if (room.debug) print.aside(String(error.stack));
  return error instanceof SettingsError || error instanceof NotConfigured ? 78 : 1;
}
