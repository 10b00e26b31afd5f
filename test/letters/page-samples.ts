import type { Lead } from '../../src/lead/lead.ts';
import { defaultProgramme } from '../../src/lead/programme.ts';
import type { Act } from '../../src/letters/acts.ts';
import { heldLead } from '../../src/letters/held-lead.ts';
import type { MessageCode } from '../../src/letters/message-codes.ts';
import { actionFields } from '../../src/letters/page-fields.ts';
import type {
  ActionPage,
  BlockedPage,
  FormPage,
  Heir,
  LeadPage,
  MessagePage,
  PageForm,
  PageFrame,
  PageView,
  SandboxPage,
} from '../../src/letters/page-view.ts';
import { teaser } from '../../src/letters/teaser.ts';
import { emptyMyPage, myPage, prefsPage, updatesPage } from './own-page-samples.ts';
import { anna, desk, id, lead, links, now, partner } from './samples.ts';

export const frame: PageFrame = {
  locale: 'en',
  timezone: 'Europe/Berlin',
  vendorName: 'Acme Heating',
  now,
  desk,
  addressee: { name: anna.name, company: partner.name },
};
const token = links.sign({ sub: anna.id, act: 'accept', obj: id(30), ver: 1 }, now);
const undo = { post: `/a/${token}`, nonce: links.mintNonce(token, now), until: '2026-11-16T12:10:00Z' };

export const actionPage = (act: Act, more: Partial<ActionPage> = {}, l: Lead = lead): ActionPage => ({
  ...frame,
  kind: 'action',
  act,
  lead: teaser(l),
  deadline: null,
  others: null,
  capacity: null,
  again: false,
  faults: [],
  params: { partner: 'Wärmetechnik Illertal', of: 'L-2B8DPA', points: '45', reward: 'Messestand' },
  links: [],
  form: {
    post: `/a/${token}`,
    nonce: links.mintNonce(token, now),
    fields: actionFields(act, { programme: defaultProgramme, value: l.value }),
  },
  ...more,
});

const heirs: readonly Heir[] = [
  { value: id(21), kind: 'colleague', name: 'Bernd Kurz', partner: '' },
  { value: 'below', kind: 'below', name: '', partner: '' },
  { value: id(22), kind: 'reseller', name: 'Rita Rinne', partner: 'Wärmetechnik Illertal GmbH & Co. KG' },
];
const personForm = (field: 'to' | 'email'): PageForm => ({
  post: `/a/${token}`,
  nonce: links.mintNonce(token, now),
  fields: field === 'to' ? [{ type: 'to', options: heirs, value: null }] : [{ type: 'email', value: null }],
});

export const messagePage = (
  what: MessageCode,
  more: Partial<MessagePage> = {},
  l: Lead = lead,
): MessagePage => ({
  ...frame,
  kind: 'message',
  what,
  tone: 'info',
  did: null,
  at: now.toISOString(),
  lead: teaser(l),
  links: [],
  undo: null,
  form: null,
  others: [],
  ...more,
});

export const leadPage = (l: Lead = lead): LeadPage => ({
  ...frame,
  kind: 'lead',
  lead: heldLead(l),
  stage: 'claimed',
  claimId: id(40),
  host: 'leads.acme.example',
  sequence: 7,
  files: { contact: `/l/${token}/contact.vcf`, calendar: `/l/${token}/next-step.ics` },
  fresh: true,
  owes: 'contact',
  dueAt: '2026-11-17T16:00:00Z',
  undo,
  rows: [
    [
      { word: 'reached', url: `/a/${token}`, tone: 'main' },
      { word: 'not-reached-short', url: `/a/${token}`, tone: 'quiet' },
    ],
    [
      { word: 'meeting', url: `/a/${token}`, tone: 'quiet' },
      { word: 'lost', url: `/a/${token}`, tone: 'quiet' },
    ],
  ],
  timeline: [
    { at: '2026-11-16T09:58:00Z', what: 'offer.sent', by: null, words: null },
    { at: '2026-11-16T11:58:00Z', what: 'offer.accepted', by: 'Anna Weber', words: 'Yes please!' },
  ],
});

