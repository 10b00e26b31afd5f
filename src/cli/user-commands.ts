import { freshLinks } from '../dispatch/fresh-links.ts';
import { inviteUser } from '../dispatch/invite-user.ts';
import { revokeLinks } from '../dispatch/revoke-links.ts';
import { userRoles } from '../lead/partner.ts';
import { type Doing, Failure, json, UsageError } from './command.ts';
import { refused } from './refused.ts';

export const add: Doing = {
  options: {
    email: { value: 'ADDRESS', help: 'where mails reach them; names the user' },
    name: { value: 'N', help: 'as they are greeted' },
    role: { value: 'ROLE', help: userRoles.join(', ') },
    territory: { value: 'T', help: 'what they look after' },
    timezone: { value: 'ZONE', help: 'an IANA zone; else DEFAULT_TIMEZONE' },
    language: { value: 'TAG', help: 'a language tag; else DEFAULT_LOCALE' },
    ...json,
  },
  run: async ({ room, print, value, on }) => {
    const [email, name, role] = [value('email'), value('name'), value('role')];
    if (!email || !name || !role) throw new UsageError('--email, --name and --role are needed');
    const told = {
      email,
      name,
      role,
      territory: value('territory'),
      timezone: value('timezone'),
      language: value('language'),
    };
    const done = await room.withHouse((deps) => inviteUser(deps, told));
    if (!done.ok) throw await refused(done.refusal, room);
    const { created, ...user } = done.value;
    if (on('json')) print.json({ ...user, created });
    else print.line(`${created ? 'Added' : 'Changed'} ${user.name} <${user.email}>, ${user.role}.`);
    return 0;
  },
};

export const link: Doing = {
  more: 'Whoever has these links acts as this person: hand them over as you would a password.',
  options: { ...json },
  run: async ({ room, print, args, on }) => {
    const [email] = args;
    if (!email) throw new UsageError('EMAIL is missing');
    const done = await room.withHouse((deps) => freshLinks(deps, email));
    if (!done.ok) throw new Failure(`There is no user ${email}; GET /api/v1/users lists them.`);
    const { user, items } = done.value;
    if (on('json')) print.json(done.value);
    else if (items.length === 0) print.line(`Nothing waits for ${user.name} <${user.email}>.`);
    else
      for (const { lead, kind, links } of items) {
        print.line(`${lead} (${kind})`);
        for (const { act, url } of links) print.line(`  ${act.padEnd(14)} ${url}`);
      }
    return 0;
  },
};

export const revoke: Doing = {
  more: 'Works for users and for contacts of partners. Mails from now on carry new links.',
  options: { ...json },
  run: async ({ room, print, args, on }) => {
    const [email] = args;
    if (!email) throw new UsageError('EMAIL is missing');
    const done = await room.withHouse((deps) => revokeLinks(deps, email));
    if (!done.ok) throw new Failure(`Nobody here has the address ${email}.`);
    if (on('json')) print.json(done.value);
    else
      for (const { name, kind } of done.value.people)
        print.line(`The links of ${name} (${kind}) have ended.`);
    return 0;
  },
};
