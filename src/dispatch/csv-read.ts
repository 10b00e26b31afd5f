import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';

/** One row of a file of rows: its cells, and the line it begins on (1 is the first). */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** How a file is written, found by looking at it. */
export interface Writing {
  readonly encoding: 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';
  readonly delimiter: ',' | ';' | '\t' | '|';
}

/** A file of rows that cannot be read as one; the message says where. */
export class BadRows extends Error {}

/**
 * Looks through a file once: UTF-8 or UTF-16 by its mark or its bytes, else Windows-1252; the delimiter by its first
 * row.
 */
export async function writingOf(file: string): Promise<Writing> {
  let head = Buffer.alloc(0);
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let isUtf8 = true;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    if (head.length < headLength) head = Buffer.concat([head, chunk]).subarray(0, headLength);
    if (isUtf8) isUtf8 = decodes(utf8, chunk);
  }
  const encoding = wideEncoding(head) ?? (isUtf8 ? 'utf-8' : 'windows-1252');
  return { encoding, delimiter: delimiterOf(new TextDecoder(encoding).decode(head)) };
}

/** The rows one after the other, in as little memory as one of them takes; empty ones are left out. */
export async function* readRows(file: string, { encoding, delimiter }: Writing): AsyncGenerator<Row> {
  const parser = parse({
    delimiter,
    info: true,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: 1 << 20,
  });
  const text = Readable.from(decoded(file, encoding));
  text.on('error', (error) => parser.destroy(error));
  text.pipe(parser);
  let line = 1;
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      // `lines` counts those read so far: the next row begins behind it.
      if (record.some((cell) => cell.trim() !== '')) yield { line, cells: record };
      line = info.lines + 1;
    }
  } catch (error) {
    throw new BadRows(`line ${line}: ${(error as Error).message}`);
  }
}

const headLength = 64 * 1024;

function decodes(decoder: InstanceType<typeof TextDecoder>, chunk: Buffer): boolean {
  try {
    decoder.decode(chunk, { stream: true });
    return true;
  } catch {
    return false;
  }
}

async function* decoded(file: string, encoding: Writing['encoding']): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>)
    yield decoder.decode(chunk, { stream: true });
  yield decoder.decode();
}

/** By the byte order mark, else by the zeros that plain letters have in every second byte. */
function wideEncoding(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const sample = head.subarray(0, 2_000);
  const zeros = [0, 0];
  for (const [i, byte] of sample.entries()) if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1;
  const most = sample.length / 5;
  if ((zeros[1] ?? 0) > most) return 'utf-16le';
  return (zeros[0] ?? 0) > most ? 'utf-16be' : undefined;
}

/** The one that parts the first row most often, outside quotes. */
function delimiterOf(text: string): Writing['delimiter'] {
  const counts = { ',': 0, ';': 0, '\t': 0, '|': 0 };
  let quoted = false;
  for (const sign of text) {
    if (sign === '"') quoted = !quoted;
    else if (!quoted && /[\r\n]/.test(sign)) break;
    else if (!quoted && Object.hasOwn(counts, sign)) counts[sign as Writing['delimiter']] += 1;
  }
  const ranked = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  return (ranked[0]?.[0] ?? ',') as Writing['delimiter'];
}
