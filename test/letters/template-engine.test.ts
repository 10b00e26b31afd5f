import { beforeAll, expect, it } from 'vitest';
import { sampleLead, sampleLetter } from '../../src/cli/sample-letters.ts';
import { letterKinds } from '../../src/letters/letter.ts';
import { drawn } from '../../src/letters/render.ts';
import { asPartials, compile, engine, type Filling } from '../../src/letters/template-engine.ts';
import { loadTemplates } from '../../src/letters/templates.ts';
import { sharedTemplates } from '../harness/run-dir.ts';
import { envelope, now } from './samples.ts';

/** The library called as its manual says. */
const plainly: Filling = () => (template) => template;
type Loaded = Awaited<ReturnType<typeof loadTemplates>>;
let [quick, slow]: [Loaded?, Loaded?] = [];
beforeAll(async () => {
  [quick, slow] = [await loadTemplates(sharedTemplates()), await loadTemplates(sharedTemplates(), plainly)];
}, 60_000);

it.each(letterKinds)('%s is to the letter what the library makes of it', (kind) => {
  const { html, text } = drawn((quick as Loaded).locales, sampleLetter(kind, sampleLead(now), now), envelope);
  const filled = ({ templates }: Loaded): string[] => [
    templates[kind].html(html.context, { data: { ink: html.ink } }),
    templates[kind].text(text.context, { data: { ink: text.ink } }),
  ];
  expect(filled(quick as Loaded)).toEqual(filled(slow as Loaded));
  expect(filled(quick as Loaded).join('').length).toBeGreaterThan(500);
});

const verbs = { shout: (word: string) => word.toUpperCase() };
const filled = (source: string, context: object, parts: Record<string, string> = {}): string => {
  const hb = engine(verbs);
  for (const [name, part] of Object.entries(parts)) hb.registerPartial(name, part);
  const known = { ...verbs, lookup: 0, each: 0, if: 0, with: 0, unless: 0 };
  return asPartials(hb)(compile(hb, source, known))(context, { data: { ink: 'blue' } });
};

it('everything of a template works: helpers of ours and of the library, partials, the root, data', () => {
  const source =
    '{{shout name}} {{#each rows}}{{@index}}{{@root.name}}{{lookup @root.by this}}{{/each}}{{> foot}} {{@ink}}';
  const context = { name: '<b>', rows: ['x', 'y'], by: { x: 1, y: 2 } };
  expect(filled(source, context, { foot: '{{#if rows}}({{shout name}}){{/if}}' })).toBe(
    '&lt;B&gt; 0&lt;b&gt;11&lt;b&gt;2(&lt;B&gt;) blue',
  );
});

it('a name that the context lacks is no hole in a mail, and what a prototype has is no name', () => {
  expect(() => filled('{{missing}}', {})).toThrow(/"missing" not defined/);
  expect(filled('[{{toString}}{{lookup this "constructor"}}]', {})).toBe('[]');
});
