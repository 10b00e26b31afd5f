import type { Noted } from './letter.ts';
import type { PageFrame, PageLink } from './page-view.ts';
import type { TeaserLead } from './teaser.ts';

/** The pages of one person: what waits for them, and all their updates in one form. */

/** A claim in the reader's hands, in one row. */
export interface OwnLead {
  readonly lead: TeaserLead;
  /** The end customer: these pages are the holder's own. */
  readonly called: string | null;
  readonly owes: 'contact' | 'update' | null;
  readonly dueAt: string | null;
  readonly late: boolean;
}

/** Open offers as a pick list, own leads with their buttons, where the company stands (`/my/`). */
export interface MyPage extends PageFrame {
  readonly kind: 'my';
  readonly offers: readonly {
    readonly lead: TeaserLead;
    readonly until: string | null;
    readonly accept: string;
    readonly decline: string;
  }[];
  readonly offerCount: number;
  readonly leads: readonly (OwnLead & {
    readonly page: string;
    readonly rows: readonly (readonly PageLink[])[];
  })[];
  readonly leadCount: number;
  /** Where all updates are given at once; null when there is nothing to update. */
  readonly updates: string | null;
  readonly standing: MyStanding | null;
  readonly prefs: string;
  /** What a phone reads to put the page on its home screen. */
  readonly app: string;
  /** The page with the rest of the lists. */
  readonly next: string | null;
}

/** Where the reader's company stands. */
export interface MyStanding {
  readonly company: string;
  readonly level: string | null;
  readonly suspended: boolean;
  readonly blocked: boolean;
  /** Leads that wait for a word. */
  readonly debts: number;
  readonly open: number;
  readonly limit: number | null;
  /** Leads that were taken back within the programme's period, and at how many offers pause. */
  readonly recalls: number;
  readonly recallLimit: number;
  readonly points: number;
  readonly rewards: readonly { readonly name: string; readonly points: number }[];
  /** Where points are redeemed, for whoever may and can. */
  readonly redeem: string | null;
}

/** One row of the form: what was typed stays until it is saved. */
export interface UpdateRow extends OwnLead {
  /** Ends the names of its fields. */
  readonly id: string;
  readonly verbs: readonly string[];
  readonly reasons: readonly string[];
  readonly values: Readonly<Record<UpdateField, string>>;
  /** Names of fields that need a look. */
  readonly faults: readonly string[];
  /** Why it could not be saved, where no field is to blame. */
  readonly refused: string | null;
}
export const updateFields = ['verb', 'amount', 'currency', 'date', 'reason', 'note'] as const;
export type UpdateField = (typeof updateFields)[number];

export interface SavedRow {
  readonly lead: TeaserLead;
  readonly called: string | null;
  readonly did: Noted;
  readonly undo: string;
}

/** All updates in one form, each row applied by itself (`/my/…/updates`). */
export interface UpdatesPage extends PageFrame {
  readonly kind: 'updates';
  readonly post: string;
  readonly nonce: string;
  readonly rows: readonly UpdateRow[];
  /** Leads that do not fit on the page; they come once these are saved. */
  readonly more: number;
  readonly saved: readonly SavedRow[];
  /** Shown again without effect. */
  readonly again: boolean;
  /** Leads that were written about and are not the reader's any more. */
  readonly gone: number;
  readonly links: readonly PageLink[];
  readonly my: string;
}
