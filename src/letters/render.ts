import type { FieldFault } from '../lead/refusals.ts';
import { brandOf } from './brand.ts';
import { isDigest, pressDigest, withAmounts } from './digest-press.ts';
import { formatsFor } from './formats.ts';
import { type Headline, headline } from './headline.ts';
import { listed } from './intl.ts';
import { fieldWords, letterFacts, plainFacts } from './lead-facts.ts';
import { type LetterKind, type LetterView, letterKinds } from './letter.ts';
import { logoCid, shown } from './logo.ts';
import { nativeMarkup } from './native-actions.ts';
import type { Envelope, Ink } from './press.ts';
import { inkFor, pressRows, pressTwins } from './press.ts';
import type { LetterTemplates } from './templates.ts';
import { loadTemplates } from './templates.ts';
import { layText } from './text-layout.ts';
import { wordingFaults } from './wording.ts';
import type { Locales, Side, Wording } from './words.ts';
import { wordsFor } from './words.ts';

export interface RenderedLetter {
  readonly subject: string;
  readonly preheader: string;
  readonly html: string;
  readonly text: string;
  /** The name under which the HTML shows the logo; null where it shows none. */
  readonly logo: string | null;
}
/** A letter to render, and for whom. */
export interface LetterOrder {
  readonly view: LetterView;
  readonly envelope: Envelope;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown };

export interface Renderer {
  /** Throws for a letter that cannot be rendered. */
  renderLetter(view: LetterView, envelope: Envelope): RenderedLetter;
  /** As many at once as there are, in their order; one that cannot be rendered takes none of its neighbours along. */
  renderLetters(orders: readonly LetterOrder[]): readonly Outcome<RenderedLetter>[];
  /** Hash of everything that shapes this kind: stored with the letter. */
  templateHash(kind: LetterKind): string;
  /** What is wrong with a programme's own wording. */
  wordingFaults(wording: Wording): readonly FieldFault[];
}

/** Reads and compiles every template once; MJML itself is loaded only when the cache lacks a compiled one. */
export async function prepareLetters(cacheDir: string): Promise<Renderer> {
  const { templates, locales } = await loadTemplates(cacheDir);
  return {
    renderLetter: (view, envelope) => {
      const [made] = renderAll(templates, locales, [{ view, envelope }]);
      if (!made?.ok) throw made?.error;
      return made.value;
    },
    renderLetters: (orders) => renderAll(templates, locales, orders),
    templateHash: (kind) => templates[kind].hash,
    wordingFaults: (wording) => wordingFaults(wording, locales),
  };
}

/**
 * Step by step and kind by kind, not letter by letter: each step's code and data stay in the processor's caches for all
 * of them, which spares a fifth with twenty letters.
 */
function renderAll(
  templates: LetterTemplates,
  locales: Locales,
  orders: readonly LetterOrder[],
): Outcome<RenderedLetter>[] {
  const sequence = [...orders.entries()].sort(([, a], [, b]) => kindOf(a) - kindOf(b));
  const begun = sequence.map(([, order]) => ({ ok: true, value: order }) as const);
  const draws = eachOf(begun, (order) => ({ ...order, drawn: drawn(locales, order.view, order.envelope) }));
  const htmls = eachOf(draws, ({ view, envelope, drawn: { head, html, text } }) => ({
    view,
    envelope,
    head,
    text,
    html: withHead(
      templates[view.kind].html(html.context, { data: { ink: html.ink } }),
      nativeMarkup(view, html.ink, envelope, head),
    ),
  }));
  const made = eachOf(htmls, ({ view, envelope, head, html, text }) => ({
    ...head,
    logo: showsLogo(view, envelope) ? logoCid : null,
    html,
    text: layText(templates[view.kind].text(text.context, { data: { ink: text.ink } })),
  }));
  const inPlace: Outcome<RenderedLetter>[] = [];
  for (const [i, [place]] of sequence.entries()) inPlace[place] = made[i] as Outcome<RenderedLetter>;
  return inPlace;
}

const kindOf = ({ view }: LetterOrder): number => letterKinds.indexOf(view.kind);

/** The next step of all whose last one went well. */
const eachOf = <A, B>(outcomes: readonly Outcome<A>[], step: (one: A) => B): Outcome<B>[] =>
  outcomes.map((outcome) => {
    if (!outcome.ok) return outcome;
    try {
      return { ok: true, value: step(outcome.value) };
    } catch (error) {
      return { ok: false, error };
    }
  });

/** What the two templates of a letter are filled with. */
export interface Drawn {
  readonly head: Headline;
  readonly html: { readonly context: object; readonly ink: Ink };
  readonly text: { readonly context: object; readonly ink: Ink };
}

