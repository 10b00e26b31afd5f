import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bodyCode,
  findReplyKey,
  keyInAddress,
  leadReference,
  replyAddress,
  replyKey,
  threadMessageIds,
} from '../../src/replies/reply-address.ts';
import { writtenMail } from './written-mail.ts';

const plus = 'reply+{key}@leads.example';
const key = 'abcdefgh23456723';

describe('the reply address', () => {
  it('gives back the key it was made with, in either pattern and any case', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 10, maxLength: 10 }),
        fc.constantFrom(plus, '{key}@reply.example'),
        (bytes, pattern) => {
          expect(keyInAddress(pattern, replyAddress(pattern, replyKey(bytes)).toUpperCase())).toBe(
            replyKey(bytes),
          );
        },
      ),
    );
  });
  it('refuses other hosts, other patterns and longer words', () => {
    for (const address of [
      `reply+${key}@leads.example.evil`,
      `x-reply+${key}@leads.example`,
      `reply+${key}x@leads.example`,
      'reply+@leads.example',
      `${key}@leads.example`,
    ])
      expect(keyInAddress(plus, address)).toBeNull();
  });
  it('is found in To, Cc and the envelope headers, else as a code in the words', () => {
    const address = replyAddress(plus, key);
    expect(findReplyKey(writtenMail('', { to: ['a@b.example', address] }), plus)).toBe(key);
    expect(findReplyKey(writtenMail('', { cc: [address] }), plus)).toBe(key);
    expect(findReplyKey(writtenMail('', { deliveredTo: [address] }), plus)).toBe(key);
    expect(findReplyKey(writtenMail(`YES\n> ${bodyCode(key)}`), plus)).toBe(key);
    expect(findReplyKey(writtenMail('YES'), plus)).toBeNull();
  });
  it('falls back to the ten newest message ids', () => {
    const references = Array.from({ length: 15 }, (_, i) => `<${i}@x>`);
    expect(threadMessageIds(writtenMail('', { inReplyTo: ['<14@x>'], references }))).toEqual([
      '<14@x>',
      ...references.slice(5, 14).toReversed(),
    ]);
  });
  it('reads the reference of a subject as a hint', () => {
    expect(leadReference('AW: Ihr Lead [L-4F7K2Q]')).toBe('L-4F7K2Q');
    expect(leadReference('XL-4F7K2Q')).toBeNull();
  });
});
