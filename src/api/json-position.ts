type Awaits = 'value' | 'value or ]' | 'name' | 'name or }' | 'colon' | 'comma or end' | 'nothing';

const blank = /[ \t\n\r]*/y;
const token =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids exactly these in a string
  /[{}[\],:]|"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** Where a text stops being JSON; JSON.parse does not always say. @returns a position, the length when it ends early */
export function jsonFaultAt(text: string): number {
  const open: string[] = [];
  let awaits: Awaits = 'value';
  for (let at = skip(blank, text, 0); ; at = skip(blank, text, at)) {
    const end = skip(token, text, at);
    const next: Awaits | undefined = end > at ? step(awaits, text.slice(at, end), open) : undefined;
    if (!next) return at;
    awaits = next;
    at = end;
  }
}

/** What comes after a token; undefined when the token may not stand there. */
function step(awaits: Awaits, found: string, open: string[]): Awaits | undefined {
  const inside = open.at(-1);
  if (found === ']' || found === '}') {
    const may = awaits === 'comma or end' || awaits === (found === ']' ? 'value or ]' : 'name or }');
    if (!may || inside !== (found === ']' ? '[' : '{')) return undefined;
    open.pop();
    return open.length > 0 ? 'comma or end' : 'nothing';
  }
  if (found === ',') return awaits === 'comma or end' ? (inside === '{' ? 'name' : 'value') : undefined;
  if (found === ':') return awaits === 'colon' ? 'value' : undefined;
  if (awaits === 'name' || awaits === 'name or }') return found.startsWith('"') ? 'colon' : undefined;
  if (awaits !== 'value' && awaits !== 'value or ]') return undefined;
  if (found === '{' || found === '[') {
    open.push(found);
    return found === '{' ? 'name or }' : 'value or ]';
  }
  return open.length > 0 ? 'comma or end' : 'nothing';
}

function skip(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}
