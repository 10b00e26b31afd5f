import { Worker } from 'node:worker_threads';
import { type Composing, composeLetters } from '../dispatch/compose-letter.ts';
import type { ComposeLetters, House, Log } from '../dispatch/deps.ts';
import type { Outcome } from '../letters/render.ts';
import type { LinkKey } from '../letters/signed-links.ts';
import type { Guard } from '../mail/guarded-send.ts';
import type { Composed, TakenLetter } from '../postgres/letters.ts';
import type { Settings } from '../settings.ts';

/** What the thread needs to compose as this process does. */
export interface DeskSetup {
  readonly keys: readonly LinkKey[];
  readonly house: House;
  /** Where the compiled templates lie. */
  readonly templates: string;
  readonly guard: Guard;
  readonly dkim: Settings['dkim'];
}

export interface DeskQuestion {
  readonly id: number;
  readonly letters: readonly TakenLetter[];
}

export interface DeskAnswer {
  readonly id: number;
  readonly outcomes: readonly Outcome<Composed>[];
}

/** From so many letters on the way to the thread and back costs less than it spares. */
export const worthTheWay = 8;

/**
 * Composes many letters in a thread of its own, on another core, so that pages are answered meanwhile; a few of them
 * here. The thread begins with the first many. When it is lost its letters are composed here, and the next many get
 * another one: a letter is late at worst.
 *
 * @param here what composes in this thread
 * @param file the thread's code
 */
export function openLetterDesk(
  here: Composing & { readonly log: Log },
  setup: DeskSetup,
  file: URL = new URL('./letter-desk-thread.ts', import.meta.url),
): { readonly compose: ComposeLetters; close(): Promise<void> } {
  let thread: DeskThread | undefined;
  const apart = (letters: readonly TakenLetter[]): Promise<readonly Outcome<Composed>[]> => {
    const asked =
      thread ??
      startThread(file, setup, () => {
        if (thread === asked) thread = undefined;
      });
    thread = asked;
    return asked.ask(letters);
  };
  return {
    compose: async (letters) => {
      if (letters.length < worthTheWay) return composeLetters(here, letters);
      try {
        return await apart(letters);
      } catch (error) {
        here.log.warn({ letters: letters.length, err: error }, 'the thread that composes letters is lost');
        return composeLetters(here, letters);
      }
    },
    close: async () => {
      await thread?.end();
    },
  };
}

interface DeskThread {
  ask(letters: readonly TakenLetter[]): Promise<readonly Outcome<Composed>[]>;
  end(): Promise<unknown>;
}

/** @param lost is told when it answers no more */
function startThread(file: URL, setup: DeskSetup, lost: () => void): DeskThread {
  const worker = new Worker(file, { workerData: setup, execArgv: [] });
  // Whoever waits for it holds a connection to the database open, which keeps the process.
  worker.unref();
  const open = new Map<number, PromiseWithResolvers<DeskAnswer['outcomes']>>();
  let asked = 0;
  worker.on('message', ({ id, outcomes }: DeskAnswer) => {
    open.get(id)?.resolve(outcomes.map(asBuffers));
    open.delete(id);
  });
  const fail = (error: Error): void => {
    lost();
    for (const one of open.values()) one.reject(error);
    open.clear();
  };
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('the thread has ended')));
  return {
    ask: (letters) => {
      asked += 1;
      const answer = Promise.withResolvers<DeskAnswer['outcomes']>();
      open.set(asked, answer);
      worker.postMessage({ id: asked, letters } satisfies DeskQuestion);
      return answer.promise;
    },
    end: () => worker.terminate(),
  };
}

/** What was a Buffer arrives as the array it is made of. */
function asBuffers(outcome: Outcome<Composed>): Outcome<Composed> {
  if (!outcome.ok) return outcome;
  const { raw, kept } = outcome.value;
  return { ok: true, value: { ...outcome.value, raw: asBuffer(raw), kept: asBuffer(kept) } };
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
