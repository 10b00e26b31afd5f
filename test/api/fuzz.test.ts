import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultProgramme } from '../../src/lead/programme.ts';
import { lead, partner, type RunningApi, startApi } from './running-api.ts';

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

const text = fc.string({ unit: 'binary', maxLength: 40 });
const odd = fc.oneof(
  text,
  fc.constantFrom(
    '',
    ' ',
    '\0',
    '\ud800',
    'null',
    '9'.repeat(400),
    "'; drop table leads; --",
    '{{x}}',
    '<b>',
    '\u202e',
  ),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.jsonValue({ maxDepth: 3 }),
  fc.array(text, { maxLength: 3 }),
);

/** A good body in which some fields, at any depth, have become something else. */
function disturbed(good: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(good);
  return fc.array(fc.tuple(fc.constantFrom(...paths), odd), { minLength: 1, maxLength: 3 }).map((changes) => {
    const body = structuredClone(good);
    for (const [path, value] of changes) put(body, path, value);
    return body;
  });
}

function pathsOf(value: unknown, at: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [at];
  return [
    ...(at.length > 0 ? [at] : []),
    ...Object.entries(value).flatMap(([k, v]) => pathsOf(v, [...at, k])),
  ];
}

function put(body: object, path: readonly string[], value: unknown): void {
  let here = body as Record<string, unknown>;
  for (const part of path.slice(0, -1)) {
    const next = here[part];
    if (typeof next !== 'object' || next === null) return;
    here = next as Record<string, unknown>;
  }
  here[path.at(-1) as string] = value;
}

const full = lead({
  external_id: 'x',
  source: 'web',
  campaign: 'c',
  cost: { amount: '1.00', currency: 'EUR' },
  brief: 'b',
  languages: ['de'],
  industries: ['food'],
  value: { amount: '1.00', currency: 'EUR' },
  expected_close: '2026-12-01',
  custom: { a: [{ b: 1 }] },
  temperature: 'hot',
  quality: 'inquiry',
});
const whole = partner('fuzz', {
  territories: ['DE-89'],
  location: { country: 'DE', postal_code: '89073', lat: 48, lon: 10 },
  capacity: { open: 3, week: 2 },
  calendar: { days: [1], from: '09:00', to: '17:00', region: 'DE-BW' },
  timezone: 'Europe/Berlin',
  cam: 'cam@acme.example',
  custom: { x: 1 },
});

test.each([
  ['POST', '/leads', full],
  ['PUT', '/partners/fuzz', whole],
  ['PUT', '/programs/fuzz', { ...defaultProgramme, key: 'fuzz' }],
  [
    'PUT',
    '/users/fuzz@acme.example',
    { name: 'F', role: 'cam', territory: 'DE', timezone: 'Europe/Berlin', language: 'de' },
  ],
] as const)(
  '%s %s answers every disturbed body with success or a problem that names the fault',
  async (method, path, good) => {
    await fc.assert(
      fc.asyncProperty(disturbed(good), async (body) => {
        const answer = await api.ask(method, path, { body });
        expect(answer.status, `${JSON.stringify(body)} ${JSON.stringify(api.logged)}`).toBeLessThan(500);
        if (answer.status >= 400) expect(answer.body.errors.length).toBeGreaterThan(0);
      }),
      { seed: 20_260_105, numRuns: 250 },
    );
  },
  60_000,
);
