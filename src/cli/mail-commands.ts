import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pictureOf } from '../dispatch/compose-letter.ts';
import type { Deps } from '../dispatch/deps.ts';
import { emailAddress } from '../dispatch/normalise-codes.ts';
import { previewLetter } from '../dispatch/preview-letter.ts';
import { type LetterKind, type LetterView, letterKinds } from '../letters/letter.ts';
import { prepareLetters } from '../letters/render.ts';
import { createLinks } from '../letters/signed-links.ts';
import { type Call, type Doing, Failure, json, NotConfigured, UsageError } from './command.ts';
import type { Step } from './room.ts';
import { sampleLead, sampleLetter, sampleReader } from './sample-letters.ts';
import { sendTestMail } from './test-mail.ts';

export const test: Doing = {
  options: json,
  run: async (call) => {
    const to = emailAddress(call.args[0] as string);
    if (!to) throw new UsageError(`"${(call.args[0] as string).slice(0, 60)}" is no mail address`);
    const { smtp } = call.room.settings();
    if (!smtp)
      throw new NotConfigured(
        'There is no SMTP server to talk to: set SMTP_URL, for example SMTP_URL=smtp://user:password@mail.acme.example:587',
      );
    const steps: Step[] = [];
    for await (const step of sendTestMail(call.room, to)) {
      steps.push(step);
      if (!call.on('json')) tellStep(call, step);
    }
    const ok = steps.every((s) => s.ok);
    if (call.on('json')) call.print.json({ ok, to, server: `${smtp.host}:${smtp.port}`, steps });
    else if (ok)
      call.print.line(
        'The server has taken it. Not in the inbox? Look into spam, and compare the Message-ID with the server’s log.',
      );
    return ok ? 0 : 1;
  },
};

function tellStep({ print }: Call, { step, ok, answer, fix }: Step): void {
  print.line(`${ok ? '✔' : '✖'} ${step.padEnd(10)} ${answer.replaceAll(/\r?\n/g, `\n${' '.repeat(13)}`)}`);
  if (fix) print.line(`  ${' '.repeat(10)} → ${fix}`);
}

export const preview: Doing = {
  more: `Kinds: ${letterKinds.join(', ')}. Invented data, and no database, without --lead. The links lead nowhere.`,
  options: {
    lead: { value: 'REF', help: 'about this lead' },
    locale: { value: 'TAG', help: 'language of the reader; else DEFAULT_LOCALE' },
    out: { value: 'DIR', help: 'where to write; the working directory unless given' },
    ...json,
  },
  run: async (call) => {
    const kind = kindOf(call);
    const now = call.room.now();
    const reference = call.value('lead');
    const view = reference
      ? await call.room.withHouse((deps) => aboutLead(deps, reference, kind, now))
      : sampleLetter(kind, sampleLead(now), now);
    const made = await render(call, view as LetterView, now);
    const files = await writeAll(call.value('out') ?? '.', kind, made);
    if (call.on('json')) call.print.json({ kind, subject: made.subject, files });
    else call.print.table([['subject', made.subject], ...files.map((f) => ['wrote', f])]);
    return 0;
  },
};

function kindOf({ args, room }: Call): LetterKind {
  const written = args[0] as string;
  const kind = letterKinds.find((k) => k === written);
  if (!kind)
    throw new UsageError(
      `there is no mail of kind "${written.slice(0, 40)}"; ${room.hint(written, letterKinds)}`,
    );
  return kind;
}

async function aboutLead(deps: Deps, reference: string, kind: LetterKind, now: Date): Promise<LetterView> {
  const view = await previewLetter(deps, reference.toUpperCase(), kind, (lead) =>
    sampleLetter(kind, lead, now),
  );
  if (!view) throw new Failure(`There is no lead "${reference.slice(0, 40)}".`);
  return view;
}

interface Made {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly eml: Buffer;
}

async function render({ room, value }: Call, view: LetterView, now: Date): Promise<Made> {
  const settings = room.settings();
  const locale = value('locale') ?? settings.locale;
  if (!isLocale(locale)) throw new UsageError('--locale is a language tag, for example de');
  const renderer = await prepareLetters(path.join(settings.dataDir, 'templates'));
  const replyTo = settings.replyAddress?.replace('{key}', 'preview'.padEnd(16, 'a')) ?? null;
  const mail = renderer.renderLetter(view, {
    locale,
    timezone: settings.zone,
    vendorName: settings.vendorName,
    // Signed with a key nobody verifies: a preview that is passed around opens nothing.
    links: createLinks({
      keys: [{ kid: 'prev', secret: 'this key signs previews and opens nothing' }],
      baseUrl: settings.baseUrl ?? 'https://leads.example',
    }),
    reader: sampleReader,
    issuedAt: now,
    replyTo,
    logo: settings.logo,
    now,
  });
  const eml = await room.compose({
    from: settings.mailFrom,
    to: { name: sampleReader.name, address: sampleReader.email },
    replyTo,
    subject: mail.subject,
    html: mail.html,
    picture: pictureOf(mail, settings),
    text: mail.text,
    messageId: `<preview-${view.kind}@${settings.mailFrom.address.split('@')[1]}>`,
    inReplyTo: null,
    references: [],
    date: now,
    headers: { 'X-Leadpost-Kind': view.kind, 'Auto-Submitted': 'auto-generated' },
  });
  return { subject: mail.subject, html: mail.html, text: mail.text, eml };
}

async function writeAll(dir: string, kind: string, made: Made): Promise<string[]> {
  await mkdir(dir, { recursive: true });
  const files = { html: made.html, txt: made.text, eml: made.eml };
  for (const [ending, bytes] of Object.entries(files))
    await writeFile(path.join(dir, `${kind}.${ending}`), bytes);
  return Object.keys(files).map((ending) => path.join(dir, `${kind}.${ending}`));
}

function isLocale(tag: string): boolean {
  try {
    return new Intl.Locale(tag).language !== '';
  } catch {
    return false;
  }
}
