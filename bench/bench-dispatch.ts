import nodemailer from 'nodemailer';
import { deliverLetters, deliveryLoops } from '../src/dispatch/deliver-letters.ts';
import type { Deps } from '../src/dispatch/deps.ts';
import { unpacked } from '../src/postgres/stored-bytes.ts';
import { abba, type Figure, rounded } from './figure.ts';
import { benchHouse, enrol, someLead, startSink } from './house.ts';

const leadsASlice = 250;
const pairs = Number(process.env['BENCH_PAIRS'] ?? 6);
const takers = 8;

/**
 * Letters a second from the arrival of a lead to the relay's 250, every offer with its own links, against a bare
 * nodemailer pool of five that sends one ready letter of the same size to the same sink.
 */
export async function run(): Promise<Figure[]> {
  const sink = await startSink();
  const { house, close } = await benchHouse({
    SMTP_URL: `smtp://127.0.0.1:${sink.port}`,
    SMTP_SECURITY: 'none',
  });
  await enrol(house.deps);
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
    () => bare(pool, letter, leadsASlice * 3),
    pairs,
  );
  pool.close();
  await close();
  sink.stop();
  return [
    {
      name: 'dispatch',
      value: rounded(figures.ours),
      unit: 'letters/s',
      peer: 'bare nodemailer pool of 5',
      peer_value: rounded(figures.peer),
      ratio: rounded(figures.ratio, 2),
      goal: 0.7,
    },
  ];
}

/** @returns letters a second, counted from the first lead to the last 250 */
async function ours(deps: Deps, leads: number): Promise<number> {
  const began = performance.now();
  let arriving = leads;
  let letters = 0;
  const intake = Array.from({ length: takers }, async () => {
    while (arriving-- > 0) await someLead(deps);
  });
  let done = false;
  const posted = Promise.all(intake).then(() => {
    done = true;
  });
  // As many loops as the timetable runs.
  const senders = Array.from({ length: deliveryLoops }, async () => {
    for (;;) {
      const finished = done;
      const sent = await deliverLetters(deps);
      letters += sent;
      if (sent === 0 && finished) return;
      if (sent === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
  });
  await Promise.all([posted, ...senders]);
  // Newcomers are welcomed besides.
  if (letters < leads * 3) throw new Error(`${letters} letters for ${leads} leads`);
  return letters / ((performance.now() - began) / 1000);
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
