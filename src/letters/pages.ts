import { readdirSync, readFileSync } from 'node:fs';
import { join, parse } from 'node:path';
import Handlebars from 'handlebars';
import { consentWords, formParts } from './form-page.ts';
import { formatsFor } from './formats.ts';
import { inCity } from './headline.ts';
import { amounts } from './intl.ts';
import { leadFacts } from './lead-facts.ts';
import { calendarEntry, contactCard, type LeadFile, type LeadFileKind, mapUrl } from './lead-files.ts';
import { isWrong, myParts, updatesParts } from './my-page.ts';
import { notedSentence } from './noted.ts';
import { rememberingPages } from './page-memory.ts';
import type { Field, LeadPage, PageForm, PageLink, PageView } from './page-view.ts';
import { prefsParts } from './prefs-page.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';
import { asPartials, compile, engine, type Fill } from './template-engine.ts';
import { htmlHelpers } from './template-verbs.ts';
import { templatesDir } from './templates.ts';
import type { Locales, Words } from './words.ts';
import { wordsFor } from './words.ts';

export interface PageRenderer {
  renderPage(view: PageView): string;
  /** What a lead page gives to take along; null when there is none. */
  renderFile(view: LeadPage, kind: LeadFileKind): LeadFile | null;
  /** What a page says in one line, its heading. */
  titleOf(view: PageView): string;
  /** What the box of the lead form says, word for word, in the first of these languages that we have. */
  consentWords(locale: string, vendorName: string): string;
}

/** Reads and compiles the page templates once. */
export function preparePages(): PageRenderer {
  const locales = readDir(join(templatesDir, 'locales'), '.json', (text): unknown => JSON.parse(text));
  const hb = engine(htmlHelpers);
  const sources = readDir(join(templatesDir, 'pages'), '.hbs', (text) => text);
  for (const [name, source] of Object.entries(sources)) hb.registerPartial(name, source);
  const filled = asPartials(hb);
  const fills = Object.fromEntries(
    Object.entries(sources).map(([name, source]) => [name, filled(compile(hb, source, htmlHelpers))]),
  );
  return {
    renderPage: rememberingPages((view) => renderPage(fills, locales, view)),
    renderFile: (view, kind) =>
      kind === 'contact' ? contactCard(view) : calendarEntry(view, inkFor(locales, view)),
    titleOf: (view) => {
      const ink = inkFor(locales, view);
      const lead = 'lead' in view ? view.lead : null;
      return heading(view, ink, lead ? inCity(lead, ink.words) : '');
    },
    consentWords: (locale, vendorName) => consentWords(wordsFor(locales, locale), vendorName),
  };
}

function renderPage(fills: Readonly<Record<string, Fill>>, locales: Locales, view: PageView): string {
  const ink = inkFor(locales, view);
  const { words } = ink;
  const context = { ...view, ...sandboxWords(view, words), p: pageParts(view, ink) };
  const body = (fills[view.kind] as Fill)(context, { data: { ink } });
  return (fills.layout as Fill)({ ...context, body: new Handlebars.SafeString(body) }, { data: { ink } });
}

function inkFor(locales: Locales, view: PageView): Ink {
  const words = wordsFor(locales, view.locale, {}, view.kind === 'sandbox' ? 'vendor' : view.side);
  const formats = formatsFor(words, view.timezone, view.now);
  const links = {
    url: (): string => {
      throw new Error('a page gets its addresses ready');
    },
  };
  return { words, formats, plain: false, links };
}

/** The sandbox's notice and links come as codes ("lead L-4F7K2Q", "everybody"); what is no code is shown as it is. */
function sandboxWords(view: PageView, words: Words): object {
  if (view.kind !== 'sandbox') return {};
  const word = (key: string, text: string, params = {}): string =>
    words.has(key) ? words.t(key, params) : text;
  const [code = '', ...value] = (view.notice ?? '').split(' ');
  const key = `pages.sandbox.notices.${code}`;
  return {
    notice: view.notice && word(key, view.notice, { value: value.join(' ') }),
    links: view.links.map((l) => ({ ...l, label: word(`pages.sandbox.${l.label}`, l.label) })),
  };
}

/** What the templates share: heading, dressed links and fields, facts. */
function pageParts(view: PageView, ink: Ink): object {
  const { words, formats } = ink;
  const lead = 'lead' in view ? view.lead : null;
  const about = lead ? inCity(lead, words) : '';
  const form = 'form' in view ? view.form : null;
  return {
    ...ownParts(view, ink),
    heading: heading(view, ink, about),
    about,
    lang: words.language,
    dir: words.dir,
    facts: lead ? leadFacts(lead, words, formats, 'symbol') : [],
    links: 'links' in view && view.kind !== 'sandbox' ? view.links.map((link) => dressLink(link, words)) : [],
    debts: view.kind === 'blocked' ? dressDebts(view.debts, words) : [],
    count: view.kind === 'blocked' ? view.debts.length : 0,
    rows: view.kind === 'lead' ? view.rows.map((row) => row.map((link) => dressLink(link, words))) : [],
    fields: form ? dressFields(form, view.kind === 'action' ? view.faults : [], words) : [],
    word: form?.word ?? null,
    send: words.t(form?.word ? `pages.links.${form.word}` : 'pages.send'),
    act: view.kind === 'action' ? actWords(view.spoken ?? view.act, view.params, words) : null,
    map: view.kind === 'lead' ? mapUrl(view.lead.person) : null,
    app: view.kind === 'my' ? view.app : null,
    takeOver: view.takeOver ?? null,
    text: view.kind === 'message' ? messageText(view, ink, about) : '',
    srcdoc: view.kind === 'sandbox' && view.open ? openInTabs(view.open.html) : '',
    hasFaults: isFaulty(view),
    form: view.kind === 'form' ? formParts(view, ink) : null,
    fair: view.kind === 'action' && view.fair === true,
    press: view.kind === 'action' && view.autoSubmit === true,
    again: 'again' in view && view.again === true,
    nowIso: view.now.toISOString(),
  };
}

