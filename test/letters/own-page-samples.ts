import type { Lead } from '../../src/lead/lead.ts';
import { reportVerbs } from '../../src/lead/report-status.ts';
import { heldLead } from '../../src/letters/held-lead.ts';
import type { MyPage, OwnLead, UpdateRow, UpdatesPage } from '../../src/letters/my-view.ts';
import type { PageFrame } from '../../src/letters/page-view.ts';
import type { PrefsPage } from '../../src/letters/prefs-view.ts';
import { teaser } from '../../src/letters/teaser.ts';
import { anna, id, links, now, partner } from './samples.ts';

/** The pages of one person: what waits, all updates at once, what they get. */

const address = (act: 'accept' | 'decline' | 'lead' | 'contacted', n: number): string =>
  `/a/${links.sign({ sub: anna.id, act, obj: id(n), ver: 1 }, now)}`;

function own(l: Lead, more: Partial<OwnLead> = {}, reference = l.reference): OwnLead {
  const { person, ...held } = heldLead(l);
  const shown = { ...held, reference };
  const due = { owes: 'contact', dueAt: '2026-11-13T16:00:00Z', late: true } as const;
  return { lead: shown, called: person.called, ...due, ...more };
}

export const myPage = (frame: PageFrame, l: Lead, rows = 2): MyPage => ({
  ...frame,
  kind: 'my',
  offers: Array.from({ length: rows }, (_, i) => ({
    lead: { ...teaser(l), reference: `L-9QX3Z${i}` },
    until: '2026-11-17T15:00:00Z',
    accept: address('accept', i),
    decline: address('decline', i),
  })),
  offerCount: rows,
  leads: Array.from({ length: rows }, (_, i) => ({
    ...own(l, i === 0 ? {} : { owes: 'update', late: false, dueAt: '2026-11-20T16:00:00Z' }),
    page: address('lead', i),
    rows:
      i > 5
        ? []
        : [
            i === 0
              ? [
                  { word: 'reached', url: address('contacted', i), tone: 'main' },
                  { word: 'not-reached-short', url: address('contacted', i), tone: 'quiet' },
                ]
              : [
                  { word: 'unchanged', url: address('contacted', i), tone: 'quiet' },
                  { word: 'won', url: address('contacted', i), tone: 'quiet' },
                  { word: 'lost-update', url: address('contacted', i), tone: 'quiet' },
                ],
          ],
  })),
  leadCount: rows,
  updates: '/my/x/updates',
  standing: {
    company: partner.name,
    level: 'gold',
    suspended: false,
    blocked: true,
    debts: 2,
    open: 7,
    limit: 10,
    recalls: 1,
    recallLimit: 3,
    points: 45,
    rewards: [{ name: 'Messestand', points: 30 }],
    redeem: address('accept', 9),
  },
  prefs: '/prefs/x',
  app: '/my/x/app.webmanifest',
  next: '/my/x?from=12',
});

export const emptyMyPage = (frame: PageFrame): MyPage => ({
  ...frame,
  kind: 'my',
  offers: [],
  offerCount: 0,
  leads: [],
  leadCount: 0,
  updates: null,
  standing: null,
  prefs: '/prefs/x',
  app: '/my/x/app.webmanifest',
  next: null,
});

const row = (l: Lead, n: number, more: Partial<UpdateRow> = {}): UpdateRow => ({
  ...own(l, {}, `L-4F7K${n}Q`),
  id: `AZqHBBhFfgiAAAAAAAAA${String(n).padStart(2, '0')}`,
  verbs: reportVerbs,
  reasons: ['price', 'competitor', 'timing', 'no-need', 'other'],
  values: { verb: '', amount: '', currency: 'EUR', date: '', reason: '', note: '' },
  faults: [],
  refused: null,
  ...more,
});

export const updatesPage = (frame: PageFrame, l: Lead, rows = 2): UpdatesPage => ({
  ...frame,
  kind: 'updates',
  post: '/my/x/updates',
  nonce: links.mintNonce('x.y.z', now),
  rows: [
    row(l, 1, {
      values: { verb: 'quoted', amount: 'about 12', currency: 'EUR', date: '', reason: '', note: l.summary },
      faults: ['amount'],
    }),
    row(l, 2, { refused: 'illegal-move' }),
    ...Array.from({ length: rows }, (_, i) => row(l, i + 3)),
  ],
  more: 4,
  saved: [
    {
      lead: teaser(l),
      called: heldLead(l).person.called,
      did: {
        verb: 'won',
        money: { minor: 1_200_000, currency: 'EUR' },
        date: null,
        time: null,
        reason: null,
      },
      undo: '/a/u',
    },
  ],
  again: false,
  gone: 1,
  links: [{ word: 'kept', url: '/a/k', tone: 'main' }],
  my: '/my/x',
});

export const prefsPage = (frame: PageFrame, more: Partial<PrefsPage> = {}): PrefsPage => ({
  ...frame,
  kind: 'prefs',
  post: '/prefs/x',
  nonce: links.mintNonce('x.y.z', now),
  side: 'partner',
  saved: true,
  again: false,
  mails: 'hours',
  from: '07:00',
  until: '18:00',
  days: [1, 2, 3, 4, 5],
  bundles: ['08:00', '16:00'],
  extent: 'full',
  digest: 'weekly',
  hasDigest: true,
  products: [
    { value: 'heat-pump', wanted: true },
    { value: 'solar', wanted: false },
  ],
  territories: [
    { value: 'DE-88', wanted: true },
    { value: 'AT', wanted: true },
  ],
  temperatures: [
    { value: 'hot', wanted: true },
    { value: 'warm', wanted: true },
    { value: 'cold', wanted: false },
  ],
  capacity: { open: '8', week: '', allowedOpen: 10, allowedWeek: null, taken: 7 },
  away: {
    from: '2026-12-21',
    until: '2027-01-07',
    deputy: 'bernd',
    colleagues: [{ value: 'bernd', name: 'Bernd Kurz' }],
  },
  faults: {},
  next: { digest: '2026-11-23T06:30:00Z', offers: '2026-11-17T06:00:00Z', back: null },
  ...more,
});
