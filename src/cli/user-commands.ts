import { inviteUser } from '../dispatch/invite-user.ts';
import { userRoles } from '../lead/partner.ts';
import { type Doing, json, UsageError } from './command.ts';
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
