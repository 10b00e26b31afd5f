import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sampleLead, sampleLetter, sampleReader } from '../src/cli/sample-letters.ts';
import type { LetterKind } from '../src/letters/letter.ts';
import type { Envelope } from '../src/letters/press.ts';
import { drawn, prepareLetters } from '../src/letters/render.ts';
import { createLinks } from '../src/letters/signed-links.ts';
import type { Filling } from '../src/letters/template-engine.ts';
import { loadTemplates } from '../src/letters/templates.ts';
import { abba, type Figure, rounded } from './figure.ts';

/** About as they come in the life of a lead. */
const kinds: readonly LetterKind[] = [
  'offer',
  'offer',
  'offer',
  'accepted',
  'reminder',
  'receipt',
  'escalation',
  'partner-digest',
];
const pairs = Number(process.env['BENCH_PAIRS'] ?? 10);
const rounds = 40;
/** Half of what a round of deliveries takes while letters wait. */
const together = 20;
const now = new Date('2026-11-16T12:00:00Z');

/**
 * Whole letters a second, rendered by twenties, for deliveries do it by up to forty (words, dates, amounts, signed
 * links, mailto twins, HTML, text laid out) against nothing but the same precompiled Handlebars templates filled one by
 * one with everything ready.
 */
export async function run(): Promise<Figure[]> {
  const dir = mkdtempSync(path.join(tmpdir(), 'leadpost-bench-'));
  try {
    const renderer = await prepareLetters(dir);
    const { templates, locales } = await loadTemplates(dir, asTheyAre);
    const lead = sampleLead(now);
    const letters = kinds.map((kind) => ({ kind, view: sampleLetter(kind, lead, now) }));
    const ready = letters.map(({ kind, view }) => ({
      template: templates[kind],
      ...drawn(locales, view, envelope),
    }));
    const orders = Array.from({ length: rounds * kinds.length }, (_, i) => ({
      view: (letters[i % kinds.length] as (typeof letters)[number]).view,
      envelope,
    }));
    const whole = (): number => {
      let sum = 0;
      for (let i = 0; i < orders.length; i += together)
        for (const made of renderer.renderLetters(orders.slice(i, i + together))) {
          if (!made.ok) throw made.error;
          sum += made.value.html.length + made.value.text.length;
        }
      return sum;
    };
    const bare = (): number =>
      sizeOf(ready, ({ template, html, text }) => {
        const [h, t] = [
          template.html(html.context, { data: { ink: html.ink } }),
          template.text(text.context, { data: { ink: text.ink } }),
        ];
        return h.length + t.length;
      });
    for (let i = 0; i < 10; i++) for (const warmUp of [whole, bare]) perSecond(warmUp);
    const rates = await abba(
      async () => perSecond(whole),
      async () => perSecond(bare),
      pairs,
    );
    return [
      {
        name: 'render',
        value: rounded(rates.ours),
        unit: 'letters/s',
        peer: 'precompiled Handlebars of the same templates',
        peer_value: rounded(rates.peer),
        ratio: rounded(rates.ratio, 2),
        goal: 0.6,
      },
    ];
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The library called as its manual says. */
const asTheyAre: Filling = () => (template) => template;

const envelope: Envelope = {
  locale: 'en',
  timezone: 'Europe/Berlin',
  vendorName: 'Acme Heating',
  links: createLinks({
    keys: [{ kid: 'k1', secret: 'a secret for measuring, thirty-two bytes long' }],
    baseUrl: 'https://leads.acme.example',
  }),
  reader: sampleReader,
  issuedAt: now,
  replyTo: 'reply+4f7k2q9d8s7a6b5c@leads.acme.example',
  now,
};

/** The sum is looked at, so that no engine may leave the work out. */
function sizeOf<T>(things: readonly T[], size: (thing: T) => number): number {
  let sum = 0;
  for (let i = 0; i < rounds; i++) for (const thing of things) sum += size(thing);
  return sum;
}

function perSecond(work: () => number): number {
  const began = performance.now();
  if (work() === 0) throw new Error('nothing was rendered');
  return (rounds * kinds.length * 1000) / (performance.now() - began);
}
