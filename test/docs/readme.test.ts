import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settingNames } from '../../src/settings.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (page: string): string => readFileSync(path.join(root, page), 'utf8');
const pages = [
  'README.md',
  'CHANGELOG.md',
  'src/README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
];
/** Pages whose commands are run, in this order and in one shell each. */
const walked = ['README.md', 'docs/try-it.md', 'docs/api.md'];

interface Block {
  readonly command: string;
  /** What the page says one should see; `…` stands for anything. */
  readonly shown: readonly string[];
}

/** The ```sh blocks of a page, each with the ```text block that follows before the next one. */
function blocksOf(markdown: string): Block[] {
  const fences = [...markdown.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, body]) => ({
    language,
    body: body ?? '',
  }));
  return fences.flatMap(({ language, body }, i) => {
    if (language !== 'sh') return [];
    const next = fences[i + 1];
    return [{ command: body, shown: next?.language === 'text' ? next.body.trim().split('\n') : [] }];
  });
}

/** `npm ci && npm start`: installing and starting is what the test has done already, so its scripts only have to exist. */
const isNpm = (command: string): boolean =>
  /^(?:[A-Z]+=\S+ )?npm [\w:-]+(?: && npm [\w:-]+)*\n$/.test(command);

/** As if nobody had set anything, neither vitest (which sets BASE_URL) nor an `.env` of whoever runs the tests. */
const unset = Object.fromEntries(settingNames.map((name) => [name, name.startsWith('PG') ? undefined : '']));

let sandbox: { readonly url: string; readonly data: string; stop(): Promise<void> };

async function startSandbox(): Promise<typeof sandbox> {
  const data = await mkdtemp(path.join(tmpdir(), 'leadpost-docs-'));
  await chmod(data, 0o755);
  const env = { ...process.env, ...unset, SANDBOX: 'true', PORT: '0', DATA_DIR: data };
  // npm, its shell and the sandbox are one group, which ends together.
  const child = spawn('npm', ['start'], {
    cwd: root,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void =>
    void (isAlive(-(child.pid as number)) && process.kill(-(child.pid as number), 'SIGTERM'));
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', end);
    end();
    // npm may be gone before the sandbox has put its database away.
    while (isAlive(-(child.pid as number))) await new Promise((resolve) => setTimeout(resolve, 100));
    await rm(data, { recursive: true, force: true, maxRetries: 20, retryDelay: 250 });
  };
  try {
    return { url: await addressSaid(child), data, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A negative number is a whole group. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The address in what a starting sandbox prints. */
function addressSaid(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      const found = /open (http:\S+)\/sandbox/.exec(said)?.[1];
      if (found) resolve(found);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('exit', () => reject(new Error(`npm start ended:\n${said}`)));
  });
}

/** Runs the blocks in one shell and tells them apart by a line between them. @returns what each has printed */
async function walk(blocks: readonly Block[]): Promise<string[]> {
  const line = '======== next block ========';
  const script = blocks.map(({ command }) => `${command}\nprintf '\\n%s\\n' '${line}'\n`).join('');
  const { port } = new URL(sandbox.url);
  const env = { ...process.env, ...unset, SANDBOX: 'true', PORT: port, DATA_DIR: sandbox.data };
  const child = spawn('bash', ['-eu'], { cwd: root, env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.end(script.replaceAll('http://localhost:3000', sandbox.url));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const printed = out.split(`\n${line}\n`);
  const failed = blocks[printed.length - 1]?.command;
  expect(code, `this block failed:\n${failed}\n${printed.at(-1)}\n${err}`).toBe(0);
  return printed;
}

/** `L-… is distributing` as a pattern. */
const pattern = (shown: string): RegExp =>
  new RegExp(
    shown
      .split('…')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
      .join('.*'),
  );

describe('the commands in the documentation', () => {
  beforeAll(async () => {
    sandbox = await startSandbox();
  }, 240_000);
  afterAll(() => sandbox?.stop(), 60_000);

  test.each(walked)('%s can be followed as it is written', { timeout: 240_000 }, async (page) => {
    const blocks = blocksOf(read(page));
    expect(blocks.length).toBeGreaterThan(0);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const { command } of blocks.filter((b) => isNpm(b.command))) {
      for (const [, name = ''] of command.matchAll(/npm (?:run )?([\w:-]+)/g)) {
        expect([...Object.keys(scripts), 'ci'], `${page}: ${command}`).toContain(name);
      }
    }
    const run = blocks.filter((b) => !isNpm(b.command));
    const printed = await walk(run);
    run.forEach(({ command, shown }, i) => {
      for (const line of shown) expect(printed[i], `${page}:\n${command}`).toMatch(pattern(line));
    });
  });
});

describe('the pages', () => {
  test('the README fits on a screen', () => {
    expect(read('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(80);
  });

  test.each(pages)('links of %s lead somewhere', (page) => {
    const text = read(page).replace(/^```[\s\S]*?^```$/gm, '');
    const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
    const dead = targets
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !leadsSomewhere(page, target));
    expect(dead).toEqual([]);
  });

  test.each(pages)('%s names no directory of anybody’s machine', (page) => {
    expect(read(page)).not.toMatch(/(?:^|[\s`'"(=])\/(?:home|root|Users|work|tmp|mnt|private)\//m);
  });

  test('every picture is shown somewhere and small', () => {
    const pictures = readdirSync(path.join(root, 'docs/pictures'));
    const shown = pages.map(read).join('\n');
    for (const picture of pictures) {
      expect(shown).toContain(picture);
      expect(statSync(path.join(root, 'docs/pictures', picture)).size).toBeLessThan(200_000);
    }
  });
});

function leadsSomewhere(page: string, target: string): boolean {
  const [file = '', anchor] = target.split('#');
  const full = file === '' ? page : path.posix.join(path.posix.dirname(page), file);
  if (!statSync(path.join(root, full), { throwIfNoEntry: false })) return false;
  if (anchor === undefined || !full.endsWith('.md')) return true;
  return [...read(full).matchAll(/^#+ (.+)$/gm)].some(([, heading = '']) => slug(heading) === anchor);
}

/** A heading's anchor as code hosts make it. */
const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
