/** RFC 6901: `['prospect', 'e/mail']` is `/prospect/e~1mail`; the whole document is the empty string. */
export const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1').slice(0, 100)}`).join('');