/** The parts of a person's own pages. */
function ownParts(view: PageView, ink: Ink): object {
  if (view.kind === 'my')
    return { my: myParts(view, ink, (word) => dressLink({ word, url: '', tone: 'quiet' }, ink.words).label) };
  if (view.kind === 'updates') return { updates: updatesParts(view, ink) };
  return view.kind === 'prefs' ? { prefs: prefsParts(view, ink) } : {};
}

function isFaulty(view: PageView): boolean {
  if (view.kind === 'action') return view.faults.length > 0;
  if (view.kind === 'updates') return view.rows.some(isWrong);
  return (view.kind === 'form' || view.kind === 'prefs') && Object.keys(view.faults).length > 0;
}

function heading(view: PageView, ink: Ink, about: string): string {
  const { words } = ink;
  if (view.kind === 'action') return actWords(view.spoken ?? view.act, view.params, words).title;
  if (view.kind === 'form') return words.t('pages.form.title');
  if (view.kind === 'blocked') return words.t('pages.blocked.title');
  if (view.kind === 'my' || view.kind === 'updates' || view.kind === 'prefs')
    return words.t(`pages.${view.kind}.title`);
  if (view.kind === 'message')
    return words.t(`pages.message.${view.what}.title`, messageParams(view, ink, about));
  if (view.kind === 'lead')
    return view.fresh ? words.t('accepted.title') : (view.lead.person.called ?? spoken(about));
  return words.t('pages.sandbox.title');
}

/** Title, explanation and button of an act; acts without words of their own share the general ones. */
function actWords(
  act: string,
  params: Readonly<Record<string, string>>,
  words: Words,
): { title: string; what: string; button: string } {
  const key = words.has(`pages.act.${act}`) ? act : 'other';
  const word = (part: string): string => words.t(`pages.act.${key}.${part}`, params);
  return { title: word('title'), what: word('what'), button: word('button') };
}

type Message = Extract<PageView, { kind: 'message' }>;
const messageText = (view: Message, ink: Ink, about: string): string =>
  ink.words.t(`pages.message.${view.what}.text`, messageParams(view, ink, about));

const messageParams = (view: Message, ink: Ink, about: string): Record<string, string> => ({
  about,
  when: view.at ? ink.formats.zoned(view.at) : '',
  vendor: view.vendorName,
  name: view.name ?? '',
  sentence: view.did ? spoken(notedSentence(view.did, ink)) : ink.words.t('pages.message.done.plain'),
});

const dressDebts = (debts: Extract<PageView, { kind: 'blocked' }>['debts'], words: Words): object[] =>
  debts.map((debt) => ({ ...debt, rows: debt.rows.map((row) => row.map((l) => dressLink(l, words))) }));

const dressLink = (link: PageLink, words: Words): { label: string; url: string; tone: string } => ({
  label: words.has(`pages.links.${link.word}`)
    ? words.t(`pages.links.${link.word}`, link.params)
    : words.t(`buttons.${link.word}`, link.params),
  url: link.url,
  tone: link.tone,
});

/** Fields as the template loops over them: every one with a label, options with theirs, the wrong ones marked. */
function dressFields(form: PageForm, faults: readonly string[], words: Words): object[] {
  return form.fields.map((field) => {
    const name = 'name' in field ? field.name : field.type === 'money' ? 'amount' : field.type;
    const fault = faults.includes(name) ? words.t(`pages.faults.${name}`) : null;
    return {
      type: field.type,
      name,
      fault,
      label: words.t(`pages.fields.${name}`),
      required: 'required' in field && field.required,
      value: fieldValue(field, words),
      currency: field.type === 'money' ? field.currency : null,
      options:
        field.type === 'to'
          ? field.options.map((heir) => ({
              value: heir.value,
              label: words.t(`pages.people.${heir.kind}`, { name: heir.name, partner: heir.partner }),
              checked: heir.value === field.value,
            }))
          : field.type === 'choice'
            ? field.options.map((option) => {
                const value = typeof option === 'string' ? option : option.value;
                const label =
                  typeof option === 'string' ? optionWord(field.name, option, words) : option.label;
                return { value, label, checked: value === field.value };
              })
            : [],
    };
  });
}

function fieldValue(field: Field, words: Words): string {
  if (field.type !== 'money') return field.value ?? '';
  // "28000.00" is for machines; people read "28000", and "28000,50" where the comma is the decimal point.
  const point = amounts(words.tag, {})
    .formatToParts(0.5)
    .find((part) => part.type === 'decimal')?.value;
  return (field.amount ?? '').replace(/\.00$/, '').replace(/\.(?=\d\d$)/, point ?? '.');
}

function optionWord(table: 'promise' | 'reason' | 'reward', value: string, words: Words): string {
  const key = table === 'promise' ? `pages.promise.${value}` : `reasons.${value}`;
  return spoken(words.has(key) ? words.t(key) : value);
}

/** A mail inside the sandbox page opens its links in a tab of their own. */
const openInTabs = (html: string): string => html.replace(/<head>/i, '<head><base target="_blank">');

function readDir<T>(dir: string, ext: string, read: (text: string) => T): Record<string, T> {
  const files = readdirSync(dir).filter((file) => file.endsWith(ext));
  return Object.fromEntries(
    files.map((file) => [parse(file).name, read(readFileSync(join(dir, file), 'utf8'))]),
  );
}
