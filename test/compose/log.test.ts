import { expect, it } from 'vitest';
import { openLog } from '../../src/compose/log.ts';
import { createLinks } from '../../src/letters/signed-links.ts';
import { readSettings } from '../../src/settings.ts';

const links = createLinks({
  keys: [{ kid: 'k1', secret: 'x'.repeat(32) }],
  baseUrl: 'https://leads.acme.example',
});
const person = '01a20182-4d56-70f5-b29a-11c581763fa6';
const url = links.url(
  'a',
  { sub: person, act: 'accept', obj: person, ver: 1 },
  new Date('2026-11-22T10:00:00Z'),
);
const token = url.slice(url.lastIndexOf('/') + 1);

function logged(format: 'json' | 'pretty'): string {
  const lines: string[] = [];
  const log = openLog(readSettings({ LOG_FORMAT: format }), true, (line) => lines.push(line));
  const error = Object.assign(new Error(`Key (email)=(ines@nordwaerme.example) exists, asked for ${url}`), {
    detail: 'call +49 731 5550 199',
  });
  log.error(
    { err: error, path: `/a/${token}`, to: ['Ines <ines@nordwaerme.example>'], phone: '+497315550199' },
    'failed',
  );
  log.info({ reference: 'L-4F7K2Q' }, `sent to ines@nordwaerme.example`);
  return lines.join('');
}

it.each(['json', 'pretty'] as const)(
  'no token, mail address or phone number gets into a %s log',
  (format) => {
    const text = logged(format);
    expect(text).toContain('failed');
    for (const secret of [token, token.split('.')[2] as string, 'ines@', 'nordwaerme.example', '5550']) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain('L-4F7K2Q');
  },
);

it('each line of a json log is still json', () => {
  for (const line of logged('json').trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
});
