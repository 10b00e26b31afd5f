import type { MailHeader } from '../replies/inbound-mail.ts';

export type Verdict = 'pass' | 'fail' | 'none';

/** What our own receiving server found (RFC 8601). Without a trusted header everything is `none`. */
export type AuthResults = {
  readonly dmarc: Verdict;
  readonly dkim: Verdict;
  readonly spf: Verdict;
  /** `header.from` of the DMARC result, lower-cased. */
  readonly headerFrom: string | null;
};

const nothing: AuthResults = { dmarc: 'none', dkim: 'none', spf: 'none', headerFrom: null };
const maxLength = 16_384;

/**
 * Reads the topmost Authentication-Results header and believes it only if its authserv-id is
 * the configured one (RFC 8601 sections 2.2, 5 and 7.1). No id configured, no belief.
 * With `fromDomain`, a DMARC pass for another domain counts as none.
 */
export function readAuthResults(
  headers: readonly MailHeader[],
  authservId: string | null,
  fromDomain: string | null = null,
): AuthResults {
  const [, value] = headers.find(([name]) => name === 'authentication-results') ?? [];
  if (!authservId || value === undefined || value.length > maxLength) return nothing;
  const tokens = tokenize(value);
  const clauses = tokens && splitClauses(tokens);
  const [server, ...results] = clauses ?? [];
  if (!server || !namesServer(server, authservId)) return nothing;
  const found = results.map(readClause);
  // A clause that breaks the grammar may hide another: then nothing of the header is believed.
  if (found.some((result) => result === null)) return nothing;
  return verdicts(
    found.filter((result) => result !== null),
    fromDomain,
  );
}

type Token = { readonly text: string; readonly kind: 'word' | 'quoted' | 'sign'; readonly spaced: boolean };

/** Words, quoted strings and the signs `; = / .`; comments vanish. Null where the header is malformed. */
function tokenize(value: string): Token[] | null {
  const tokens: Token[] = [];
  let at = 0;
  let spaced = false;
  while (at < value.length) {
    const char = value[at] ?? '';
    if (/\s/.test(char)) {
      spaced = true;
      at += 1;
    } else if (char === '(') {
      const end = commentEnd(value, at);
      if (end < 0) return null;
      spaced = true;
      at = end;
    } else {
      const token = char === '"' ? quotedAt(value, at) : plainAt(value, at);
      if (!token) return null;
      tokens.push({ ...token.token, spaced });
      spaced = false;
      at = token.end;
    }
  }
  return tokens;
}

/** RFC 5322 comments nest and know quoted pairs. */
function commentEnd(value: string, from: number): number {
  let depth = 0;
  for (let at = from; at < value.length; at += 1) {
    if (value[at] === '\\') at += 1;
    else if (value[at] === '(') depth += 1;
    else if (value[at] === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}

function quotedAt(value: string, from: number): { token: Omit<Token, 'spaced'>; end: number } | null {
  let text = '';
  for (let at = from + 1; at < value.length; at += 1) {
    if (value[at] === '"') return { token: { text, kind: 'quoted' }, end: at + 1 };
    if (value[at] === '\\') at += 1;
    text += value[at] ?? '';
  }
  return null;
}

function plainAt(value: string, from: number): { token: Omit<Token, 'spaced'>; end: number } | null {
  const char = value[from] ?? '';
  if (char === ';' || char === '=') return { token: { text: char, kind: 'sign' }, end: from + 1 };
  let end = from;
  while (end < value.length && !/[\s;=()"]/.test(value[end] ?? '')) end += 1;
  return end === from ? null : { token: { text: value.slice(from, end), kind: 'word' }, end };
}

function splitClauses(tokens: readonly Token[]): Token[][] {
  const clauses: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'sign' && token.text === ';') clauses.push([]);
    else clauses.at(-1)?.push(token);
  }
  return clauses.filter((clause, i) => i === 0 || clause.length > 0);
}

/** The id, perhaps with a version ("mx.example 1"). */
function namesServer(clause: readonly Token[], authservId: string): boolean {
  const [id, version, more] = clause;
  return (
    id !== undefined &&
    more === undefined &&
    id.text.toLowerCase() === authservId.toLowerCase() &&
    (version === undefined || /^\d{1,3}$/.test(version.text))
  );
}

type Result = {
  readonly method: string;
  readonly result: string;
  readonly properties: ReadonlyMap<string, string>;
};

/** `method[/version]=result [reason=value] *(ptype.property=value)`; null where it is anything else. */
function readClause(clause: readonly Token[]): Result | null {
  const [first, sign, value] = clause;
  if (first?.kind === 'word' && first.text.toLowerCase() === 'none' && clause.length === 1)
    return { method: 'none', result: 'none', properties: new Map() };
  if (first?.kind !== 'word' || sign?.text !== '=' || sign.kind !== 'sign' || value?.kind !== 'word')
    return null;
  const properties = new Map<string, string>();
  let at = 3;
  while (at < clause.length) {
    const [name, equals] = [clause[at], clause[at + 1]];
    if (name?.kind !== 'word' || equals?.kind !== 'sign' || !name.spaced) return null;
    const read = propertyValue(clause, at + 2);
    if (!read) return null;
    const key = name.text.toLowerCase();
    if (!properties.has(key)) properties.set(key, read.text.toLowerCase());
    at = read.next;
  }
  return {
    method: first.text.toLowerCase().replace(/\/\d{1,3}$/, ''),
    result: value.text.toLowerCase(),
    properties,
  };
}

/** A value may be glued of quoted and plain pieces ("a b"@example) and hold "=" (DKIM's header.b). */
function propertyValue(clause: readonly Token[], from: number): { text: string; next: number } | null {
  const first = clause[from];
  if (!first || first.kind === 'sign') return null;
  let text = first.text;
  let at = from + 1;
  while (at < clause.length && !clause[at]?.spaced) {
    text += clause[at]?.text ?? '';
    at += 1;
  }
  return { text, next: at };
}

/** The first result of a method counts, and a second one that differs makes it a failure. */
function verdicts(results: readonly Result[], fromDomain: string | null): AuthResults {
  const of = (method: string): Verdict => {
    const own = results.filter((result) => result.method === method).map(({ result }) => verdict(result));
    // Several DKIM signatures are ordinary, two DMARC results are not.
    if (method === 'dkim') return own.includes('pass') ? 'pass' : (own[0] ?? 'none');
    return own.some((one) => one !== own[0]) ? 'fail' : (own[0] ?? 'none');
  };
  const dmarc = results.find(({ method }) => method === 'dmarc');
  const headerFrom = dmarc?.properties.get('header.from') ?? dmarc?.properties.get('header.d') ?? null;
  const aligned =
    fromDomain === null ||
    (headerFrom !== null && isSameOrganisation(domainOf(headerFrom), fromDomain.toLowerCase()));
  const found = of('dmarc');
  return {
    dmarc: found === 'pass' && !aligned ? 'none' : found,
    dkim: of('dkim'),
    spf: of('spf'),
    headerFrom,
  };
}

function verdict(result: string): Verdict {
  if (result === 'pass') return 'pass';
  return /^(?:fail|softfail|permerror|policy|hardfail)$/.test(result) ? 'fail' : 'none';
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1);
}

/** Equal, or one the parent of the other. */
function isSameOrganisation(one: string, other: string): boolean {
  const parent = one.length < other.length ? one : other;
  return one === other || (parent.includes('.') && (one.endsWith(`.${other}`) || other.endsWith(`.${one}`)));
}
