import { generateKeyPairSync } from 'node:crypto';
import { afterEach, expect, test } from 'vitest';
import { sampleLead, sampleLetter } from '../../src/cli/sample-letters.ts';
import { type DeskSetup, openLetterDesk, worthTheWay } from '../../src/compose/letter-desk.ts';
import { type Composing, composeLetters } from '../../src/dispatch/compose-letter.ts';
import { deliverLetters } from '../../src/dispatch/deliver-letters.ts';
import type { House } from '../../src/dispatch/deps.ts';
import type { LetterKind } from '../../src/letters/letter.ts';
import { letterKinds } from '../../src/letters/letter.ts';
import type { Outcome } from '../../src/letters/render.ts';
import { createLinks } from '../../src/letters/signed-links.ts';
import { composeMessage } from '../../src/mail/compose-message.ts';
import { dkimRecord } from '../../src/mail/dkim.ts';
import type { Composed, TakenLetter } from '../../src/postgres/letters.ts';
import { unpacked } from '../../src/postgres/stored-bytes.ts';
import { postLead, setStage } from '../harness/cast.ts';
import { type House as Running, startHouse } from '../harness/house.ts';
import { readMail } from '../harness/mail.ts';
import { sharedLetters, sharedTemplates } from '../harness/run-dir.ts';
import { id, now } from '../letters/samples.ts';
import { verifyDkim } from '../mail/dkim-verifier.ts';

const keys = [{ kid: 'k1', secret: 'a secret of the desk, thirty-two bytes long' }];
const house: House = {
  sandbox: true,
  baseUrl: 'https://leads.acme.example',
  vendorName: 'Acme Wärme',
  from: { name: 'Acme Wärme', address: 'leads@acme.example' },
  replyAddress: 'reply+{key}@acme.example',
  bounceAddress: null,
  adminEmail: null,
  zone: 'Europe/Berlin',
  locale: 'de',
  desk: null,
  logo: { width: 120, height: 40, png: Buffer.from(`89504e470d0a1a0a${'00ff'.repeat(200)}`, 'hex') },
  native: { gmail: true, originator: null },
};
const setup = (part: Partial<DeskSetup> = {}): DeskSetup => ({
  keys,
  house,
  templates: sharedTemplates(),
  guard: { redirectAllTo: null, allowlist: [] },
  dkim: null,
  ...part,
});

/** As it is taken from the database: what it says is plain JSON. */
const taken = (kind: LetterKind, n: number): TakenLetter => ({
  id: id(n),
  key: `${kind}/${n}`,
  kind,
  lead_id: id(1),
  offer_id: null,
  thread_id: id(2),
  person_id: id(3),
  to_address: 'anna@solarwerk.example',
  to_name: 'Anna Groß',
  view: JSON.parse(JSON.stringify(sampleLetter(kind, sampleLead(now), now))),
  state: 'sending',
  attempts: 1,
  due_at: now,
  message_id: `<${n}@acme.example>`,
  last_error: null,
  created_at: now,
  sent_at: null,
  lease_token: id(4),
  raw: null,
  reply_key: 'abcdefghijklmnopqrstuvwx',
  language: n % 2 ? 'de' : 'en',
  timezone: 'Europe/Berlin',
  epoch: 1,
  left: false,
  earlier: n % 3 ? [] : ['<0@acme.example>'],
});
const every = letterKinds.map(taken);

const warned: string[] = [];
const log = {
  info: () => {},
  error: () => {},
  warn: (_: object, message: string) => void warned.push(message),
};
const lost = 'the thread that composes letters is lost';
let close = async (): Promise<void> => {};
afterEach(async () => {
  await close();
  warned.length = 0;
});

async function composing(): Promise<Composing & { log: typeof log }> {
  const links = createLinks({ keys, baseUrl: house.baseUrl });
  return { house, links, letters: await sharedLetters(), mail: { compose: composeMessage }, log };
}

async function deskWith(part: Partial<DeskSetup> = {}, file?: URL) {
  const here = await composing();
  const desk = openLetterDesk(here, setup(part), file);
  close = desk.close;
  return { here, compose: desk.compose };
}

/** A desk at which nobody can compose in this thread. */
async function apartOnly(part: Partial<DeskSetup> = {}) {
  const here = await composing();
  const renderLetters = () => {
    throw new Error('composed here');
  };
  const desk = openLetterDesk({ ...here, letters: { ...here.letters, renderLetters } }, setup(part));
  close = desk.close;
  return { here, compose: desk.compose };
}

const made = (outcomes: readonly Outcome<Composed>[]): Composed[] =>
  outcomes.map((outcome) => {
    if (!outcome.ok) throw outcome.error;
    return outcome.value;
  });

/** Every message has a MIME boundary of its own. */
const legible = (raw: Buffer): string =>
  raw.toString('latin1').replaceAll(/--_NmP-[0-9a-f]+-/g, '--boundary-');
const comparable = (outcomes: readonly Outcome<Composed>[]) =>
  made(outcomes).map(({ raw, kept: _, ...rest }) => ({ ...rest, raw: legible(raw) }));

