import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseReplyFile } from '../../src/mail/parse-file.ts';
import { closeMailParser } from '../../src/mail/parse-mail.ts';

const mails = join(import.meta.dirname, 'mails');
const expectations = join(import.meta.dirname, 'expected');
const names = readdirSync(mails).map((file) => file.replace(/\.eml$/, ''));

afterAll(closeMailParser);

describe('a saved mail is understood as its writer meant it', () => {
  it('has one expectation for each mail', () => {
    expect(readdirSync(expectations).map((file) => file.replace(/\.json$/, ''))).toEqual(names);
  });
  it.each(names)('%s', async (name) => {
    const { options, expected } = JSON.parse(readFileSync(join(expectations, `${name}.json`), 'utf8'));
    expect(await parseReplyFile(join(mails, `${name}.eml`), options)).toMatchObject(expected);
  });
});
