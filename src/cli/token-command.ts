import { type InspectedToken, inspectToken } from '../dispatch/inspect-token.ts';
import { type Doing, json } from './command.ts';
import { shortTime } from './print.ts';

const verdicts: Readonly<Record<InspectedToken['why'], string>> = {
  good: 'it works',
  malformed: 'it is no link of Leadpost, or was cut or changed on its way (a mail program, a scanner)',
  forged: 'its signature is wrong: it was changed on its way, or is another installation’s',
  retired: 'its key is not in SECRET_KEYS: it was taken away, or is another installation’s',
  expired: 'it has expired',
  revoked: 'the links of this person were revoked after it was mailed',
  nobody: 'the person it was mailed to is not known, or has left',
  nothing: 'what it is about is not in this database',
};

export const inspect: Doing = {
  more: 'TOKEN is the token or the whole address. Nothing is changed, and the token is not repeated.',
  options: json,
  run: async ({ room, print, args, on }) => {
    const found = await room.withHouse((deps) => inspectToken(deps, args[0] as string));
    if (on('json')) print.json({ ...found, says: verdicts[found.why] });
    else print.table(rowsOf(found));
    return found.works ? 0 : 1;
  },
};

const rowsOf = ({ person, object, why, works, act, expires_at, kid }: InspectedToken): string[][] => [
  ['verdict', `${works ? '✔' : '✖'} ${verdicts[why]}`],
  ['act', act ?? '–'],
  ['for', person ? [person.name ?? person.id, person.kind, person.partner].filter(Boolean).join(', ') : '–'],
  [
    'about',
    object ? [object.thing ?? object.id, object.reference, object.state].filter(Boolean).join(', ') : '–',
  ],
  ['expires', shortTime(expires_at)],
  ['key', kid ?? '–'],
];
