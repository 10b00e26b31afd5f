import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readReplyFile } from '../src/mail/parse-file.ts';
import { closeMailParser, parseMail } from '../src/mail/parse-mail.ts';
import { bodyOf } from '../src/replies/inbound-mail.ts';
import { understandReply } from '../src/replies/understand-reply.ts';
import { isClosing, visibleText } from '../src/replies/visible-text.ts';

/**
 * `npm run eval -- --corpus DIR [--json] [--verbose]`: how well replies, bounces and
 * malformed mails of a corpus are understood. Shares are 0…1; a part DIR lacks is left out.
 */
type ReplyTruth = { visible: string | null; first_line: string | null; language: string | null };
type BounceTruth = {
  class: string;
  recipients: { status: string | null; reason: string | null; hard: boolean | null }[];
};

const options = { context: 'lead', zone: 'Etc/UTC', locale: 'en', currency: null } as const;
const verbose = process.argv.includes('--verbose');

const directory = argumentAfter('--corpus') ?? process.env.CORPUS_DIR;
if (!directory || !existsSync(directory)) {
  process.stderr.write('usage: npm run eval -- --corpus DIR [--json]\n');
  process.exitCode = 2;
} else {
  const result = await evaluate(directory);
  process.stdout.write(`${JSON.stringify(result, null, process.argv.includes('--json') ? 0 : 1)}\n`);
  await closeMailParser();
}

function argumentAfter(name: string): string | undefined {
  const at = process.argv.indexOf(name);
  return at < 0
    ? process.argv.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1)
    : process.argv[at + 1];
}

async function evaluate(root: string) {
  const part = (name: string) => existsSync(join(root, name));
  return {
    ...(part('replies') ? { replies: await evaluateReplies(join(root, 'replies')) } : {}),
    ...(part('bounces') ? { bounces: await evaluateBounces(join(root, 'bounces')) } : {}),
    ...(part('malformed') ? { malformed: await evaluateMalformed(join(root, 'malformed')) } : {}),
  };
}

async function evaluateReplies(root: string) {
  let [n, first, exact, exactOf, lost] = [0, 0, 0, 0, 0];
  for (const folder of foldersWithTruth(root)) {
    for (const [file, truth] of truths<ReplyTruth>(folder)) {
      const read = await readReplyFile(join(folder, file));
      const visible = read.ok ? visibleText(bodyOf(read.mail)).visible : '';
      const html = read.ok && read.mail.htmlAsText !== null;
      n += 1;
      const firstRight = sameWords(firstLine(visible), truth.first_line ?? '', html);
      if (firstRight) first += 1;
      if (isLost(visible, truth)) lost += 1;
      if (truth.visible !== null) {
        exactOf += 1;
        if (sameWords(comparable(visible), comparable(truth.visible), html)) exact += 1;
        else note('inexact', file, `\n${comparable(visible)}\n  ---- wanted\n${comparable(truth.visible)}\n`);
      }
      if (!firstRight) note('first line', file, `${firstLine(visible)} | wanted ${truth.first_line}`);
      if (isLost(visible, truth)) note('lost', file, '');
    }
  }
  return { n, first_line: share(first, n), exact: share(exact, exactOf), lost: share(lost, n) };
}

/** The corpus comes with folders per origin, or flat. */
function foldersWithTruth(root: string): string[] {
  const folders = readdirSync(root)
    .map((name) => join(root, name))
    .filter((path) => statSync(path).isDirectory());
  return [root, ...folders].filter((folder) => existsSync(join(folder, 'expected.json')));
}

function truths<T>(folder: string): [string, T][] {
  const all = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<string, T>;
  return Object.entries(all).filter(([file]) => existsSync(join(folder, file)));
}

function firstLine(text: string): string {
  return (
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => line !== '' && !line.startsWith('>')) ?? ''
  );
}

/** Trimmed ends, no `>` lines, single blank lines, no closing formula with its name. */
function comparable(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => !line.startsWith('>'));
  return withoutClosing(lines)
    .join('\n')
    .replace(/\n{2,}/g, '\n\n')
    .trim();
}

function withoutClosing(lines: string[]): string[] {
  const words = lines.flatMap((line, i) => (line.trim() === '' ? [] : [i]));
  const closing = words.slice(-7).find((i, n) => (n > 0 || words.length > 7) && isClosing(lines[i] ?? ''));
  return closing === undefined ? lines : lines.slice(0, closing);
}

function sameWords(one: string, other: string, html: boolean): boolean {
  const flat = (text: string) =>
    html ? text.replace(/\s+/g, '') : text.replace(/[ \t\u00a0]+/g, ' ').trim();
  return flat(one) === flat(other);
}

/** Lost: the first line is gone, or more than a fifth of the writer's words. */
function isLost(visible: string, truth: ReplyTruth): boolean {
  const has = new Set(visible.split(/\s+/));
  const missing = (text: string) => {
    const words = text.split(/\s+/).filter((word) => word !== '');
    return words.length === 0 ? 0 : words.filter((word) => !has.has(word)).length / words.length;
  };
  return missing(truth.first_line ?? '') > 0.5 || missing(comparable(truth.visible ?? '')) > 0.2;
}

async function evaluateBounces(root: string) {
  let [n, right, hardOf, hardRight] = [0, 0, 0, 0];
  for (const [file, truth] of truths<BounceTruth>(root)) {
    const parsed = await parseMail(readFileSync(join(root, file)));
    const reply = parsed.ok ? understandReply(parsed.mail, options) : undefined;
    n += 1;
    const given = reply?.class === 'out-of-office' ? 'auto-reply' : reply?.class;
    const wanted =
      truth.class === 'other' && ['receipt', 'human', 'list', 'calendar'].includes(given ?? '')
        ? given
        : truth.class;
    if (given === wanted) right += 1;
    else note('class', file, `${given} | wanted ${truth.class}`);
    const first = truth.recipients[0];
    if (truth.class !== 'bounce' || first?.hard == null) continue;
    hardOf += 1;
    const hard = reply?.bounce?.kind === 'hard';
    if (hard === first.hard) hardRight += 1;
    else
      note(
        'hard',
        file,
        `${JSON.stringify(reply?.bounce)} | wanted ${first.hard} ${first.reason} ${first.status}`,
      );
  }
  return { n, class: share(right, n), hard: share(hardRight, hardOf) };
}

async function evaluateMalformed(root: string) {
  let [n, crashed, slowest] = [0, 0, 0];
  for (const [file] of truths<unknown>(root)) {
    const began = performance.now();
    try {
      const parsed = await parseMail(readFileSync(join(root, file)));
      if (parsed.ok) understandReply(parsed.mail, options);
      else note('malformed', file, parsed.error);
      if (
        parsed.ok &&
        file.startsWith('mac-') &&
        bodyOf(parsed.mail).trim() === '' &&
        parsed.mail.parts.length === 0
      )
        note('empty', file, '');
    } catch (error) {
      crashed += 1;
      note('crashed', file, String(error));
    }
    n += 1;
    slowest = Math.max(slowest, performance.now() - began);
  }
  return { n, crashed: share(crashed, n), slowest_ms: Math.round(slowest) };
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : Math.round((part / whole) * 10_000) / 10_000;
}

function note(what: string, file: string, words: string): void {
  if (verbose) process.stderr.write(`${what}: ${file} ${words}\n`);
}
