import type { ReplyContext } from '../replies/intent.ts';
import type { ReplyOptions } from '../replies/understand-reply.ts';
import { readSettings, type Settings } from '../settings.ts';
import { type Call, type Doing, UsageError } from './command.ts';

const contexts: readonly ReplyContext[] = ['offer', 'lead', 'digest'];

export const parse: Doing = {
  more: '.eml is a raw mail, .txt a decoded body. With --json one line of JSON per file, in the order given; exit 1 when one cannot be read.',
  options: {
    context: { value: 'offer|lead|digest', help: 'the mail that is answered; lead unless given' },
    zone: { value: 'ZONE', help: 'the writer’s zone; else DEFAULT_TIMEZONE' },
    locale: { value: 'TAG', help: 'the writer’s language; else DEFAULT_LOCALE' },
    currency: { value: 'CODE', help: 'the lead’s currency' },
    rows: { value: 'N', help: 'rows of the digest that is answered' },
    json: { help: 'print JSON lines' },
  },
  run: async (call) => {
    const options = optionsOf(call);
    let code = 0;
    try {
      for (const file of call.args) {
        const read = await call.room.parseReply(file, options);
        if (read.error !== undefined) code = 1;
        if (call.on('json')) call.print.jsonLine(read);
        else if (read.error !== undefined) call.print.aside(`✖ ${file}: ${read.error}`);
        else call.print.line(inWords(read as Read));
      }
    } finally {
      await call.room.endParsing();
    }
    return code;
  },
};

function optionsOf({ value, room }: Call): ReplyOptions {
  const { zone, locale } = defaults(() => room.settings());
  const context = value('context') ?? 'lead';
  if (!contexts.includes(context as ReplyContext)) {
    throw new UsageError(`--context is one of ${contexts.join(', ')}; ${room.hint(context, contexts)}`);
  }
  const rows = value('rows');
  if (rows !== null && !/^[1-9]\d{0,3}$/.test(rows))
    throw new UsageError('--rows is a number, for example 7');
  const chosen = { zone: value('zone') ?? zone, locale: value('locale') ?? locale };
  check(
    '--zone is an IANA zone, for example Europe/Berlin',
    () => new Intl.DateTimeFormat('en', { timeZone: chosen.zone }),
  );
  check('--locale is a language tag, for example de', () => new Intl.Locale(chosen.locale));
  const currency = value('currency')?.toUpperCase() ?? null;
  if (currency !== null && !/^[A-Z]{3}$/.test(currency))
    throw new UsageError('--currency is an ISO 4217 code, for example EUR');
  return {
    context: context as ReplyContext,
    ...chosen,
    currency,
    ...(rows === null ? {} : { rows: Number(rows) }),
  };
}

function check(fault: string, read: () => unknown): void {
  try {
    read();
  } catch {
    throw new UsageError(fault);
  }
}

/** Replies are read without an installation, so wrong settings do not matter here. */
function defaults(settings: () => Settings): Pick<Settings, 'zone' | 'locale'> {
  try {
    return settings();
  } catch {
    return readSettings({});
  }
}

interface Read {
  readonly file: string;
  readonly class: string;
  readonly decision: string;
  readonly intents: readonly {
    readonly verb: string;
    readonly row: number | null;
    readonly words: string;
    readonly [part: string]: unknown;
  }[];
}

function inWords(read: Read): string {
  const parts = ['amount', 'currency', 'date', 'time', 'reason'];
  const intents = read.intents.map((i) => {
    const row = i.row === null ? '' : `row ${i.row} `;
    return `${row}${[i.verb, ...parts.map((p) => i[p])].filter((x) => x !== null && x !== undefined).join(' ')}`;
  });
  return `${read.file}: ${read.class}, ${[read.decision, ...intents].join(': ')}`;
}
