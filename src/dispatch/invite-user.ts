import { type UserRole, userRoles } from '../lead/partner.ts';
import type { FieldFault } from '../lead/refusals.ts';
import { ok, type Result, refuse } from '../lead/result.ts';
import type { Deps } from './deps.ts';
import { emailAddress, languageTag, zoneName } from './normalise-codes.ts';
import { oneLine } from './normalise-text.ts';
import { registerUser } from './register.ts';

/** A vendor user as somebody types them in. */
export interface UserTold {
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly territory: string | null;
  readonly timezone: string | null;
  readonly language: string | null;
}

export interface Invited {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: UserRole;
  readonly created: boolean;
}

/** Adds a vendor user, or changes the one with this address. Needs no mail, so that it works when mail does not. */
export async function inviteUser(deps: Deps, told: UserTold): Promise<Result<Invited>> {
  const email = emailAddress(told.email);
  const name = oneLine(told.name);
  const role = userRoles.find((known) => known === told.role);
  const timezone = told.timezone === null ? deps.house.zone : zoneName(told.timezone);
  const language = told.language === null ? deps.house.locale : languageTag(told.language);
  if (!email || !name || !role || !timezone || !language) {
    return refuse({ kind: 'invalid', errors: faults({ email, name, role, timezone, language }) });
  }
  const user = { email, name, role, territory: oneLine(told.territory), timezone, language };
  const { id, created } = await registerUser(deps, user);
  return ok({ id, email, name, role, created });
}

const words: Readonly<Record<string, string>> = {
  email: 'must be one address, for example anna@acme.example',
  name: 'must not be empty',
  role: `must be one of ${userRoles.join(', ')}`,
  timezone: 'must be an IANA zone, for example Europe/Berlin',
  language: 'must be a language tag, for example de or de-AT',
};

const faults = (read: Readonly<Record<string, string | null | undefined>>): FieldFault[] =>
  Object.entries(read)
    .filter(([, value]) => !value)
    .map(([field]) => ({ pointer: `/${field}`, message: words[field] as string }));
