import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from '../bench/figure.ts';

/** `npm run bench -- [name…] [--json]`: each figure measured beside its peer in the same run. */
const dir = path.resolve(import.meta.dirname, '../bench');
const json = process.argv.includes('--json');
const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const names = readdirSync(dir)
  .map((f) => /^bench-(.+)\.ts$/.exec(f)?.[1])
  .filter((n): n is string => n !== undefined);

const unknown = wanted.filter((n) => !names.includes(n));
if (unknown.length > 0) {
  process.stderr.write(`There is no bench "${unknown.join('", "')}"; there are ${names.join(', ')}.\n`);
  process.exit(2);
}
let short = 0;
for (const name of wanted.length > 0 ? wanted : names) {
  const { run } = (await import(path.join(dir, `bench-${name}.ts`))) as { run: () => Promise<Figure[]> };
  for (const figure of await run()) {
    const { goal, ...shown } = figure;
    process.stdout.write(`${json ? JSON.stringify(shown) : inWords(figure)}\n`);
    if (goal !== undefined && figure.ratio < goal) short += 1;
  }
}
if (short > 0) process.stderr.write(`${short} figure(s) below the goal\n`);
process.exit(short > 0 ? 1 : 0);

function inWords(f: Figure): string {
  const goal = f.goal === undefined ? '' : `, goal ${f.goal}`;
  return `${f.name.padEnd(12)} ${f.value} ${f.unit}; ${f.peer}: ${f.peer_value}; ratio ${f.ratio}${goal}`;
}
