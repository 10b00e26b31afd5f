/** What nobody may find in an output or a log: each kind of secret and how it looks. */
const kinds: readonly (readonly [string, RegExp])[] = [
  // Header and payload of a JWT both begin with {" in base64url.
  ['a token', /eyJ[\w-]{10,}/g],
  ['a mail address', /[\w.+%-]+@[\w-]+(?:\.[\w-]+)+/g],
  ['a phone number', /\+\d[\d ()/-]{6,}\d/g],
  ['an API key', /lp_live_[\w-]+|Bearer\s+\S+/g],
  ['a password', /:\/\/[^\s:/@]+:[^\s@/]+@/g],
];

/** Every secret in a text, named by kind. */
export const secretsIn = (text: string): string[] =>
  kinds.flatMap(([kind, looks]) => (text.match(looks) ?? []).map((found) => `${kind} (${found})`));
