import type { Temperature } from '../lead/lead.ts';
import type { DigestRhythm, MailTime, Preferences } from '../lead/preferences.ts';
import type { PageFrame } from './page-view.ts';

export type PrefsField =
  | 'hours'
  | 'days'
  | 'bundles'
  | 'products'
  | 'territories'
  | 'temperatures'
  | 'capacity_open'
  | 'capacity_week'
  | 'away_from'
  | 'away_until'
  | 'deputy';
/** What is wrong with a field, and so what to do about it. */
export type PrefsFault =
  | 'order'
  | 'time'
  | 'choose'
  | 'number'
  | 'allowed'
  | 'ahead'
  | 'before'
  | 'year'
  | 'person';

/** One thing of a list that can be wanted or not. */
export interface Wanted<T extends string = string> {
  readonly value: T;
  readonly wanted: boolean;
}

/** What a person gets, when, and how much; whether they are there (`/prefs/`). */
export interface PrefsPage extends PageFrame {
  readonly kind: 'prefs';
  readonly post: string;
  readonly nonce: string;
  /** A contact has all of it, somebody at the vendor chooses among reports only. */
  readonly side: 'partner' | 'vendor';
  readonly saved: boolean;
  readonly again: boolean;
  readonly mails: MailTime;
  readonly from: string;
  readonly until: string;
  readonly days: readonly number[];
  readonly bundles: readonly string[];
  readonly extent: Preferences['extent'];
  readonly digest: DigestRhythm;
  /** Whether there is a weekly report for this reader at all. */
  readonly hasDigest: boolean;
  readonly products: readonly Wanted[];
  readonly territories: readonly Wanted[];
  readonly temperatures: readonly Wanted<Temperature>[];
  /** Null for whoever may not change it. */
  readonly capacity: {
    readonly open: string;
    readonly week: string;
    readonly allowedOpen: number | null;
    readonly allowedWeek: number | null;
    readonly taken: number;
  } | null;
  readonly away: {
    readonly from: string;
    readonly until: string;
    readonly deputy: string;
    readonly colleagues: readonly { readonly value: string; readonly name: string }[];
  } | null;
  readonly faults: Readonly<Partial<Record<PrefsField, PrefsFault>>>;
  /** What comes next, from what is saved. */
  readonly next: {
    /** The next report; null: none. */
    readonly digest: string | null;
    /** When offers come again; null: at any time. */
    readonly offers: string | null;
    /** The day of return; null while the reader is there. */
    readonly back: string | null;
  };
}