test('many letters of every kind, composed in the thread, are what they are here', async () => {
  const { here, compose } = await apartOnly();
  const outcomes = await compose(every);
  expect(comparable(outcomes)).toEqual(comparable(await composeLetters(here, every)));
  expect(made(outcomes).filter(({ raw, kept }) => !unpacked(kept).equals(raw))).toEqual([]);
  expect(legible(made(outcomes)[0]?.raw as Buffer)).toContain('Content-Type: image/png');
});

test('the thread redirects and signs as the house does', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const guard = { redirectAllTo: 'trial@acme.example', allowlist: [] };
  const dkim = { domain: 'acme.example', selector: 's1', privateKey };
  const { compose } = await apartOnly({ guard, dkim });
  const raws = made(await compose(every)).map(({ raw }) => raw);
  expect(raws.filter((raw) => !verifyDkim(raw, dkimRecord({ privateKey })).pass)).toEqual([]);
  expect(raws.filter((raw) => !/^To: .*<trial@acme\.example>\r$/m.test(legible(raw)))).toEqual([]);
});

test('several rounds at once get their own letters back', async () => {
  const { compose } = await apartOnly();
  const rounds = [every.slice(0, 9), every.slice(9, 20), every.slice(3, 12)];
  const answers = await Promise.all(rounds.map((letters) => compose(letters)));
  expect(answers.map((outcomes) => made(outcomes).map((letter) => letter.id))).toEqual(
    rounds.map((letters) => letters.map((letter) => letter.id)),
  );
});

test('a letter that cannot be composed takes none of its neighbours along, and says why', async () => {
  const { compose } = await apartOnly();
  const [first] = every as [TakenLetter];
  const { lead: _, ...broken } = first.view as { lead: unknown };
  const outcomes = await compose(every.map((letter, n) => (n === 4 ? { ...first, view: broken } : letter)));
  expect(outcomes.flatMap((outcome, n) => (outcome.ok ? [] : [n]))).toEqual([4]);
  const why = outcomes[4]?.ok === false && outcomes[4].error;
  expect(why).toBeInstanceOf(Error);
  expect((why as Error).message).toContain('undefined');
});

test('a few letters are composed here, and no thread is begun for them', async () => {
  const { here, compose } = await deskWith({}, new URL('file:///nowhere/thread.ts'));
  const few = every.slice(0, worthTheWay - 1);
  expect(comparable(await compose(few))).toEqual(comparable(await composeLetters(here, few)));
  expect(await compose([])).toEqual([]);
  expect(warned).toEqual([]);
});

const dies = (how: string): URL =>
  new URL(
    `data:text/javascript,${encodeURIComponent(`import { parentPort } from 'node:worker_threads';
      parentPort.on('message', () => { ${how} });`)}`,
  );

test.each([
  ['cannot be begun', new URL('file:///nowhere/thread.ts')],
  ['ends', dies('process.exit(0)')],
  ['breaks', dies('throw new Error("broken")')],
])(
  'a thread that %s costs no letter: they are composed here, and the next many get another',
  async (_, file) => {
    const { here, compose } = await deskWith({}, file);
    const expected = comparable(await composeLetters(here, every));
    const together = await Promise.all([compose(every), compose(every)]);
    expect(together.map(comparable)).toEqual([expected, expected]);
    expect(warned).toEqual([lost, lost]);
    expect(comparable(await compose(every))).toEqual(expected);
    expect(warned).toEqual([lost, lost, lost]);
  },
);

test('a house has its many letters composed apart, signed and redirected, and with links of its own', async () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = String(privateKey.export({ format: 'pem', type: 'pkcs8' })).replaceAll('\n', '\\n');
  const env = {
    MAIL_REDIRECT_ALL_TO: 'trial@acme.example',
    ...{ DKIM_DOMAIN: 'acme.example', DKIM_SELECTOR: 's1', DKIM_PRIVATE_KEY: pem },
  };
  const sent: Buffer[] = [];
  const running: Running = await startHouse({
    env,
    timetable: false,
    send: async (_, raw) => {
      sent.push(raw);
      return { kind: 'sent', response: '250 ok' };
    },
  });
  try {
    await setStage(running);
    for (let lead = 0; lead < 3; lead++) await postLead(running);
    const { deps } = running.running;
    const renderLetters = () => {
      throw new Error('composed here');
    };
    Object.assign(deps.letters, { renderLetters });
    expect(await deliverLetters(deps)).toBeGreaterThanOrEqual(worthTheWay);
    expect(sent.length).toBeGreaterThanOrEqual(worthTheWay);
    expect(sent.filter((raw) => !verifyDkim(raw, dkimRecord({ privateKey })).pass)).toEqual([]);
    expect(sent.filter((raw) => !/^To: .*<trial@acme\.example>\r$/m.test(raw.toString()))).toEqual([]);
    const { text } = await readMail(sent[0] as Buffer, 'offer');
    const link = /http\S+\/a\/\S+/.exec(text)?.[0] ?? '';
    expect((await fetch(link)).status).toBe(200);
  } finally {
    await running.stop();
  }
});
