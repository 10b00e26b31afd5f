import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { sampleLead, sampleLetter } from '../../src/cli/sample-letters.ts';
import { letterKinds } from '../../src/letters/letter.ts';
import { alice, postLead, prospect, setStage } from '../harness/cast.ts';
import { startHouse } from '../harness/house.ts';
import { readMail } from '../harness/mail.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { envelope } from '../letters/samples.ts';
import { leadpost, production, sandboxOn, workingDir } from './leadpost.ts';
import { type Relay, refusal, startRelay } from './relay.ts';

const dir = workingDir();
let relay: Relay | undefined;
afterEach(async () => {
  await relay?.stop();
  relay = undefined;
});
const mailTest = (more: Record<string, string> = {}, to = 'anna@acme.example') =>
  leadpost(['mail', 'test', to, '--json'], production({ SMTP_URL: (relay as Relay).url, ...more }));
const last = (json: { steps: { step: string; ok: boolean; answer: string; fix: string | null }[] }) =>
  json.steps.at(-1);

describe('mail test', () => {
  test('tells every step with the server’s own words, and the mail arrives', async () => {
    relay = await startRelay(
      { onAuth: (_auth, _session, done) => done(null, { user: 'leads' }) },
      'leads:s3cret-word@',
    );
    const { code, json, out } = await mailTest();
    expect(code).toBe(0);
    expect(json.ok).toBe(true);
    expect(json.steps.map((s: { step: string }) => s.step)).toEqual([
      'resolve',
      'connect',
      'TLS',
      'auth',
      'MAIL FROM',
      'RCPT TO',
      'DATA',
      'queued',
    ]);
    expect(last(json)?.answer).toBe('250 2.0.0 queued as 4711');
    expect(json.steps[1].answer).toMatch(/^220 /);
    expect(out).not.toContain('s3cret-word');
    expect(relay.mails).toMatchObject([{ from: 'leads@acme.example', to: 'anna@acme.example' }]);
    expect(relay.mails[0]?.raw).toContain('X-Leadpost-Kind: operator');
  });

  test('the same for people', async () => {
    relay = await startRelay();
    const { code, out } = await leadpost(
      ['mail', 'test', 'anna@acme.example'],
      production({ SMTP_URL: relay.url }),
    );
    expect(code).toBe(0);
    expect(out).toContain('✔ queued     250 2.0.0 queued as 4711');
  });

  const say = (error: Error) => (_what: unknown, _session: unknown, done: (error: Error) => void) =>
    done(error);

  test.each([
    [
      'a refused login',
      'auth',
      '535',
      'app password',
      { onAuth: say(refusal(535, '5.7.8 bad credentials')) },
    ],
    [
      'a refused sender',
      'MAIL FROM',
      '553',
      'MAIL_FROM',
      { onMailFrom: say(refusal(553, '5.7.1 sender not owned')) },
    ],
    [
      'a refused reader',
      'RCPT TO',
      '550',
      'not take this address',
      { onRcptTo: say(refusal(550, '5.1.1 no such user')) },
    ],
  ])('%s ends at its step, with the answer and the fix', async (_name, step, answer, fix, options) => {
    relay = await startRelay(
      { onAuth: (_a, _s, done) => done(null, { user: 'x' }), ...options },
      'leads:s3cret-word@',
    );
    const { code, json } = await mailTest();
    expect(code).toBe(1);
    expect(last(json)).toMatchObject({
      step,
      ok: false,
      answer: expect.stringContaining(answer),
      fix: expect.stringContaining(fix),
    });
    expect(relay.mails).toEqual([]);
  });

  test('nobody there, a name nobody knows, and the wrong kind of TLS have their fixes', async () => {
    const closed = await startRelay();
    await closed.stop();
    relay = await startRelay();
    const ask = async (more: Record<string, string>) => last((await mailTest(more)).json);
    expect(await ask({ SMTP_URL: closed.url })).toMatchObject({
      step: 'connect',
      ok: false,
      fix: expect.stringContaining('Nothing listens'),
    });
    expect(await ask({ SMTP_URL: 'smtp://nowhere.invalid' })).toMatchObject({
      step: 'resolve',
      ok: false,
      fix: expect.stringContaining('host name is wrong'),
    });
    expect(await ask({ SMTP_SECURITY: 'tls' })).toMatchObject({
      step: 'TLS',
      ok: false,
      fix: expect.stringContaining('465 goes with SMTP_SECURITY=tls'),
    });
    expect(await ask({ SMTP_SECURITY: 'starttls' })).toMatchObject({
      step: 'TLS',
      ok: false,
      fix: expect.stringContaining('STARTTLS'),
    });
  }, 120_000);

  test('staging’s rules hold for it too', async () => {
    relay = await startRelay();
    await mailTest({ MAIL_REDIRECT_ALL_TO: 'staging@acme.example' }, 'partner@partner.example');
    expect(relay.mails.map((m) => m.to)).toEqual(['staging@acme.example']);
    const kept = await mailTest({ MAIL_ALLOWLIST: '@acme.example' }, 'partner@partner.example');
    expect({ code: kept.code, step: last(kept.json)?.step }).toEqual({ code: 1, step: 'allowlist' });
    expect(relay.mails).toHaveLength(1);
  });

  test('without a server it is a matter of settings', async () => {
    const { code, err } = await leadpost(['mail', 'test', 'anna@acme.example'], { SANDBOX: 'true' });
    expect({ code, err }).toEqual({ code: 78, err: expect.stringContaining('set SMTP_URL') });
  });
});

