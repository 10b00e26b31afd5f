import { createHash } from 'node:crypto';
import type { MessageCode } from '../letters/message-codes.ts';
import type { FormPage, MessagePage, PageFrame } from '../letters/page-view.ts';
import { countFormPost, productsOffered } from '../postgres/forms.ts';
import { currentProgramme, type ProgrammeVersion } from '../postgres/programs.ts';
import type { Actor, Deps } from './deps.ts';
import { countryCode, countryCodes } from './normalise-codes.ts';
import { normaliseLead } from './normalise-lead.ts';
import type { Shown } from './open-link.ts';
import { type FormFaults, type FormSent, formFaults, requiredFields } from './read-form.ts';
import { receiveLead } from './receive-lead.ts';

/** Which form is asked for, by whom. */
export interface FormAsk {
  /** Key of the programme whose leads it makes. */
  readonly key: string;
  /** Languages of the reader, the first one first. */
  readonly locale: string;
  /** The query of the form's address: `lang`, `utm_source`, `utm_campaign`. */
  readonly query: Readonly<Record<string, string>>;
}

/** A post of the form. */
export interface FormPost extends FormAsk, FormSent {
  /** Part of the sender's network address, for counting. */
  readonly network: string;
  /** What the box of the form said, word for word. */
  readonly consentText: string;
}

/** Machines fill in a form at once; people need longer. */
const fastestPostMs = 2000;
const mostPosts = 30;
const postWindowMs = 10 * 60_000;

/** The empty form. */
export async function openForm(deps: Deps, ask: FormAsk): Promise<Shown> {
  const now = await deps.db.now();
  const programme = await formProgramme(deps, ask.key);
  if (!programme) return gone(deps, ask, now);
  const values = { country: homeCountry(ask.locale) };
  const page = await formPage(deps, { ask, programme, now, values, products: [] });
  return { status: 200, page };
}

/** What whoever has sent a form sees next. */
export async function thankForForm(deps: Deps, ask: FormAsk): Promise<Shown> {
  return { status: 200, page: message(deps, ask, 'form-thanks', await deps.db.now()) };
}

/**
 * Takes in the lead of a form. Counts only with the nonce of our own page, the decoy left empty, and not sooner than a
 * person can write; what is wrong is named at its field and nothing that was written is lost. The same post twice is
 * one lead.
 *
 * @param sent.values with `nonce` and the decoy `website` beside the fields
 */
export async function submitForm(
  deps: Deps,
  sent: FormPost,
): Promise<Shown | { readonly status: 303; readonly location: string }> {
  const now = await deps.db.now();
  const programme = await formProgramme(deps, sent.key);
  if (!programme) return gone(deps, sent, now);
  const drawn: Drawn = { ask: sent, programme, now, values: sent.values, products: sent.products };
  const nonce = deps.links.readNonce(sent.values['nonce'] ?? '', nonceOf(sent.key), now);
  if (!nonce.ok || nonce.ageMs < fastestPostMs || (sent.values['website'] ?? '') !== '')
    return { status: 200, page: await formPage(deps, { ...drawn, again: 'press' }) };
  const offered = await productsOffered(deps.db, mostProducts);
  const faults = formFaults(sent, requiredFields(programme.document, offered.length > 0), offered);
  if (Object.keys(faults).length > 0)
    return { status: 422, page: await formPage(deps, { ...drawn, faults }) };
  const since = new Date(now.getTime() - postWindowMs);
  if ((await countFormPost(deps.db, sent.network, now, since)) > mostPosts)
    return { status: 429, page: await formPage(deps, { ...drawn, again: 'later' }) };
  const received = await receiveLead(deps, leadOf(sent, now), visitor);
  if (!received.ok) throw new Error(`a form made no lead: ${JSON.stringify(received.refusal)}`);
  const lang = sent.query['lang'];
  const query = lang ? `?${new URLSearchParams({ lang })}` : '';
  return { status: 303, location: `/f/${encodeURIComponent(sent.key)}/thanks${query}` };
}

const visitor: Actor = { who: { kind: 'prospect', id: null }, channel: 'form' };

/** The evidence of the consent is what the box said, and when it was ticked. */
function leadOf(sent: FormPost, now: Date) {
  const { values, products, query } = sent;
  const { summary = '', brief, name, company, phone, email, street, postal_code, city, country } = values;
  return normaliseLead({
    external_id: `form-${createHash('sha256')
      .update(JSON.stringify([values, products]))
      .digest('hex')
      .slice(0, 32)}`,
    program: sent.key,
    source: query['utm_source']?.slice(0, 200) || 'form',
    campaign: query['utm_campaign']?.slice(0, 200) ?? null,
    summary,
    brief,
    products,
    prospect: {
      ...{ name, company, phone, email, street, postal_code, city, country },
      language: sent.locale.split(',')[0] ?? null,
    },
    consent: { given: true, at: now.toISOString(), text: sent.consentText, scope: ['share', 'mail'] },
  });
}

interface Drawn {
  readonly ask: FormAsk;
  readonly programme: ProgrammeVersion;
  readonly now: Date;
  readonly values: FormSent['values'];
  readonly products: readonly string[];
  readonly faults?: FormFaults;
  readonly again?: FormPage['again'];
}

async function formPage(deps: Deps, d: Drawn): Promise<FormPage> {
  const products = await productsOffered(deps.db, mostProducts);
  const { key, query } = d.ask;
  const kept = ['lang', 'utm_source', 'utm_campaign'].flatMap((name): [string, string][] =>
    query[name] ? [[name, query[name].slice(0, 200)]] : [],
  );
  const search = kept.length > 0 ? `?${new URLSearchParams(kept)}` : '';
  return {
    ...frame(deps, d.ask, d.now),
    kind: 'form',
    post: `/f/${encodeURIComponent(key)}${search}`,
    nonce: deps.links.mintNonce(nonceOf(key), d.now),
    required: requiredFields(d.programme.document, products.length > 0),
    values: d.values,
    products: products.map((value) => ({ value, selected: d.products.includes(value) })),
    countries: countryCodes,
    faults: d.faults ?? {},
    again: d.again ?? null,
  };
}

const nonceOf = (key: string): string => `form ${key}`;

/** The newest version of the programme a form belongs to. */
const formProgramme = (deps: Deps, key: string): Promise<ProgrammeVersion | undefined> =>
  /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(key) ? currentProgramme(deps.db, key) : Promise.resolve(undefined);

/** What nobody here can deliver is not asked for: the wish would reach nobody. */
const mostProducts = 100;

/** The country of `de-AT`; German alone is mostly Germany; English alone could be anywhere. */
function homeCountry(locale: string): string {
  const first = locale.split(',')[0] ?? '';
  const [language, region = ''] = first.split('-');
  return countryCode(region) ?? (language === 'de' ? 'DE' : '');
}

const gone = (deps: Deps, ask: FormAsk, now: Date): Shown => ({
  status: 404,
  page: message(deps, ask, 'form-gone', now),
});

const message = (deps: Deps, ask: FormAsk, what: MessageCode, now: Date): MessagePage => ({
  ...frame(deps, ask, now),
  kind: 'message',
  what,
  tone: what === 'form-thanks' ? 'ok' : 'sorry',
  did: null,
  at: null,
  lead: null,
  links: [],
  undo: null,
  form: null,
  others: [],
});

const frame = ({ house }: Deps, ask: FormAsk, now: Date): PageFrame => ({
  locale: `${ask.locale}, ${house.locale}`,
  timezone: house.zone,
  vendorName: house.vendorName,
  now,
  addressee: null,
  desk: house.desk,
});
