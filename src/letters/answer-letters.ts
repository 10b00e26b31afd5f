import type { Lead } from '../lead/lead.ts';
import type { LinkOrder } from './acts.ts';
import type { ToPartner, ToVendor } from './buttons.ts';
import { button, iso, toPartner, toVendor } from './buttons.ts';
import type {
  AskQuestion,
  AskView,
  Button,
  ButtonRow,
  Letter,
  Noted,
  ReceiptRow,
  ReceiptView,
} from './letter.ts';
import { plainLine, plainText } from './plain.ts';
import { teaser } from './teaser.ts';

/** Who is answered: a contact of a partner or somebody at the vendor. */
export type Answered = ({ readonly side: 'partner' } & ToPartner) | ({ readonly side: 'vendor' } & ToVendor);

export interface ReceiptLetterInput {
  readonly to: Answered;
  readonly lead: Lead;
  readonly noted: readonly Noted[];
  /** The visible words of the reply. */
  readonly words?: string | null;
  /** What the undo link is about (offer, assignment or lead id) and until when it works. */
  readonly undo?: { readonly obj: string; readonly until: Date } | null;
  readonly nextDue?: { readonly owes: 'contact' | 'update'; readonly at: Date } | null;
  /** The lead page, for a holder. */
  readonly page?: LinkOrder | null;
}

/** "We noted: …. Wrong? Undo." One per applied reply. */
export function receiptLetter(input: ReceiptLetterInput): ReceiptView {
  const { lead, undo, nextDue } = input;
  const rows = undo ? [[button('undo', undo.obj)]] : [];
  const shown = teaser(lead);
  return {
    ...addressed('receipt', lead.reference, input.to, rows),
    topic: shown.topic,
    place: shown.place,
    noted: input.noted.map(tameNoted),
    words: said(input.words),
    undo: undo ? { order: { path: 'a', act: 'undo', obj: undo.obj }, until: iso(undo.until) } : null,
    nextDue: nextDue ? { owes: nextDue.owes, at: iso(nextDue.at) } : null,
    page: input.page ?? null,
  };
}

export interface RowsReceiptInput {
  readonly to: Answered;
  /** The rows of the report that were spoken of, as they stood in it. */
  readonly rows: readonly ReceiptRow[];
  readonly words: string;
}

/** The receipt of a reply to a weekly report: one mail, however many rows it speaks of, each with its own way back. */
export const rowsReceipt = (input: RowsReceiptInput): ReceiptView => ({
  ...addressed('receipt', '', input.to, []),
  topic: '',
  place: null,
  noted: [],
  words: said(input.words),
  undo: null,
  nextDue: null,
  page: null,
  several: input.rows.map((row) => ({ ...row, noted: row.noted && tameNoted(row.noted) })),
});

export interface AskLetterInput {
  readonly to: Answered;
  readonly lead: Lead | null;
  readonly question: AskQuestion;
  readonly words?: string | null;
  readonly readings?: readonly string[];
  /** What the person answered: an offer, an assignment, or nothing we know. */
  readonly about: { readonly kind: 'offer' | 'assignment'; readonly id: string } | null;
  /** A weekly report was answered: its rows are spoken of by number. */
  readonly report?: boolean;
  /** The one link that was asked for. */
  readonly link?: LinkOrder;
}

/** The question back: what was not understood, buttons that settle it, and the words we know. */
export function askLetter(input: AskLetterInput): AskView {
  const { lead, about, link } = input;
  const shown = lead === null ? null : teaser(lead);
  const fresh: Button[] = link ? [{ order: link, word: 'new-link', tone: 'main', params: {} }] : [];
  const rows = about === null ? [] : askRows(about, input.question);
  return {
    ...addressed('ask', lead?.reference ?? '', input.to, link ? [fresh] : rows),
    topic: shown?.topic ?? null,
    place: shown?.place ?? null,
    question: input.question,
    words: said(input.words),
    readings: (input.readings ?? []).slice(0, 4).map((r) => plainLine(r, 60)),
    grammar: grammarFor(input),
  };
}

function grammarFor({ to, report, about }: AskLetterInput): AskView['grammar'] {
  if (to.side === 'vendor') return 'vendor';
  if (report) return 'digest';
  return about?.kind === 'offer' ? 'offer' : 'lead';
}

function askRows(
  about: { readonly kind: 'offer' | 'assignment'; readonly id: string },
  question: AskQuestion,
): readonly ButtonRow[] {
  const b = (act: Button['order']['act'], tone: Button['tone'] = 'quiet', word: string = act): Button =>
    button(act, about.id, tone, { word });
  if (question === 'pass-on' || question === 'take-over') return [[b(question, 'main')]];
  if (about.kind === 'offer') return [[b('accept', 'go'), b('decline')]];
  if (question === 'ambiguous-no')
    return [[b('not-reached', 'main', 'not-reached-short'), b('lost'), b('return')]];
  return [
    [b('contacted', 'main', 'reached'), b('meeting')],
    [b('quoted'), b('won')],
    [b('lost'), b('return')],
  ];
}

/** A thing understood, its free words made fit to print. */
const tameNoted = (noted: Noted): Noted => ({
  ...noted,
  reason: noted.reason === null ? null : plainLine(noted.reason, 120),
});

const said = (words: string | null | undefined): string | null =>
  words ? plainText(words, 600) || null : null;

function addressed<K extends 'receipt' | 'ask'>(
  kind: K,
  reference: string,
  to: Answered,
  rows: readonly ButtonRow[],
): Letter<K> {
  return to.side === 'partner' ? toPartner(kind, reference, to, rows) : toVendor(kind, reference, to, rows);
}
