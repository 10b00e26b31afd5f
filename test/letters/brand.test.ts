import { expect, test } from 'vitest';
import { brandFaults, readable } from '../../src/letters/brand.ts';
import { sharedLetters } from '../harness/run-dir.ts';
import { contrast, inkOn } from './contrast.ts';
import { managerView } from './digest-samples.ts';
import { envelope, everyLetter } from './samples.ts';

test('any colour becomes one that white words can be read on, and one that is dark enough stays', () => {
  for (const colour of ['#ffffff', '#22bc66', '#ffcc00', '#ff0000', '#00ffff', '#7f7f7f'])
    expect(contrast('#ffffff', readable(colour)), colour).toBeGreaterThanOrEqual(4.5);
  for (const colour of ['#15803d', '#0a5f38', '#000000']) expect(readable(colour)).toBe(colour);
});

test('letters carry the name and the colour of their programme', async () => {
  const renderer = await sharedLetters();
  const wording = { brand: { name: 'Wolke Sieben', colour: '#ffcc00' } };
  for (const view of [everyLetter()['offer'], managerView()]) {
    if (!view) throw new Error('no sample');
    const { html, text } = renderer.renderLetter({ ...view, wording }, envelope);
    expect(html).toContain('Wolke Sieben');
    expect(html).not.toContain('Acme Heating');
    expect(text).toContain('Wolke Sieben');
    expect(html).toContain(`background:${readable('#ffcc00')}`);
    expect(html).not.toMatch(/class="go"[^>]*#15803d/);
    for (const { ink, ground, words } of inkOn(html, '#ffffff'))
      expect(contrast(ink, ground), words).toBeGreaterThanOrEqual(4.5);
  }
});

test('a brand that is none is told by field', () => {
  expect(brandFaults({ name: 'Wolke Sieben', colour: '#0a5f38' })).toEqual([]);
  expect(brandFaults({ name: '<b>', colour: 'red', logo: 'x' }).map((f) => f.pointer)).toEqual([
    '/letters/brand/name',
    '/letters/brand/colour',
    '/letters/brand/logo',
  ]);
});
