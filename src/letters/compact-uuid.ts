const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A UUID as 22 characters of base64url; throws on anything else, since ids come from us. */
export function packUuid(id: string): string {
  if (!uuid.test(id)) throw new Error('an id in a link must be a lower-case UUID');
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
}

/** Back from 22 characters; undefined unless they are the one canonical spelling of 16 bytes. */
export function unpackUuid(packed: unknown): string | undefined {
  if (typeof packed !== 'string' || !/^[\w-]{22}$/.test(packed)) return undefined;
  const bytes = Buffer.from(packed, 'base64url');
  if (bytes.toString('base64url') !== packed) return undefined;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
