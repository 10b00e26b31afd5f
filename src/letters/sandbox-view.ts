import type { PageFrame } from './page-view.ts';

/** Sandbox only: everybody's inbox. */
export interface SandboxPage extends PageFrame {
  readonly kind: 'sandbox';
  readonly people: readonly {
    readonly address: string;
    readonly name: string | null;
    readonly role: string | null;
    readonly count: number;
    readonly url: string;
    readonly selected: boolean;
  }[];
  readonly messages: readonly {
    readonly id: string;
    readonly kind: string;
    readonly to: string;
    readonly subject: string;
    readonly sentAt: string;
    readonly url: string;
    readonly selected: boolean;
  }[];
  readonly open: SandboxMessage | null;
  /** Where the forms post: reply {message, text}, clock {advance}, lead {summary, product, …}. */
  readonly posts: { readonly reply: string; readonly clock: string; readonly lead: string };
  readonly links: readonly { readonly label: string; readonly url: string }[];
  /** A line about the last post ("Reply understood as …"). */
  readonly notice: string | null;
}
export interface SandboxMessage {
  readonly id: string;
  readonly kind: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly sentAt: string;
  readonly html: string;
  readonly text: string;
  readonly rawUrl: string;
}
