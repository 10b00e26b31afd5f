import { describe, expect, test } from 'vitest';
import {
  allowedMoves,
  assignmentMoves,
  inboundMoves,
  isOpenLead,
  isOpenOffer,
  type LeadMove,
  type LeadState,
  leadMoves,
  leadStates,
  letterMoves,
  moved,
  offerMoves,
  offerStates,
} from '../../src/lead/tables.ts';

type Board = Readonly<Record<string, Readonly<Record<string, string>>>>;
const tables: Readonly<Record<string, Board>> = {
  lead: leadMoves,
  offer: offerMoves,
  assignment: assignmentMoves,
  letter: letterMoves,
  inbound: inboundMoves,
};
const starts: Readonly<Record<string, string>> = {
  lead: 'captured',
  offer: 'scheduled',
  assignment: 'active',
  letter: 'due',
  inbound: 'received',
};

/** One line per state: where it leads, and by which move. */
const drawn = (board: Board): string =>
  `\n${Object.entries(board)
    .map(([from, moves]) => {
      const ways = Object.entries(moves)
        .map(([move, to]) => `${to} (${move})`)
        .join(', ');
      return `${from} → ${ways || '■'}`;
    })
    .join('\n')}\n`;

const arrows = (board: Board): string[] =>
  [
    ...new Set(
      Object.entries(board).flatMap(([from, moves]) => Object.values(moves).map((to) => `${from} ${to}`)),
    ),
  ].sort();

/** Arrows as the product's rules name them: `a > b c`. */
const told = (...lines: string[]): string[] =>
  lines
    .flatMap((line) => {
      const [from, to] = line.split(' > ') as [string, string];
      return to.split(' ').map((state) => `${from} ${state}`);
    })
    .sort();

describe('the whole board', () => {
  test('leads', () =>
    expect(drawn(leadMoves)).toMatchInlineSnapshot(`
      "
      captured → qualifying (assess), erased (erase)
      qualifying → qualified (qualify), disqualified (disqualify), nurture (nurture), duplicate (mark_duplicate), erased (erase)
      qualified → distributing (dispatch), qualifying (undo_verdict), erased (erase)
      distributing → claimed (claim), unplaced (exhaust), qualifying (undo_verdict), erased (erase)
      unplaced → claimed (claim), distributing (dispatch), qualifying (undo_verdict), erased (erase)
      claimed → won (win), lost (lose), distributing (free), qualified (hold), erased (erase)
      won → claimed (reopen), erased (erase)
      lost → claimed (reopen), nurture (nurture), erased (erase)
      nurture → qualifying (resume), lost (undo_nurture), erased (erase)
      disqualified → qualifying (undo_verdict), erased (erase)
      duplicate → qualifying (undo_verdict), erased (erase)
      erased → ■
      "
    `));
  test('offers', () =>
    expect(drawn(offerMoves)).toMatchInlineSnapshot(`
    "
    scheduled → sent (send), lost_race (lose), withdrawn (withdraw), void (void)
    sent → accepted (accept), declined (decline), expired (expire), lost_race (lose), withdrawn (withdraw), void (void)
    accepted → withdrawn (undo_accept)
    declined → sent (undo_decline)
    expired → accepted (accept), withdrawn (withdraw), sent (reopen)
    lost_race → sent (reopen)
    withdrawn → sent (reopen)
    void → ■
    "
  `));
  test('assignments', () =>
    expect(drawn(assignmentMoves)).toMatchInlineSnapshot(`
      "
      active → won (win), lost (lose), returned (return), recalled (recall)
      won → active (reopen)
      lost → active (reopen)
      returned → active (reopen)
      recalled → active (reopen)
      "
    `));
  test('letters', () =>
    expect(drawn(letterMoves)).toMatchInlineSnapshot(`
    "
    due → sending (take), dropped (drop)
    sending → sent (deliver), due (retry), parked (park), dead (give_up), dropped (drop)
    sent → ■
    parked → due (revive)
    dead → due (revive)
    dropped → ■
    "
  `));
  test('inbound mails', () =>
    expect(drawn(inboundMoves)).toMatchInlineSnapshot(`
    "
    received → applied (apply), proposed (propose), noted (note), ignored (ignore), unmatched (unmatch), suspicious (suspect), quarantined (quarantine)
    applied → ■
    proposed → applied (apply), proposed (propose), noted (note), ignored (ignore)
    noted → ■
    ignored → ■
    unmatched → applied (apply), proposed (propose), noted (note), ignored (ignore)
    suspicious → applied (apply), proposed (propose), noted (note), ignored (ignore)
    quarantined → applied (apply), proposed (propose), noted (note), ignored (ignore)
    "
  `));
});

