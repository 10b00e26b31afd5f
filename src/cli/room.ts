import type { Readable, Writable } from 'node:stream';
import type { BackedUp } from '../dispatch/back-up.ts';
import type { DatabaseState } from '../dispatch/check-database.ts';
import type { Deps, House, Message } from '../dispatch/deps.ts';
import type { NewLead } from '../dispatch/receive-lead.ts';
import type { PartnerTold } from '../dispatch/register.ts';
import type { Restored } from '../dispatch/restore.ts';
import type { Programme } from '../lead/programme.ts';
import type { FieldFault, Refusal } from '../lead/refusals.ts';
import type { ReplyOptions } from '../replies/understand-reply.ts';
import type { Settings, SmtpSettings } from '../settings.ts';
import type { Hint } from './command.ts';
import type { NameServer } from './name-server.ts';

/** One step of a conversation with a mail server. */
export interface Step {
  readonly step: string;
  readonly ok: boolean;
  /** The server's answer, or the error, word for word. */
  readonly answer: string;
  readonly fix: string | null;
}

/** What other rooms do for the commands; handed in by compose. */
export interface Room {
  /** @throws SettingsError */
  settings(): Settings;
  /** Of this process; domain work asks the database instead. */
  now(): Date;
  readonly hint: Hint;
  /** Whether stacks are wanted. */
  readonly debug: boolean;
  /** Opens the database and what use cases need, and closes both after the work. */
  withHouse<T>(work: (deps: Deps) => Promise<T>): Promise<T>;
  /** Migrates. @returns the names of the migrations that ran */
  migrate(): Promise<readonly string[]>;
  databaseState(): Promise<DatabaseState>;
  backUp(to: Writable): Promise<BackedUp>;
  restore(from: Readable, how: { readonly resend: boolean }): Promise<Restored>;
  /** Ten weeks of demo history in an empty sandbox. */
  makeDemo(deps: Deps): Promise<void>;
  compose(message: Message): Promise<Buffer>;
  /** Talks to an SMTP server as far as logging in, or with a letter until it is taken. */
  talkSmtp(
    server: SmtpSettings,
    letter: { from: string; to: string; raw: Buffer } | null,
  ): AsyncIterable<Step>;
  /** Whoever answers what is published about domains. */
  nameServer(): NameServer;
  /** What has to be published for our own signature; null without one. */
  dkimRecord(): Promise<string | null>;
  /** Logs in to the mailbox of replies and opens it. @throws what stands in the way */
  tryMailbox(url: string, mailbox: string): Promise<void>;
  /** One reply file understood, as its line of JSON. */
  parseReply(
    file: string,
    options: ReplyOptions,
  ): Promise<{ readonly file: string; readonly error?: string }>;
  endParsing(): Promise<void>;
  /** A lead in the API's own words, checked and normalised. */
  checkLead(
    value: unknown,
  ): Promise<{ ok: true; lead: NewLead } | { ok: false; errors: readonly FieldFault[] }>;
  /** A programme in its published words, checked and filled in. */
  checkProgramme(
    value: unknown,
  ): Promise<
    { ok: true; programme: Programme; note: string | null } | { ok: false; errors: readonly FieldFault[] }
  >;
  /** The published JSON Schema of a programme. */
  programmeSchema(): Promise<object>;
  /** A partner in the API's own words, checked and normalised. */
  checkPartner(
    externalId: string,
    value: unknown,
    house: Pick<House, 'zone' | 'locale'>,
  ): Promise<{ ok: true; partner: PartnerTold } | { ok: false; errors: readonly FieldFault[] }>;
  /** Why something expected could not be done, in words. */
  wordsOf(refusal: Refusal): Promise<string>;
}
