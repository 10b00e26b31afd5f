import { parseArgs } from 'node:util';
import type { Printer } from './print.ts';
import type { Room } from './room.ts';

export interface Option {
  /** What the value is called in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
}
export type Options = Readonly<Record<string, Option>>;

/** One command as the help lists it: its name of one or two words and what it takes. */
export interface Command {
  readonly name: string;
  /** The arguments as the help shows them: `TO`, `FILE…`, `[KEY]`. */
  readonly takes?: readonly string[];
  readonly summary: string;
  load(): Promise<Doing>;
}

/** What a command does, and its options. */
export interface Doing {
  /** A sentence or two more for `--help`. */
  readonly more?: string;
  readonly options?: Options;
  /** @returns the exit code: 0 done, 1 failed */
  run(call: Call): Promise<number>;
}

/** A command as it was called. */
export interface Call {
  readonly args: readonly string[];
  readonly print: Printer;
  readonly room: Room;
  /** The value of an option, or null. */
  value(name: string): string | null;
  on(name: string): boolean;
}

/** Called wrongly: exit 2, with the command's usage. */
export class UsageError extends Error {}
/** Could not be done, in words for people: exit 1, without a stack. */
export class Failure extends Error {}
/** A setting is missing that only this command needs: exit 78. */
export class NotConfigured extends Error {}

export const json: Options = { json: { help: 'print JSON' } };

/** "did you mean …?" for a word and the words there are; handed in. */
export type Hint = (written: string, known: readonly string[]) => string;

/** The command's own words taken apart. @throws UsageError for anything the command does not know */
export function readWords(
  command: Command,
  doing: Doing,
  words: readonly string[],
  hint: Hint,
): Pick<Call, 'args' | 'value' | 'on'> & { readonly help: boolean } {
  const options: Options = { ...doing.options, help: { help: 'show this help' } };
  const { values, positionals, tokens } = parseArgs({
    args: [...words],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(Object.entries(options).map(([name, o]) => [name, { type: kindOf(o) }])),
      help: { type: 'boolean', short: 'h' },
    },
  });
  for (const token of tokens) if (token.kind === 'option') checkOption(options, token, hint);
  const help = values['help'] === true;
  if (!help) checkArgs(command, positionals);
  const value = (name: string): string | null =>
    typeof values[name] === 'string' ? (values[name] as string) : null;
  return { args: positionals, help, value, on: (name) => values[name] === true };
}

const kindOf = (option: Option): 'string' | 'boolean' => (option.value ? 'string' : 'boolean');

type OptionToken = { readonly name: string; readonly rawName: string; readonly value?: string | undefined };

function checkOption(options: Options, token: OptionToken, hint: Hint): void {
  const known = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (!known)
    throw new UsageError(
      `there is no option "${token.rawName}"; ${hint(
        token.rawName,
        Object.keys(options).map((name) => `--${name}`),
      )}`,
    );
  if (known.value && !token.value)
    throw new UsageError(`--${token.name} needs a value: --${token.name} ${known.value}`);
  if (!known.value && token.value !== undefined) throw new UsageError(`--${token.name} takes no value`);
}

function checkArgs(command: Command, args: readonly string[]): void {
  const wanted = command.takes ?? [];
  const missing = wanted[args.length];
  if (missing && !missing.startsWith('[')) throw new UsageError(`${missing} is missing`);
  const many = wanted.at(-1)?.endsWith('…') ?? false;
  const extra = args[wanted.length];
  if (extra !== undefined && !many) throw new UsageError(`"${extra.slice(0, 60)}" is one argument too many`);
}

/** Usage and options of one command. */
export function helpOf(command: Command, doing: Doing): string {
  const options = Object.entries({ ...doing.options, help: { help: 'show this help' } } as Options);
  const names = options.map(([name, o]) => (o.value ? `--${name} ${o.value}` : `--${name}`));
  const width = Math.max(...names.map((n) => n.length));
  return [
    command.summary,
    ...(doing.more ? ['', doing.more] : []),
    '',
    `usage: ${usageOf(command, doing)}`,
    '',
    ...options.map(([, o], i) => `  ${(names[i] ?? '').padEnd(width)}  ${o.help}`),
  ].join('\n');
}

export function usageOf(command: Command, doing: Doing): string {
  const options = Object.entries(doing.options ?? {}).map(
    ([name, o]) => `[--${name}${o.value ? ` ${o.value}` : ''}]`,
  );
  return ['leadpost', command.name, ...(command.takes ?? []), ...options].join(' ');
}