export const formPage = (more: Partial<FormPage> = {}): FormPage => ({
  ...frame,
  kind: 'form',
  addressee: null,
  post: '/f/solar?utm_source=fair',
  nonce: links.mintNonce('form solar', now),
  required: ['summary', 'products', 'name', 'postal_code', 'country', 'consent'],
  values: { country: 'DE' },
  products: [
    { value: 'heat-pump', selected: false },
    { value: 'solar', selected: true },
  ],
  countries: ['AT', 'CH', 'DE', 'GB'],
  faults: {},
  again: null,
  ...more,
});

export const sandboxPage = (mail: { subject: string; html: string; text: string }): SandboxPage => ({
  ...frame,
  kind: 'sandbox',
  addressee: null,
  notice: 'Understood as: accept',
  people: [
    {
      address: 'anna@solarwerk.example',
      name: 'Anna Weber',
      role: 'Solarwerk Bodensee GmbH',
      count: 12,
      url: '/sandbox?to=anna',
      selected: true,
    },
    {
      address: 'jonas.brandt@acme.example',
      name: 'Jonas Brandt',
      role: 'Account manager',
      count: 7,
      url: '/sandbox?to=jonas',
      selected: false,
    },
  ],
  messages: [
    {
      id: 'a',
      kind: 'offer',
      to: 'anna@solarwerk.example',
      subject: mail.subject,
      sentAt: now.toISOString(),
      url: '/sandbox?m=a',
      selected: true,
    },
    {
      id: 'b',
      kind: 'receipt',
      to: 'anna@solarwerk.example',
      subject: 'Noted: meeting on Tue 24 Nov, 10:00 [L-4F7K2Q]',
      sentAt: now.toISOString(),
      url: '/sandbox?m=b',
      selected: false,
    },
  ],
  open: {
    id: 'a',
    kind: 'offer',
    from: 'leads@acme.example',
    to: 'anna@solarwerk.example',
    sentAt: now.toISOString(),
    rawUrl: '/sandbox/messages/a/raw',
    ...mail,
  },
  posts: { reply: '/sandbox/reply', clock: '/sandbox/advance', lead: '/sandbox/lead' },
  links: [{ label: 'Console', url: '/console' }],
});

export const blockedPage = (l: Lead = lead, more: Partial<BlockedPage> = {}): BlockedPage => ({
  ...frame,
  kind: 'blocked',
  lead: teaser(l),
  until: null,
  taken: null,
  limit: 1,
  debts: [
    {
      lead: teaser({ ...l, reference: 'L-9QX3ZT' }),
      owes: 'contact',
      since: '2026-11-13T16:00:00Z',
      holder: null,
      rows: [
        [
          { word: 'contacted', url: '/a/c', tone: 'main' },
          { word: 'not-reached', url: '/a/n', tone: 'quiet' },
        ],
        [
          { word: 'lost', url: '/a/l', tone: 'quiet' },
          { word: 'return', url: '/a/r', tone: 'quiet' },
        ],
      ],
    },
    {
      lead: teaser({ ...l, reference: 'L-2B8DPA' }),
      owes: 'update',
      since: '2026-11-12T16:00:00Z',
      holder: 'Bernd Maier',
      rows: [],
    },
  ],
  form: { post: `/a/${token}`, nonce: links.mintNonce(token, now), fields: [], word: 'hold' },
  ...more,
});

