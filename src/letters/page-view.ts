// Long because the views of all pages stand on one page.
import type { Money } from '../lead/money.ts';
import type { Act } from './acts.ts';
import type { Capacity, Desk, HeldLead, Tone } from './letter.ts';
import type { MessageCode } from './message-codes.ts';
import type { MyPage, UpdatesPage } from './my-view.ts';
import type { PrefsPage } from './prefs-view.ts';
import type { SandboxPage } from './sandbox-view.ts';
import type { TeaserLead } from './teaser.ts';
import type { Side } from './words.ts';

export type { SandboxMessage, SandboxPage } from './sandbox-view.ts';

/** What a page says; words, dates and money are set by the renderer, addresses come ready from the edge. */
export type PageView =
  | ActionPage
  | MessagePage
  | BlockedPage
  | LeadPage
  | MyPage
  | UpdatesPage
  | PrefsPage
  | FormPage
  | SandboxPage;

export interface PageFrame {
  readonly locale: string;
  /** Who looks at it; a partner or a prospect unless told otherwise. */
  readonly side?: Side;
  readonly timezone: string;
  readonly vendorName: string;
  readonly now: Date;
  /** Whom the link was mailed to, named so that a forwarded mail explains itself. */
  readonly addressee: { readonly name: string; readonly company: string | null } | null;
  readonly desk: Desk | null;
  /** Where a colleague to whom the mail was forwarded asks for a link of their own. */
  readonly takeOver?: string | null;
}

export interface PageLink {
  /** Label key below `buttons.` or `pages.links.`. */
  readonly word: string;
  readonly params?: Readonly<Record<string, string>>;
  readonly url: string;
  readonly tone: Tone;
}

export type Field =
  | {
      readonly type: 'choice';
      readonly name: 'promise' | 'reason';
      readonly options: readonly string[];
      readonly value: string | null;
    }
  | {
      readonly type: 'choice';
      readonly name: 'reward';
      /** Words of the programme's own. */
      readonly options: readonly { readonly value: string; readonly label: string }[];
      readonly value: string | null;
    }
  | {
      readonly type: 'money';
      readonly amount: string | null;
      readonly currency: string;
      readonly required: boolean;
    }
  | { readonly type: 'date' | 'time'; readonly value: string | null; readonly required: boolean }
  | { readonly type: 'note'; readonly value: string | null }
  | { readonly type: 'email'; readonly value: string | null }
  | { readonly type: 'to'; readonly options: readonly Heir[]; readonly value: string | null };

/** Somebody a lead can be passed on to; `below` leaves the choice among the resellers to the rules. */
export interface Heir {
  readonly value: string;
  readonly kind: 'colleague' | 'reseller' | 'below';
  readonly name: string;
  readonly partner: string;
}

/** A form that acts: posts to `post` with the nonce of this rendering. */
export interface PageForm {
  readonly post: string;
  readonly nonce: string;
  readonly fields: readonly Field[];
  /** Another button than "Send": posted under this name, labelled `pages.links.<word>`. */
  readonly word?:
    | 'accept'
    | 'decline'
    | 'remail'
    | 'new-link'
    | 'back'
    | 'queue'
    | 'hold'
    | 'redeem'
    | 'ask-back'
    | 'stop';
}

/** GET of a link: what would happen, and the one button that does it. Never names the customer. */
export interface ActionPage extends PageFrame {
  readonly kind: 'action';
  readonly act: Act;
  /** Other words than those of the act. */
  readonly spoken?: string;
  readonly form: PageForm;
  readonly lead: TeaserLead | null;
  readonly deadline: string | null;
  readonly others: number | null;
  readonly capacity: Capacity | null;
  /** Placeholders of heading and button: the next partner, the reference of a duplicate. */
  readonly params: Readonly<Record<string, string>>;
  /** The other answer of the same mail. */
  readonly links: readonly PageLink[];
  /** Yeses are collected before one wins. */
  readonly fair?: boolean;
  /** Shown again without effect: too fast, a filled decoy field, a stale nonce. */
  readonly again: boolean;
  /** Names of fields that need a look, e.g. `amount`. */
  readonly faults: readonly string[];
  /** The page presses its button by itself: only in a known browser, and only for acts with undo. */
  readonly autoSubmit?: boolean;
}

