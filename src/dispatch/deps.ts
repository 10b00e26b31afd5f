import type { Calendar } from '../lead/calendar.ts';
import type { Channel, Evidence, Who } from '../lead/facts.ts';
import type { Act } from '../lead/lead-case.ts';
import type { Desk } from '../letters/letter.ts';
import type { Picture } from '../letters/logo.ts';
import type { NativeActions } from '../letters/native-actions.ts';
import type { Outcome, Renderer } from '../letters/render.ts';
import type { Links } from '../letters/signed-links.ts';
import type { Database, Tx } from '../postgres/database.ts';
import type { Composed, TakenLetter } from '../postgres/letters.ts';
import type { InboundMail } from '../replies/inbound-mail.ts';
import type { Ids } from './ids.ts';

/** What the outside of the house says about this installation; read once from the settings. */
export interface House {
  readonly sandbox: boolean;
  readonly baseUrl: string;
  readonly vendorName: string;
  /** The address every letter comes from. */
  readonly from: { readonly name: string; readonly address: string };
  /** `reply+{key}@leads.example`, or null while nobody reads replies. */
  readonly replyAddress: string | null;
  /** `bounce+{key}@leads.example`, the sender of envelopes; null: the address every letter comes from. */
  readonly bounceAddress: string | null;
  /** Who is told what went wrong with mails; null: users of role admin. */
  readonly adminEmail: string | null;
  readonly zone: string;
  readonly locale: string;
  /** Whom people can call or write to. */
  readonly desk: Desk | null;
  /** The vendor's logo, which goes along with mails; none unless given. */
  readonly logo?: (Picture & { readonly png: Buffer }) | null;
  /** Mail programs that show our buttons beside the mail; none unless given. */
  readonly native?: NativeActions;
}

/** A mail as it is composed: addresses already validated, texts already rendered. */
export interface Message {
  readonly from: { readonly name: string; readonly address: string };
  readonly to: { readonly name: string; readonly address: string };
  readonly replyTo: string | null;
  readonly subject: string;
  readonly html: string;
  /** A PNG that the HTML shows, by the name it shows it under. */
  readonly picture?: { readonly cid: string; readonly png: Buffer } | undefined;
  readonly text: string;
  readonly messageId: string;
  readonly inReplyTo: string | null;
  readonly references: readonly string[];
  readonly date: Date;
  readonly headers: Readonly<Record<string, string>>;
}

/** What became of one attempt. `unknown` reasons count as temporary. */
export type Delivery =
  | { readonly kind: 'sent'; readonly response: string }
  | { readonly kind: 'temporary'; readonly error: string }
  | { readonly kind: 'permanent'; readonly error: string }
  /** The last byte went out and no answer came: it may or may not have arrived. */
  | { readonly kind: 'ambiguous'; readonly error: string };

export type Parsed =
  | { readonly ok: true; readonly mail: InboundMail }
  | { readonly ok: false; readonly error: string };

/** The mail room: slow and irreversible, so it is a port. */
export interface MailRoom {
  compose(message: Message): Promise<Buffer>;
  send(envelope: { readonly from: string; readonly to: string }, raw: Buffer): Promise<Delivery>;
  parse(raw: Buffer): Promise<Parsed>;
  /** How fast letters may go out; as fast as they can unless given. */
  readonly pace?: Pace;
}

/** A limit of the relay: so many letters within so many seconds, whichever second one looks at. */
export interface Pace {
  readonly letters: number;
  readonly seconds: number;
  /** A turn at a place that is free in `wait` milliseconds from now. @returns sends, and says how long it is taken after */
  turn(
    wait: number,
  ): (attempt: () => Promise<Delivery>) => Promise<{ readonly end: Delivery; rest(): number }>;
}

export interface Log {
  info(about: object, message: string): void;
  warn(about: object, message: string): void;
  error(about: object, message: string): void;
}

/** Makes the bytes of letters, in their order; one that cannot be composed takes none of its neighbours along. */
export type ComposeLetters = (letters: readonly TakenLetter[]) => Promise<readonly Outcome<Composed>[]>;

/** What every use case may use. Two more than six: links and letters are both the letters' room, with state of their own. */
export interface Deps {
  readonly db: Database;
  readonly ids: Ids;
  readonly letters: Renderer;
  readonly links: Links;
  readonly mail: MailRoom;
  readonly house: House;
  readonly log: Log;
  /** Another place to compose letters that go out; here unless given. */
  readonly composeLetters?: ComposeLetters;
  /** This process's number: it stands with every lease, so that others can tell whether its holder lives. */
  readonly owner: number;
}

/** Who acts, and over which channel. */
export interface Actor {
  readonly who: Who;
  readonly channel: Channel;
  readonly evidence?: Evidence;
}

export const timer: Actor = { who: { kind: 'system', id: null }, channel: 'timer' };

/** The act of an actor in a transaction: its instant and ids come from there and from nowhere else. */
export const actOf = (deps: Pick<Deps, 'ids'>, tx: Pick<Tx, 'now'>, actor: Actor): Act => ({
  at: tx.now,
  who: actor.who,
  channel: actor.channel,
  evidence: actor.evidence ?? {},
  newId: () => deps.ids.uuid(tx.now),
});

/** Business hours of the vendor's own people. */
export const vendorCalendar = (house: House): Calendar => ({
  zone: house.zone,
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:00',
  holidays: [],
  absences: [],
});
