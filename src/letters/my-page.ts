import type { MyPage, MyStanding, UpdateRow, UpdatesPage } from './my-view.ts';
import { notedSentence } from './noted.ts';
import type { Ink } from './press.ts';
import { spoken } from './teaser.ts';

/** The pages of one person, in words. */

/** How a lead is named in a list: "Maria Sample: heat pump, 89073 Ulm". */
function named(
  { lead, called }: { lead: { topic: string; place: string | null }; called?: string | null },
  { words }: Ink,
): string {
  const what =
    lead.place === null
      ? spoken(lead.topic)
      : words.t('topic.in', { topic: spoken(lead.topic), place: lead.place });
  return called ? words.t('digest.called', { name: called, what }) : what;
}

export function myParts(view: MyPage, ink: Ink, label: (word: string) => string): object {
  const { words } = ink;
  return {
    offers: view.offers.map((o) => ({ ...o, title: named(o, ink) })),
    leads: view.leads.map((l) => ({
      ...l,
      title: named(l, ink),
      state: stateOf(l, ink),
      rows: l.rows.map((row) => row.map((link) => ({ ...link, label: label(link.word) }))),
    })),
    sentence: words.t('pages.my.sentence', {
      offers: words.t('pages.my.offers_count', { count: view.offerCount }),
      leads: words.t('pages.my.leads_count', { count: view.leadCount }),
    }),
    standing: view.standing && standingLines(view.standing, ink),
    rewards: view.standing?.rewards.map((r) => ({
      name: r.name,
      points: words.t('pages.my.points', { count: r.points }),
    })),
    redeem: view.standing?.redeem ?? null,
  };
}

/** "First contact by …", "Update was due …". */
function stateOf(row: Pick<UpdateRow, 'owes' | 'dueAt' | 'late'>, { words, formats }: Ink): string {
  if (!row.owes || !row.dueAt) return '';
  return words.t(`digest.state.${row.owes}.${row.late ? 'overdue' : 'later'}`, {
    when: formats.moment(row.dueAt),
  });
}

/** Where a company stands, a sentence each: what stops it first, what it has earned last. */
function standingLines(s: MyStanding, { words }: Ink): string[] {
  const line = (key: string, params = {}): string => words.t(`pages.my.standing.${key}`, params);
  const stop = s.suspended
    ? line('suspended')
    : s.blocked
      ? line('blocked', { count: s.debts })
      : s.debts > 0
        ? line('debts', { count: s.debts })
        : line('free');
  return [
    stop,
    s.limit === null ? line('open', { count: s.open }) : line('places', { taken: s.open, count: s.limit }),
    s.recalls > 0 ? line('recalls', { count: s.recalls, limit: s.recallLimit }) : '',
    s.level ? line('level', { level: spoken(s.level) }) : '',
    s.points > 0 ? line('points', { count: s.points }) : '',
  ].filter((text) => text !== '');
}

export function updatesParts(view: UpdatesPage, ink: Ink): object {
  const { words } = ink;
  return {
    rows: view.rows.map((row) => ({
      ...row,
      title: named(row, ink),
      state: stateOf(row, ink),
      refused: row.refused,
      verbs: row.verbs.map((verb) => ({
        value: verb,
        label: words.t(`pages.updates.verbs.${verb}`),
        selected: verb === row.values.verb,
      })),
      reasons: row.reasons.map((reason) => ({
        value: reason,
        label: spoken(words.has(`reasons.${reason}`) ? words.t(`reasons.${reason}`) : reason),
        selected: reason === row.values.reason,
      })),
      wrong: row.faults.map((name) => words.t(`pages.faults.${name}`)),
      faulty: Object.fromEntries(
        ['verb', 'amount', 'currency', 'date', 'reason', 'note'].map((f) => [f, row.faults.includes(f)]),
      ),
      open: row.values.note !== '' || row.values.reason !== '' || row.faults.length > 0,
    })),
    saved: view.saved.map((s) => ({
      title: named(s, ink),
      did: spoken(notedSentence(s.did, ink)),
      undo: s.undo,
      reference: s.lead.reference,
    })),
    savedCount: words.t('pages.updates.saved', { count: view.saved.length }),
    wrongCount: words.t('pages.updates.wrong', { count: view.rows.filter(isWrong).length }),
    hasWrong: view.rows.some(isWrong),
    gone: view.gone > 0 ? words.t('pages.updates.gone', { count: view.gone }) : '',
    more: view.more > 0 ? words.t('pages.updates.more', { count: view.more }) : '',
  };
}

export const isWrong = (row: UpdateRow): boolean => row.faults.length > 0 || row.refused !== null;
