/** What a mail says and where its links lead, in a form that can be read and compared: no styles, no tokens. */

const entities: readonly (readonly [RegExp, string])[] = [
  [/&nbsp;|&#32;|\u00a0/g, ' '],
  [/&quot;/g, '"'],
  [/&#x27;|&#39;/g, "'"],
  [/&#x3D;/g, '='],
  [/&lt;/g, '<'],
  [/&gt;/g, '>'],
  [/&amp;/g, '&'],
];

/** `https://leads.acme.example/a/eyJ…` as `/a/accept`; anything else as its scheme. */
export function whereTo(href: string): string {
  const found = /^https:\/\/leads\.acme\.example\/([a-z]+)\/([\w-]+)\.([\w-]+)\.[\w-]+(\/[a-z]+)?$/.exec(
    href,
  );
  if (!found) return href.replace(/^(mailto:)[^?]*\?.*&body=(.*)$/, '$1 $2');
  const { act } = JSON.parse(Buffer.from(found[3] as string, 'base64url').toString()) as { act: string };
  return `/${found[1]}/${act}${found[4] ?? ''}`;
}

/** The text twin with its addresses as what they do. */
export const plainOutline = (text: string): string =>
  text.replace(/https:\/\/leads\.acme\.example\/\S+/g, (href) => whereTo(href));

/** The HTML as a reader meets it: headings, rows, links with their targets. */
export function htmlOutline(html: string): string {
  const body = html
    .replace(/[\s\S]*?<body[^>]*>/, '')
    .replace(/<!--\[if mso[\s\S]*?<!\[endif\]-->/g, '')
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(/<div\s+style="display:none[\s\S]*?<\/div>/, '');
  const marked = body
    .replace(/<h1[^>]*>/g, '\n# ')
    .replace(/<h2[^>]*>/g, '\n## ')
    .replace(
      /<a [^>]*href="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g,
      (_, href: string, label: string) => `[${label}](${whereTo(plain(href))})`,
    )
    .replace(/<\/?strong[^>]*>/g, '**')
    .replace(/<t[dh][^>]*>/g, '\n')
    .replace(/<br>|<\/(?:div|h1|h2|tr|table)>/g, '\n')
    .replace(/<[^>]+>/g, '');
  return plain(marked)
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n');
}

const plain = (text: string): string => entities.reduce((all, [from, to]) => all.replace(from, to), text);

/** Every tag on a line of its own, tokens as what they do: for one mail that is compared with all its styles. */
export const wholeHtml = (html: string): string =>
  html
    .replace(/https:\/\/leads\.acme\.example\/[^"\s<]+/g, (href) => whereTo(href))
    .replace(/>\s*</g, '>\n<');
