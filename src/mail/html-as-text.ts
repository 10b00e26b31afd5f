import { convert, type FormatCallback, type HtmlToTextOptions } from 'html-to-text';

const maxLength = 500_000;
const maxDepth = 300;

/**
 * An HTML body as text for reading a reply: quotes get `> ` signs, a program's quote
 * border becomes a line that the text path cuts at, signatures and images go.
 * Nesting bombs are flattened by one linear pass instead of being walked.
 */
export function htmlAsText(html: string): string {
  const bounded = html.slice(0, maxLength);
  return nesting(bounded) > maxDepth ? stripTags(bounded) : convert(bounded, options);
}

/** The deepest nesting of one linear scan; void elements do not count. */
function nesting(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [, slash, name = ''] of html.matchAll(/<(\/?)([a-z][a-z0-9]{0,20})/gi)) {
    if (/^(?:br|hr|img|meta|link|input|col|wbr|base|area)$/i.test(name)) continue;
    depth = Math.max(0, depth + (slash ? -1 : 1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function stripTags(html: string): string {
  return html
    .replace(/<[^<>]{0,2000}>/g, '\n')
    .replace(/&nbsp;/gi, ' ')
    .replace(/&lt;/gi, '<')
    .replace(/&gt;/gi, '>')
    .replace(/&amp;/gi, '&')
    .replace(/\n[\n ]*/g, '\n');
}

/** Outlook and its kin put the quote beside its border, not inside: everything below goes. */
const quoteBorder: FormatCallback = (element, walk, builder, formatting) => {
  builder.openBlock({ leadingLineBreaks: 2 });
  builder.addInline('-----Original Message-----');
  builder.closeBlock({ trailingLineBreaks: 1 });
  builder.openBlock({ leadingLineBreaks: 1 });
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: formatting.trailingLineBreaks ?? 1 });
};

const borders = [
  '#divRplyFwdMsg',
  '#appendonsend',
  '#OLK_SRC_BODY_SECTION',
  '#stopSpelling',
  '#mail-editor-reference-message-container',
  'div[name="messageReplySection"]',
  'div[data-marker="__QUOTED_TEXT__"]',
  'div[data-marker="__HEADERS__"]',
  '#isForwardContent',
  'div[style*="border-top:solid #E1E1E1 1.0pt"]',
  'div[style*="border-top:solid #B5C4DF 1.0pt"]',
  'div[style*="border-top: solid #E1E1E1 1.0pt"]',
  'div[style*="border-top:solid #CCCCCC 1.0pt"]',
  '.yahoo_quoted',
  '.protonmail_quote',
  '.zmail_extra',
  '.moz-forward-container',
  '.gmx_quote',
  '#reply-intro',
];
const skipped = [
  'img',
  'style',
  'script',
  'title',
  'head',
  '.gmail_signature',
  '.gmail_signature_prefix',
  '#Signature',
  '#AppleMailSignature',
  '.moz-signature',
  '#ms-outlook-mobile-signature',
  'div[data-marker="__SIG_PRE__"]',
  'div[data-marker="__SIG_POST__"]',
  '.protonmail_signature_block',
  '#x_Signature',
  '.front-signature',
  '.cm_signature',
];

const options: HtmlToTextOptions = {
  wordwrap: false,
  preserveNewlines: false,
  limits: { maxInputLength: maxLength, maxDepth, maxChildNodes: 20_000, ellipsis: '' },
  formatters: { quoteBorder },
  selectors: [
    ...skipped.map((selector) => ({ selector, format: 'skip' })),
    ...borders.map((selector) => ({ selector, format: 'quoteBorder' })),
    { selector: 'a', options: { ignoreHref: true } },
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((selector) => ({ selector, options: { uppercase: false } })),
    { selector: 'p', options: { leadingLineBreaks: 1, trailingLineBreaks: 1 } },
    {
      selector: 'blockquote',
      format: 'blockquote',
      options: { leadingLineBreaks: 1, trailingLineBreaks: 2, trimEmptyLines: true },
    },
  ],
};