describe('the arrows are those of the product', () => {
  test('of a lead', () =>
    expect(arrows(leadMoves)).toEqual(
      told(
        'captured > qualifying',
        'qualifying > qualified disqualified nurture duplicate',
        'qualified > distributing qualifying',
        'distributing > claimed unplaced qualifying',
        'unplaced > claimed distributing qualifying',
        'claimed > won lost distributing qualified',
        'won > claimed',
        'lost > claimed nurture',
        'nurture > qualifying lost',
        'disqualified > qualifying',
        'duplicate > qualifying',
        ...leadStates.filter((s) => s !== 'erased').map((s) => `${s} > erased`),
      ),
    ));
  test('of an offer', () =>
    expect(arrows(offerMoves)).toEqual(
      told(
        'scheduled > sent lost_race withdrawn void',
        'sent > accepted declined expired lost_race withdrawn void',
        'expired > accepted withdrawn sent',
        'lost_race > sent',
        'withdrawn > sent',
        'declined > sent',
        'accepted > withdrawn',
      ),
    ));
  test('of an assignment', () =>
    expect(arrows(assignmentMoves)).toEqual(
      told(
        'active > won lost returned recalled',
        'won > active',
        'lost > active',
        'returned > active',
        'recalled > active',
      ),
    ));
});

describe.each(Object.keys(tables))('the %s table', (name) => {
  const board = tables[name] as Board;

  test('leads to declared states only', () => {
    for (const to of Object.values(board).flatMap((moves) => Object.values(moves)))
      expect(Object.keys(board)).toContain(to);
  });

  test('reaches every state from its beginning', () => {
    const reached = new Set([starts[name] as string]);
    for (const state of reached) for (const to of Object.values(board[state] ?? {})) reached.add(to);
    expect([...reached].sort()).toEqual(Object.keys(board).sort());
  });
});

describe('what is over is over', () => {
  test('an erased lead has no move left, a void offer none, a claim that ended only its undo', () => {
    expect([leadMoves.erased, offerMoves.void]).toEqual([{}, {}]);
    for (const state of ['won', 'lost', 'returned', 'recalled'] as const)
      expect(assignmentMoves[state]).toEqual({ reopen: 'active' });
  });
  test('a closed lead leaves its state by undo, nurture or erasing only', () => {
    expect(Object.keys({ ...leadMoves.won, ...leadMoves.lost }).sort()).toEqual([
      'erase',
      'nurture',
      'reopen',
    ]);
    expect(Object.keys({ ...leadMoves.disqualified, ...leadMoves.duplicate })).toEqual([
      'undo_verdict',
      'erase',
    ]);
  });
  test('a lead is open exactly while somebody has a next step', () =>
    expect(leadStates.filter((s) => !isOpenLead(s))).toEqual([
      'won',
      'lost',
      'disqualified',
      'duplicate',
      'erased',
    ]));
  test('an offer competes until it is answered or ended', () =>
    expect(offerStates.filter(isOpenOffer)).toEqual(['scheduled', 'sent']));
});

test('a move the table lacks leads nowhere, and is not among the allowed ones', () => {
  expect(moved<LeadState, LeadMove>(leadMoves, 'captured', 'claim')).toBeUndefined();
  expect(moved<LeadState, LeadMove>(leadMoves, 'unplaced', 'claim')).toBe('claimed');
  expect(allowedMoves<LeadState, LeadMove>(leadMoves, 'unplaced')).toEqual(['claim', 'dispatch', 'erase']);
});