/** A plain answer: taken, expired, wrong link, done. Never empty, always with somebody to ask. */
export interface MessagePage extends PageFrame {
  readonly kind: 'message';
  readonly what: MessageCode;
  readonly tone: 'ok' | 'info' | 'sorry';
  /** What was done (`noted.<verb>`), for `done`. */
  readonly did: {
    readonly verb: string;
    readonly money: Money | null;
    readonly date: string | null;
    readonly time: string | null;
    readonly reason: string | null;
  } | null;
  /** Shown again without effect. */
  readonly again?: boolean;
  /** Somebody the words name. */
  readonly name?: string | null;
  /** When it happened or ends; printed where the words ask for it. */
  readonly at: string | null;
  readonly lead: TeaserLead | null;
  readonly links: readonly PageLink[];
  readonly undo: PageUndo | null;
  /** One more question, e.g. the reason after a decline. */
  readonly form: PageForm | null;
  /** Other open offers. */
  readonly others: readonly {
    readonly lead: TeaserLead;
    readonly url: string;
    readonly until: string | null;
  }[];
}
export interface PageUndo {
  readonly post: string;
  readonly nonce: string;
  readonly until: string;
}

/** Accepting waits: other leads want a word first. Shows them with their buttons, and the lead that is wanted. */
export interface BlockedPage extends PageFrame {
  readonly kind: 'blocked';
  readonly lead: TeaserLead;
  /** The lead is kept for the reader until then. */
  readonly until: string | null;
  /** It is kept for somebody else until then. */
  readonly taken: string | null;
  readonly limit: number;
  readonly debts: readonly {
    readonly lead: TeaserLead;
    readonly owes: 'contact' | 'update';
    readonly since: string;
    /** The colleague whose word is waited for; null for the reader. */
    readonly holder: string | null;
    readonly rows: readonly (readonly PageLink[])[];
  }[];
  readonly form: PageForm | null;
}

/** The lead for its holder (`/l/`): everything, and what can be reported. */
export interface LeadPage extends PageFrame {
  readonly kind: 'lead';
  readonly lead: HeldLead;
  readonly stage: string;
  /** The claim, and where it is kept: names its entry in a calendar. */
  readonly claimId: string;
  readonly host: string;
  /** Rises with every change, so that a calendar takes the later entry for the same. */
  readonly sequence: number;
  /** Where the customer's card and the calendar entry are. */
  readonly files: { readonly contact: string; readonly calendar: string | null };
  /** Just accepted: "It is yours" and the same by mail. */
  readonly fresh: boolean;
  readonly owes: 'contact' | 'update' | null;
  readonly dueAt: string | null;
  readonly rows: readonly (readonly PageLink[])[];
  readonly timeline: readonly {
    readonly at: string;
    readonly what: string;
    readonly by: string | null;
    readonly words: string | null;
  }[];
  readonly undo: PageUndo | null;
}

export type FormField =
  | 'summary'
  | 'products'
  | 'brief'
  | 'name'
  | 'company'
  | 'phone'
  | 'email'
  | 'street'
  | 'postal_code'
  | 'city'
  | 'country'
  | 'consent';
/** What is wrong with a field, and so what to do about it. */
export type FormFault =
  | 'missing'
  | 'either'
  | 'phone'
  | 'email'
  | 'country'
  | 'choose'
  | 'product'
  | 'consent'
  | 'long';

/** The form by which somebody becomes a lead (`/f/`). */
export interface FormPage extends PageFrame {
  readonly kind: 'form';
  /** Where it posts: its own address, with what says where the reader came from. */
  readonly post: string;
  readonly nonce: string;
  readonly required: readonly FormField[];
  readonly values: Readonly<Partial<Record<FormField, string>>>;
  readonly products: readonly { readonly value: string; readonly selected: boolean }[];
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
  readonly faults: Readonly<Partial<Record<FormField, FormFault>>>;
  /** Shown again without effect: to be pressed once more, or later. */
  readonly again: 'press' | 'later' | null;
}
