import type { FormFault, FormField, FormPage } from './page-view.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';
import type { Words } from './words.ts';

type Drawn = 'line' | 'text' | 'list' | 'boxes' | 'agree';

/** How each field is drawn: its kind, how long it may be, the browser's word for completing it. */
const drawn: Readonly<Record<FormField, readonly [Drawn, number, string | null, string?]>> = {
  summary: ['line', 300, null],
  products: ['boxes', 100, null],
  brief: ['text', 5_000, null],
  name: ['line', 200, 'name'],
  company: ['line', 200, 'organization'],
  phone: ['line', 40, 'tel', 'tel'],
  email: ['line', 254, 'email', 'email'],
  street: ['line', 200, 'address-line1'],
  postal_code: ['line', 20, 'postal-code'],
  city: ['line', 100, 'address-level2'],
  country: ['list', 2, 'country'],
  consent: ['agree', 3, null],
};
export const formFields = Object.keys(drawn) as readonly FormField[];

/** The longest text a field takes. */
export const longest = (field: FormField): number => drawn[field][1];

/** More products than a phone shows at a glance become one list to choose from. */
const mostBoxes = 12;

/** The lead form as its template draws it: fields with labels and options, the wrong ones with what to do. */
export function formParts(view: FormPage, ink: Ink): object {
  const fields = formFields.filter((name) => name !== 'products' || view.products.length > 0);
  const all = fields.map((name) => ({ name, ...fieldParts(view, name, ink) }));
  const wish = ['summary', 'products', 'brief'];
  return {
    intro: ink.words.t('pages.form.intro', { vendor: view.vendorName }),
    wish: all.filter((f) => wish.includes(f.name)),
    person: all.filter((f) => !wish.includes(f.name) && f.name !== 'consent'),
    agreed: all.filter((f) => f.name === 'consent'),
    wrong: all
      .filter((f) => f.fault)
      .map(({ name, id, fault }) => ({ id, fault, label: ink.words.t(`pages.form.fields.${name}`) })),
  };
}

function fieldParts(view: FormPage, name: FormField, ink: Ink) {
  const { words } = ink;
  const [kind, max, complete, input = 'text'] = drawn[name];
  const many = name === 'products' && view.products.length > mostBoxes;
  return {
    id: `f-${name}`,
    type: many ? 'list' : kind,
    input,
    max,
    complete,
    label: name === 'consent' ? consentWords(words, view.vendorName) : words.t(`pages.form.fields.${name}`),
    value: view.values[name] ?? '',
    required: view.required.includes(name),
    mark: view.required.includes(name) || name === 'consent' ? null : words.t(markOf(name)),
    fault: faultWords(view.faults[name], words),
    options:
      name === 'products' ? view.products.map(asOption) : name === 'country' ? countries(view, ink) : [],
  };
}

const markOf = (name: FormField): string =>
  name === 'phone' || name === 'email' ? 'pages.form.either' : 'pages.form.optional';

const asOption = ({ value, selected }: FormPage['products'][number]) => ({
  value,
  selected,
  label: spoken(value),
});

const countries = (view: FormPage, { words, formats }: Ink) =>
  view.countries
    .map((value) => ({
      value,
      label: formats.countryName(value),
      selected: value === view.values['country'],
    }))
    .sort((a, b) => a.label.localeCompare(b.label, words.tag));

/** What people agree to by the box at the end of the form; kept with the lead word for word. */
export const consentWords = (words: Words, vendor: string): string =>
  words.t('pages.form.consent_words', { vendor });

const faultWords = (fault: FormFault | undefined, words: Words): string | null =>
  fault ? words.t(`pages.form.faults.${fault}`) : null;
