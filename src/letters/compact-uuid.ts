const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID as 22 characters of base64url; throws on anything else, since ids come from us. */
export function packUuid(id: string): string {
  const before = packed.get(id);
  if (before !== undefined) return before;
  if (!uuid.test(id)) throw new Error('an id in a link must be a lower-case UUID');
  const short = Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
  if (packed.size > 1_000) packed.clear();
  packed.set(id, short);
  return short;
}

/** The links of a letter all name its reader, and most of them the same object. */
const packed = new Map<string, string>();

/** Back from 22 characters; undefined unless they are the one canonical spelling of 16 bytes. */
export function unpackUuid(token: unknown): string | undefined {
  if (typeof token !== 'string' || !/^[\w-]{22}$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.toString('base64url') !== token) return undefined;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
