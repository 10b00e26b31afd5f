import type { Contact, Partner } from '../lead/partner.ts';
import type { Act, LinkOrder } from './acts.ts';
import type { Button, ButtonRow, Desk, Letter, LetterKind, ReaderView, Tone } from './letter.ts';
import { plainLine } from './plain.ts';

/** A button that acts on an object; its label and reply word carry the name of the act unless told otherwise. */
export function button(
  act: Act,
  obj: string,
  tone: Tone = 'quiet',
  more: { word?: string; params?: Record<string, string> } = {},
): Button {
  return { order: { path: 'a', act, obj }, word: more.word ?? act, tone, params: more.params ?? {} };
}

export const pageOrder = (assignmentId: string): LinkOrder => ({ path: 'l', act: 'lead', obj: assignmentId });

/** The vendor person who reads a letter. */
export interface VendorReader {
  readonly id: string;
  readonly name: string | null;
}

/** What every builder needs besides its own records. */
export interface ToPartner {
  readonly partner: Partner;
  readonly contact: Contact;
  readonly desk?: Desk | null;
}
export interface ToVendor {
  readonly reader: VendorReader;
  readonly desk?: Desk | null;
}

/** The common part of a letter to a contact of a partner. */
export function toPartner<K extends LetterKind>(
  kind: K,
  reference: string,
  to: ToPartner,
  rows: readonly ButtonRow[],
): Letter<K> {
  const reader: ReaderView = {
    side: 'partner',
    name: plainLine(to.contact.name, 80),
    company: plainLine(to.partner.name, 80),
  };
  const prefs: LinkOrder = { path: 'prefs', act: 'prefs', obj: to.contact.id };
  return { kind, reference, reader, desk: to.desk ?? null, rows, prefs };
}

/** The common part of a letter to somebody at the vendor. */
export function toVendor<K extends LetterKind>(
  kind: K,
  reference: string,
  to: ToVendor,
  rows: readonly ButtonRow[],
): Letter<K> {
  const reader: ReaderView = {
    side: 'vendor',
    name: to.reader.name === null ? null : plainLine(to.reader.name, 80),
    company: null,
  };
  return { kind, reference, reader, desk: to.desk ?? null, rows, prefs: null };
}

/** The common part of a letter to the end customer: what they asked stands in the letter, no company does. */
export function toProspect<K extends LetterKind>(
  kind: K,
  reference: string,
  to: { readonly name: string | null; readonly desk?: Desk | null },
  rows: readonly ButtonRow[],
): Letter<K> {
  const reader: ReaderView = {
    side: 'prospect',
    name: to.name === null ? null : plainLine(to.name, 80),
    company: null,
  };
  return { kind, reference, reader, desk: to.desk ?? null, rows, prefs: null };
}

export const iso = (date: Date): string => date.toISOString();
export const isoOrNull = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;