/** One page of every kind and of every important variant, by name. */
export function everyPage(
  mail: { subject: string; html: string; text: string },
  l: Lead = lead,
): Record<string, PageView> {
  const reason = {
    post: undo.post,
    nonce: undo.nonce,
    fields: actionFields('decline', { programme: defaultProgramme }),
  };
  return {
    'page-accept': actionPage(
      'accept',
      {
        deadline: '2026-11-16T15:00:00Z',
        others: 2,
        capacity: { taken: 8, limit: 10 },
        links: [{ word: 'decline', url: '/a/x', tone: 'quiet' }],
      },
      l,
    ),
    'page-accept-again': actionPage('accept', { again: true, autoSubmit: true }, l),
    'page-decline': actionPage('decline', {}, l),
    'page-won': actionPage('won', { faults: ['amount'] }, l),
    'page-meeting': actionPage('meeting', {}, l),
    'page-move': actionPage('move', {}, l),
    'page-pass-on': actionPage('pass-on', { form: personForm('to'), faults: ['to'] }, l),
    'page-own-link': actionPage(
      'take-over',
      { spoken: 'own-link', form: personForm('email'), params: { partner: anna.name }, takeOver: null },
      l,
    ),
    'page-take-over': actionPage('take-over', { form: { ...personForm('email'), fields: [] } }, l),
    'page-passed-on': messagePage('passed-on', { name: 'Bernd Kurz' }, l),
    'page-passed': messagePage('passed', { tone: 'ok', name: 'Bernd Kurz', undo }, l),
    'page-taken-over': messagePage('taken-over', { tone: 'ok', undo }, l),
    'page-taken': messagePage(
      'already-taken',
      {
        others: [{ lead: teaser(l), url: '/a/y', until: '2026-11-17T15:00:00Z' }],
        links: [{ word: 'chance', url: '/a/z', tone: 'main' }],
      },
      l,
    ),
    'page-declined': messagePage('declined', { tone: 'ok', form: reason, undo }, l),
    'page-done': messagePage(
      'done',
      {
        tone: 'ok',
        did: {
          verb: 'won',
          money: { minor: 2_800_000, currency: 'EUR' },
          date: null,
          time: null,
          reason: null,
        },
        undo,
        links: [{ word: 'my', url: '/my/x', tone: 'quiet' }],
      },
      l,
    ),
    'page-expired': messagePage(
      'link-expired',
      { tone: 'sorry', lead: null, links: [{ word: 'new-link', url: '/a/x', tone: 'main' }] },
      l,
    ),
    'page-blocked': blockedPage(l),
    'page-blocked-kept': blockedPage(l, { until: '2026-11-16T12:03:00Z', form: null }),
    'page-blocked-behind': blockedPage(l, { taken: '2026-11-16T12:03:00Z', form: null }),
    'page-first-in-line': messagePage('first-in-line', { at: '2026-11-16T12:03:00Z' }, l),
    'page-lead': leadPage(l),
    'page-my': myPage(frame, l),
    'page-my-full': myPage(frame, l, 12),
    'page-my-empty': emptyMyPage(frame),
    'page-updates': updatesPage(frame, l),
    'page-updates-full': updatesPage(frame, l, 13),
    'page-updates-none': { ...updatesPage(frame, l), rows: [], saved: [], more: 0, gone: 0, links: [] },
    'page-prefs': prefsPage(frame),
    'page-prefs-faulty': prefsPage(frame, {
      saved: false,
      mails: 'bundles',
      capacity: { open: 'ten', week: '12', allowedOpen: 10, allowedWeek: 10, taken: 7 },
      faults: {
        hours: 'order',
        days: 'choose',
        bundles: 'choose',
        capacity_open: 'number',
        away_until: 'ahead',
      },
    }),
    'page-prefs-vendor': prefsPage(frame, {
      side: 'vendor',
      saved: false,
      products: [],
      territories: [],
      temperatures: [],
      capacity: null,
      away: null,
    }),
    'page-stop': messagePage('stop', {
      lead: null,
      links: [{ word: 'prefs', url: '/prefs/x', tone: 'quiet' }],
      form: { post: '/stop/x', nonce: undo.nonce, fields: [], word: 'stop' },
    }),
    'page-stopped': messagePage('stopped', {
      tone: 'ok',
      lead: null,
      links: [{ word: 'prefs', url: '/prefs/x', tone: 'quiet' }],
    }),
    'page-form': formPage(),
    'page-form-again': formPage({
      faults: { email: 'email', consent: 'consent', products: 'choose' },
      values: { summary: l.summary, brief: l.brief ?? '', email: 'anna at home', country: 'AT' },
      again: 'press',
    }),
    'page-sandbox': sandboxPage(mail),
  };
}