/** Everything of a letter but the filling of its templates. */
export function drawn(locales: Locales, view: LetterView, envelope: Envelope): Drawn {
  const words = wordsFor(locales, envelope.locale, view.wording, sideOf(view));
  const formats = formatsFor(words, envelope.timezone, envelope.now);
  const html = { ...inkFor(words, formats, envelope, false), fill: brandOf(view.wording).fill };
  const text = { ...html, plain: true };
  const head = headline(view, html);
  const made = contexts(view, head, envelope, html, text);
  return { head, html: { context: made.html, ink: html }, text: { context: made.text, ink: text } };
}

/** A programme under a name of its own does not carry the vendor's logo. */
const showsLogo = (view: LetterView, { logo }: Envelope): boolean =>
  Boolean(logo) && brandOf(view.wording).name === null;

/** After MJML, which knows no scripts. */
const withHead = (html: string, markup: string): string =>
  markup === '' ? html : html.replace('</head>', () => `${markup}</head>`);

/** A prospect reads what partners read: everything but the texts of the vendor's own people. */
const sideOf = ({ reader }: LetterView): Side => (reader.side === 'vendor' ? 'vendor' : 'partner');

/** The view plus `m`, the parts of the mail every kind has; the same for HTML and text but for how amounts are written. */
function contexts(view: LetterView, head: Headline, envelope: Envelope, html: Ink, text: Ink) {
  const own = ownPages(view, envelope);
  // Who holds several leads can tell of them by the numbers of their rows.
  const numbered = view.kind === 'partner-digest' && own.updates !== null && envelope.replyTo !== null;
  const digest = isDigest(view) ? pressDigest(view, html) : null;
  const facts = letterFacts(view, html);
  const m = { ...shared(view, head, envelope, html), ...own, numbered, facts, digest };
  const context = { ...view, prefs: own.prefs, m };
  if (!digest && !facts.some((row) => row.money)) return { html: context, text: context };
  const plain = digest && isDigest(view) ? withAmounts(digest, view, text) : null;
  return { html: context, text: { ...context, m: { ...m, facts: plainFacts(facts, text), digest: plain } } };
}

function shared(view: LetterView, head: Headline, envelope: Envelope, ink: Ink): object {
  const { words } = ink;
  const lead = 'lead' in view ? view.lead : null;
  const twins = pressTwins(view, ink, envelope.replyTo, head.subject);
  const params = {
    company: view.reader.company ?? '',
    vendor: brandOf(view.wording).name ?? envelope.vendorName,
  };
  return {
    ...head,
    lang: words.language,
    dir: words.dir,
    vendor: brandOf(view.wording).name ?? envelope.vendorName,
    logo: envelope.logo && showsLogo(view, envelope) ? { cid: logoCid, ...shown(envelope.logo) } : null,
    canReply: envelope.replyTo !== null,
    rows: pressRows(view, ink),
    several: (view.kind === 'receipt' && view.several) || [],
    twins,
    twinWords: listed(
      words.tag,
      twins.map((t) => t.word),
      'disjunction',
    ),
    missing: view.kind === 'qualify' ? view.missing.map((paths) => fieldWords(paths, words)) : [],
    hidden: listed(
      words.tag,
      (lead?.hidden ?? []).map((field) => fieldWords(field, words)),
    ),
    footer: words.t(`footer.${view.reader.side}`, params),
    grammar: view.kind === 'ask' && view.question !== 'new-link' ? grammar(view.grammar, ink) : [],
  };
}

/** A report can be stopped, and its readers choose how often it comes; a company's leads have a page of their own. */
function ownPages(view: LetterView, envelope: Envelope) {
  const own = (path: 'prefs' | 'stop' | 'my' | 'my/updates') =>
    ({ path, act: path === 'my/updates' ? 'my' : path, obj: envelope.reader.personId }) as const;
  const report = isDigest(view);
  const company = report && view.reader.side === 'partner';
  return {
    prefs: report ? own('prefs') : view.prefs,
    stop: report ? own('stop') : null,
    my: company ? own('my') : null,
    updates: (company && holdsAny(view)) || bundles(view) ? own('my/updates') : null,
  };
}

/** Whether the mail is about several leads that wait for a word. */
const bundles = (view: LetterView): boolean => view.kind === 'reminder' && view.also.length > 0;

/** Whether there is a lead to update among the rows. */
const holdsAny = (view: {
  readonly needs: readonly { page: unknown }[];
  readonly rest: readonly { page: unknown }[];
}) => [...view.needs, ...view.rest].some((row) => row.page !== null);

/** The grammar table of a situation; its rows are data of the locale. */
function grammar(table: string, { words }: Ink): { word: string; effect: string }[] {
  return words.under(`grammar.${table}`).map((row) => ({
    word: words.t(`grammar.${table}.${row}.word`),
    effect: words.t(`grammar.${table}.${row}.effect`),
  }));
}
