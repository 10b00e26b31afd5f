import { createKey, listKeys, revokeKey, type Scope, scopes } from '../dispatch/check-key.ts';
import { type Call, type Doing, Failure, json, UsageError } from './command.ts';
import { shortTime } from './print.ts';

export const create: Doing = {
  more: `Scopes: ${scopes.join(', ')}.`,
  options: {
    name: { value: 'N', help: 'what the key is for' },
    scopes: { value: 'a,b', help: 'what it may do' },
    ...json,
  },
  run: async (call) => {
    const name = call.value('name')?.trim();
    if (!name || name.length > 100)
      throw new UsageError('--name says what the key is for, in 100 characters at most');
    const allowed = scopesOf(call);
    const made = await call.room.withHouse((deps) => createKey(deps, name, allowed));
    call.print.json(made);
    return 0;
  },
};

function scopesOf({ value, room }: Call): Scope[] {
  const written = (value('scopes') ?? '')
    .split(',')
    .map((s) => s.trim())
    .filter(Boolean);
  if (written.length === 0) throw new UsageError(`--scopes is missing: any of ${scopes.join(', ')}`);
  return [...new Set(written)].map((word) => {
    const known = scopes.find((s) => s === word);
    if (!known) throw new UsageError(`there is no scope "${word}"; ${room.hint(word, scopes)}`);
    return known;
  });
}

export const revoke: Doing = {
  options: json,
  run: async ({ room, print, args, on }) => {
    // A whole key is taken too; only its middle part is the id.
    const id = (args[0] as string).replace(/^lp_live_([^_]+)_.*$/, '$1');
    const ended = await room.withHouse((deps) => revokeKey(deps, id));
    if (!ended) throw new Failure(`There is no key "${id.slice(0, 64)}"; leadpost key list shows them.`);
    if (on('json')) print.json(ended);
    else print.line(`${ended.id} (${ended.name}) is revoked since ${shortTime(ended.revoked_at)}.`);
    return 0;
  },
};

export const list: Doing = {
  options: json,
  run: async ({ room, print, on }) => {
    const keys = await room.withHouse((deps) => listKeys(deps));
    if (on('json')) print.json({ items: keys });
    else if (keys.length === 0) print.line('There is no key yet: leadpost key create makes one.');
    else
      print.table(
        keys.map((k) => [
          k.id,
          k.name,
          k.revoked_at ? 'revoked' : 'valid',
          shortTime(k.created_at),
          k.scopes.join(','),
        ]),
      );
    return 0;
  },
};
