import { parentPort, workerData } from 'node:worker_threads';
import { composeLetters } from '../dispatch/compose-letter.ts';
import type { House } from '../dispatch/deps.ts';
import { type Outcome, prepareLetters } from '../letters/render.ts';
import { createLinks } from '../letters/signed-links.ts';
import { composeMessage } from '../mail/compose-message.ts';
import { signedCompose } from '../mail/dkim.ts';
import { guardedCompose } from '../mail/guarded-send.ts';
import type { Composed } from '../postgres/letters.ts';
import type { DeskAnswer, DeskQuestion, DeskSetup } from './letter-desk.ts';

/** The thread's side of `letter-desk.ts`: letters in, their bytes out. */
const { keys, house, templates, guard, dkim } = workerData as DeskSetup;
const deps = {
  house: withPicture(house),
  letters: await prepareLetters(templates),
  links: createLinks({ keys, baseUrl: house.baseUrl }),
  mail: { compose: signedCompose(guardedCompose(composeMessage, guard), dkim) },
};

parentPort?.on('message', async ({ id, letters }: DeskQuestion) => {
  const outcomes = (await composeLetters(deps, letters)).map(portable);
  const bytes = outcomes.flatMap((made) => (made.ok ? [made.value.raw, made.value.kept] : []));
  parentPort?.postMessage(
    { id, outcomes } satisfies DeskAnswer,
    bytes.map(({ buffer }) => buffer as ArrayBuffer),
  );
});

/** The logo arrives as the array its Buffer is made of. */
function withPicture(house: House): House {
  const { logo } = house;
  return logo ? { ...house, logo: { ...logo, png: Buffer.from(logo.png) } } : house;
}

/** With bytes that can be handed over without a copy. */
function portable(outcome: Outcome<Composed>): Outcome<Composed> {
  if (!outcome.ok) return outcome;
  const { raw, kept } = outcome.value;
  return { ok: true, value: { ...outcome.value, raw: unshared(raw), kept: unshared(kept) } };
}

/** Small ones lie in a pool with others. */
const unshared = (bytes: Buffer): Buffer =>
  bytes.byteLength === bytes.buffer.byteLength ? bytes : Buffer.from(new Uint8Array(bytes).buffer);