describe('mail preview', () => {
  const written = (name: string): string => readFileSync(path.join(dir, name), 'utf8');

  test('writes .html, .txt and .eml, without a database', async () => {
    for (const kind of ['offer', 'escalation']) {
      const { code, json } = await leadpost(['mail', 'preview', kind, '--out', dir, '--json'], {
        SANDBOX: 'true',
      });
      expect({ kind, code }).toEqual({ kind, code: 0 });
      expect(json.files.map((f: string) => path.basename(f))).toEqual([
        `${kind}.html`,
        `${kind}.txt`,
        `${kind}.eml`,
      ]);
      const mail = await readMail(readFileSync(path.join(dir, `${kind}.eml`)), kind);
      expect(mail).toMatchObject({ kind, subject: json.subject });
      expect(written(`${kind}.html`)).toContain('</html>');
      expect(mail.text.trim().slice(0, 200)).toBe(written(`${kind}.txt`).trim().slice(0, 200));
    }
  });

  test('has a sample of every kind', async () => {
    const now = new Date('2026-11-16T12:00:00Z');
    const renderer = await sharedLetters();
    for (const kind of letterKinds) {
      const view = sampleLetter(kind, sampleLead(now), now);
      const made = renderer.renderLetter(view, { ...envelope, now, issuedAt: now });
      expect(view.kind).toBe(kind);
      expect({ kind, subject: made.subject }).toEqual({
        kind,
        subject: expect.stringMatching(view.reference === '' ? /^\S.{14,}/ : /^\S.{14,} \[L-\w{6}\]$/),
      });
    }
  });

  test('about a lead it says what was written about it, with links that open nothing', async () => {
    const house = await startHouse();
    try {
      await setStage(house);
      const { reference } = await postLead(house);
      const sent = await house.newest(alice, 'offer', reference);
      const done = await leadpost(
        ['mail', 'preview', 'offer', '--lead', reference, '--out', dir, '--json'],
        sandboxOn(house.database.url),
      );
      expect(done.json.subject).toContain(reference);
      expect(written('offer.txt')).toContain('Solar roof for a bakery');
      expect(written('offer.html')).not.toContain(prospect.name);
      const preview = await readMail(readFileSync(path.join(dir, 'offer.eml')), 'offer');
      const accept = preview.links.find((link) => /\/a\//.test(link)) as string;
      expect(sent.links).not.toContain(accept);
      expect((await house.get(accept)).status).toBe(410);
      const none = await leadpost(
        ['mail', 'preview', 'offer', '--lead', 'L-ZZZZZZ'],
        sandboxOn(house.database.url),
      );
      expect({ code: none.code, err: none.err }).toEqual({ code: 1, err: 'There is no lead "L-ZZZZZZ".\n' });
    } finally {
      await house.stop();
    }
  }, 120_000);
});
