import { Worker } from 'node:worker_threads';
import type { InboundMail, MailHeader } from '../replies/inbound-mail.ts';
import { readHeaders } from './read-message.ts';

/** Mails above this size (bytes) are not parsed. */
export const maxMailBytes = 10 * 1024 * 1024;

/** A parsed mail, or why there is none together with the headers that could be read. */
export type ParsedInbound =
  | { readonly ok: true; readonly mail: InboundMail }
  | { readonly ok: false; readonly error: string; readonly headers: readonly MailHeader[] };

export type MailParser = {
  parse(raw: Uint8Array): Promise<ParsedInbound>;
  close(): Promise<void>;
};

/**
 * Parses raw bytes (RFC 5322) in the shared worker. Never throws: what cannot be parsed
 * within 10 seconds and 10 MB comes back as a value with its headers.
 */
export function parseMail(raw: Uint8Array): Promise<ParsedInbound> {
  shared ??= openMailParser();
  return shared.parse(raw);
}

/** Ends the shared worker; the next `parseMail` starts another. */
export async function closeMailParser(): Promise<void> {
  const open = shared;
  shared = undefined;
  await open?.close();
}

let shared: MailParser | undefined;

type Answer = { id: number; mail?: InboundMail; error?: string };

/**
 * One worker thread, started on first use, one mail at a time. A mail that outlasts
 * `deadlineMs` or the memory cap costs the thread, and the next mail gets a new one.
 */
export function openMailParser(
  options: { deadlineMs?: number; maxBytes?: number; memoryMb?: number } = {},
): MailParser {
  const { deadlineMs = 10_000, maxBytes = maxMailBytes, memoryMb = 256 } = options;
  let worker: Worker | undefined;
  let turn: Promise<unknown> = Promise.resolve();
  let lastId = 0;

  const ask = (raw: Uint8Array): Promise<Answer> => {
    worker ??= startWorker(memoryMb);
    const asked = worker;
    lastId += 1;
    return answerOf(asked, { id: lastId, raw }, deadlineMs).then((answer) => {
      if (answer.id < 0) {
        if (worker === asked) worker = undefined;
        void asked.terminate();
      }
      return answer;
    });
  };
  const parse = (raw: Uint8Array): Promise<ParsedInbound> => {
    if (raw.byteLength > maxBytes) return Promise.resolve(failure(raw, `larger than ${maxBytes} bytes`));
    const result = turn
      .then(() => ask(raw))
      .then((answer) => settled(raw, answer))
      .catch((error: unknown) => failure(raw, String(error)));
    turn = result;
    return result;
  };
  return {
    parse,
    close: async () => {
      await turn;
      await worker?.terminate();
      worker = undefined;
    },
  };
}

function startWorker(memoryMb: number): Worker {
  const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 32 },
    execArgv: [],
  });
  worker.unref();
  return worker;
}

/** The worker's answer; an answer with a negative id says that the worker is lost. */
function answerOf(
  worker: Worker,
  question: { id: number; raw: Uint8Array },
  deadlineMs: number,
): Promise<Answer> {
  return new Promise((resolve) => {
    const finish = (answer: Answer) => {
      clearTimeout(timer);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      worker.unref();
      resolve(answer);
    };
    const onMessage = (answer: Answer) => {
      if (answer.id === question.id) finish(answer);
    };
    const lost = (error: string) => {
      // A dying worker may still emit; without a listener that would end the process.
      worker.on('error', () => undefined);
      finish({ id: -1, error });
    };
    const onError = (error: unknown) => lost(error instanceof Error ? error.message : String(error));
    const onExit = () => lost('parser ended');
    const timer = setTimeout(() => lost(`not parsed within ${deadlineMs} ms`), deadlineMs);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    worker.ref();
    worker.postMessage(question);
  });
}

function settled(raw: Uint8Array, answer: Answer): ParsedInbound {
  return answer.mail ? { ok: true, mail: answer.mail } : failure(raw, answer.error ?? 'not parsed');
}

function failure(raw: Uint8Array, error: string): ParsedInbound {
  return { ok: false, error, headers: readHeaders(raw) };
}
