import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import nodemailer from 'nodemailer';
import { deliverLetters, deliveryLoops } from '../src/dispatch/deliver-letters.ts';
import type { Deps } from '../src/dispatch/deps.ts';
import { unpacked } from '../src/postgres/stored-bytes.ts';
import { abba, type Figure, rounded } from './figure.ts';
import { benchHouse, enrol, someLead, startSink } from './house.ts';
import { startWorker } from './worker.ts';

const leadsASlice = 250;
const lettersALead = 3;
const pairs = Number(process.env['BENCH_PAIRS'] ?? 6);
const takers = 8;

/**
 * Letters a second from the arrival of a lead to the relay's 250, every offer with its own links, against a bare
 * nodemailer pool of five that sends one ready letter of the same size to the same sink: with a worker process beside
 * the one that takes the leads, and with one process for both.
 */
export async function run(): Promise<Figure[]> {
  return [await measured('dispatch', besideWorker, 0.7), await measured('dispatch-alone', alone)];
}

type Sending = (deps: Deps, leads: number) => Promise<number>;
/** @returns what sends letters, and how that ends */
type Way = (dir: string, relayPort: number) => { readonly ours: Sending; stop(): Promise<void> };

async function measured(name: string, way: Way, goal?: number): Promise<Figure> {
  const sink = await startSink();
  const { house, dir, close } = await benchHouse({
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    SMTP_SECURITY: 'none',
  });
  await enrol(house.deps);
  const { ours, stop } = way(dir, sink.port);
  await ours(house.deps, 60);
  const letter = await sample(house.deps);
  const pool = nodemailer.createTransport({
    host: '127.0.0.1',
    port: sink.port,
    pool: true,
    maxConnections: 5,
    maxMessages: Number.POSITIVE_INFINITY,
    ignoreTLS: true,
  });
  await bare(pool, letter, 100);
  const figures = await abba(
    () => ours(house.deps, leadsASlice),
    () => bare(pool, letter, leadsASlice * lettersALead),
    pairs,
  );
  pool.close();
  await stop();
  await close();
  sink.stop();
  return {
    name,
    value: rounded(figures.ours),
    unit: 'letters/s',
    peer: 'bare nodemailer pool of 5',
    peer_value: rounded(figures.peer),
    ratio: rounded(figures.ratio, 2),
    ...(goal === undefined ? {} : { goal }),
  };
}

/** The worker hears of new letters as it does everywhere; we only look whether they are gone. */
const besideWorker: Way = (dir, relayPort) => {
  const worker = startWorker(dir, relayPort);
  return {
    ours: async (deps, leads) => {
      const before = await sentIn(deps);
      const began = performance.now();
      await takeLeads(deps, leads);
      while ((await sentIn(deps)) - before < leads * lettersALead) await pause(20);
      return (leads * lettersALead) / ((performance.now() - began) / 1000);
    },
    stop: async () => {
      worker.kill('SIGTERM');
      await once(worker, 'exit');
    },
  };
};

/** Newcomers are welcomed besides: those letters do not count. */
async function sentIn({ db }: Deps): Promise<number> {
  const rows = await db.query<{ n: number }>(
    `select count(*)::int as n from letters where kind = 'offer' and state = 'sent'`,
  );
  return rows[0]?.n ?? 0;
}

const alone: Way = () => ({
  ours: async (deps, leads) => {
    const began = performance.now();
    let letters = 0;
    let done = false;
    const posted = takeLeads(deps, leads).then(() => {
      done = true;
    });
    // As many loops as the timetable runs.
    const senders = Array.from({ length: deliveryLoops }, async () => {
      for (;;) {
        const finished = done;
        const sent = await deliverLetters(deps);
        letters += sent;
        if (sent === 0 && finished) return;
        if (sent === 0) await pause(2);
      }
    });
    await Promise.all([posted, ...senders]);
    if (letters < leads * lettersALead) throw new Error(`${letters} letters for ${leads} leads`);
    return letters / ((performance.now() - began) / 1000);
  },
  stop: async () => {},
});

async function takeLeads(deps: Deps, leads: number): Promise<void> {
  let arriving = leads;
  const taker = async (): Promise<void> => {
    while (arriving-- > 0) await someLead(deps);
  };
  await Promise.all(Array.from({ length: takers }, taker));
}

interface Letter {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

async function sample(deps: Deps): Promise<Letter> {
  const rows = await deps.db.query<{ raw: Buffer }>('select b.raw from letter_bytes b limit 1');
  const parsed = await deps.mail.parse(unpacked(rows[0]?.raw as Buffer));
  if (!parsed.ok) throw new Error(parsed.error);
  return { subject: parsed.mail.subject, html: parsed.mail.html ?? '', text: parsed.mail.text };
}

type Pool = { sendMail(message: object): Promise<unknown> };

async function bare(pool: Pool, letter: Letter, count: number): Promise<number> {
  const began = performance.now();
  let left = count;
  const senders = Array.from({ length: 10 }, async () => {
    while (left-- > 0) await pool.sendMail({ from: 'leads@leads.example', to: 'c@p.example', ...letter });
  });
  await Promise.all(senders);
  return count / ((performance.now() - began) / 1000);
}
