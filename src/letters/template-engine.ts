import Handlebars from 'handlebars';

export type Fill = (context: object, options: { data: object }) => string;

/** A Handlebars of its own with these helpers, and nothing that others registered. */
export function engine(helpers: Readonly<Record<string, unknown>>): typeof Handlebars {
  const hb = Handlebars.create();
  for (const [name, helper] of Object.entries(helpers))
    hb.registerHelper(name, helper as Handlebars.HelperDelegate);
  return hb;
}

/** A template as the library fills it. A name that the context lacks throws, it never mails a hole. */
export function compile(hb: typeof Handlebars, source: string, helpers: object, noEscape = false): Fill {
  const knownHelpers = Object.fromEntries(Object.keys(helpers).map((name) => [name, true]));
  return hb.compile(source, {
    strict: true,
    knownHelpers,
    knownHelpersOnly: true,
    noEscape,
    preventIndent: true,
  });
}

/** How the templates of an engine are filled. */
export type Filling = (hb: typeof Handlebars) => (template: Fill) => Fill;

/**
 * The same result, faster: at every call from outside, Handlebars makes a new table of all helpers, each wrapped once
 * more, while a partial is handed its caller's. So templates are called as partials always are, with what one call from
 * outside hands to its partials.
 */
export const asPartials: Filling = (hb) => {
  let handed: Handlebars.RuntimeOptions = {};
  const note = (_: unknown, options: Handlebars.RuntimeOptions = {}): string => {
    handed = options;
    return '';
  };
  hb.compile('{{> note}}')({}, { partials: { note } });
  // Only `lookup` asks for what the library wraps helpers for.
  const helpers = { ...hb.helpers, lookup: handed.helpers?.['lookup'] };
  const shared = { ...handed, helpers, partials: hb.partials };
  return (template) =>
    (context, { data }) =>
      template(context, { ...shared, data: { ...data, root: context } });
};
