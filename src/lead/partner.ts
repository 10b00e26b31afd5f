import type { Absence } from './absence.ts';
import type { Calendar } from './calendar.ts';
import type { Preferences } from './preferences.ts';

export const partnerKinds = ['distributor', 'reseller', 'agency'] as const;
export type PartnerKind = (typeof partnerKinds)[number];
export const contactRoles = ['owner', 'rep', 'manager'] as const;
export type ContactRole = (typeof contactRoles)[number];
export const userRoles = ['admin', 'program_manager', 'cam', 'qualifier', 'viewer'] as const;
export type UserRole = (typeof userRoles)[number];

/** Somebody at the vendor who reads and decides nothing; whatever they could do before they had this role. */
export const onlyReads = ({ kind, role }: { readonly kind: string; readonly role: string }): boolean =>
  kind === 'user' && role === 'viewer';

export interface Place {
  readonly country: string | null;
  readonly postal_code: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** A contact of a partner: the person who gets the mails. */
export interface Contact {
  readonly id: string;
  readonly external_id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string | null;
  readonly role: ContactRole;
  readonly language: string;
  readonly timezone: string;
  /** Raised to make every link of this person void. */
  readonly epoch: number;
  /** Present, coming and past ones; none unless given. */
  readonly absences?: readonly Absence[];
  /** Mail to the address came back for good: nobody is there until it is changed. */
  readonly unreachable?: boolean;
  /** What they want to get and when; everything at once unless given. */
  readonly preferences?: Preferences;
}

export interface Partner {
  readonly id: string;
  readonly external_id: string;
  readonly name: string;
  readonly kind: PartnerKind;
  /** Id of the distributor above. */
  readonly parent_id?: string | null;
  readonly level: string | null;
  readonly territories: readonly string[];
  readonly location: Place | null;
  readonly products: readonly string[];
  readonly certifications: readonly string[];
  readonly industries: readonly string[];
  readonly languages: readonly string[];
  readonly capacity: { readonly open: number | null; readonly week: number | null };
  readonly calendar: Calendar;
  /** Address of the account manager (CAM), if one is named. */
  readonly cam: string | null;
  readonly suspended: boolean;
  readonly contacts: readonly Contact[];
  readonly custom: Readonly<Record<string, unknown>>;
}
