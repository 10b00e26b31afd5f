import type { Contact } from '../lead/partner.ts';
import { defaultPreferences, opensAt, type Preferences, wantsDigest } from '../lead/preferences.ts';
import { nextDigest } from '../lead/weekly-slot.ts';
import type { PrefsPage } from '../letters/prefs-view.ts';
import { currentAbsence } from '../postgres/absences.ts';
import type { Asks } from '../postgres/database.ts';
import { type CountedPartner, partnersById } from '../postgres/partners.ts';
import { findCapacity, findPreferences, type OwnCapacity } from '../postgres/preferences.ts';
import { digestSlot } from '../postgres/weekly-readers.ts';
import type { Deps } from './deps.ts';
import { ownFrame } from './my-page.ts';
import type { PersonLink } from './person-link.ts';
import { localDay, type PrefsNow, type PrefsRead, wantedOf } from './read-preferences.ts';
import { maySpend } from './redeem-points.ts';
import { jitterOf } from './send-digests.ts';

/** Boxes of one list; whoever sells more product lines than this chooses among the first. */
const mostBoxes = 60;

/** All that a person can choose about what they get, and what holds now. */
export interface Choices {
  readonly now: PrefsNow;
  readonly partner: CountedPartner | undefined;
  readonly contact: Contact | undefined;
  readonly desk: OwnCapacity | undefined;
  readonly digest: { readonly reads: boolean; readonly at: Date | null };
}

export async function choicesOf(
  deps: Deps,
  db: Asks,
  { person, now }: Pick<PersonLink, 'person' | 'now'>,
): Promise<Choices> {
  const chosen = (await findPreferences(db, person.id)) ?? defaultPreferences;
  const id = person.partner_id;
  const [partner] = id ? await partnersById(db, deps.db, [id]) : [];
  const desk = id ? await findCapacity(db, id) : undefined;
  const absence = await currentAbsence(db, person.id, now);
  const contacts = partner?.contacts ?? [];
  const first = (all: readonly string[], left: readonly string[]): string[] =>
    [...new Set([...left.filter((one) => all.includes(one)), ...all])].slice(0, mostBoxes).sort();
  const whose = absence?.confirmed_at ? absence : undefined;
  return {
    partner,
    contact: contacts.find((c) => c.id === person.id),
    desk,
    digest: await digestSlot(db, person.id),
    now: {
      chosen,
      products: first(partner?.products ?? [], chosen.paused.products),
      territories: first(partner?.territories ?? [], chosen.paused.territories),
      capacity:
        desk && maySpend(person)
          ? {
              open: desk.own_open,
              week: desk.own_week,
              allowedOpen: desk.allowed_open,
              allowedWeek: desk.allowed_week,
            }
          : null,
      away: {
        from: whose ? localDay(person.timezone, whose.from_at) : '',
        until: whose ? localDay(person.timezone, whose.until_at) : '',
        deputy: contacts.find((c) => c.id === whose?.deputy_id)?.external_id ?? '',
      },
      colleagues: contacts.filter((c) => c.id !== person.id).map((c) => c.external_id),
      today: localDay(person.timezone, now),
    },
  };
}

export interface Told {
  readonly saved?: boolean;
  readonly again?: boolean;
  /** What was typed, where it could not be saved. */
  readonly read?: PrefsRead;
}

/**
 * The page: what was typed where something was wrong, else what holds. It leads nowhere else: every offer links here, and may be forwarded by its
 * reader to somebody who must not see the customers of the leads in hand.
 */
export function preferencesPage(deps: Deps, link: PersonLink, choices: Choices, told: Told = {}): PrefsPage {
  const { person, now, token } = link;
  const { now: holds, partner, desk, digest } = choices;
  const { chosen, away, typed } = told.read ?? { ...holds, typed: typedOf(holds) };
  const { paused, ...rest } = chosen;
  const side = person.kind === 'contact' ? 'partner' : 'vendor';
  return {
    ...ownFrame(deps, link, partner?.name ?? null),
    kind: 'prefs',
    post: `/prefs/${token}`,
    nonce: deps.links.mintNonce(token, now),
    side,
    saved: told.saved ?? false,
    again: told.again ?? false,
    ...rest,
    hasDigest: digest.reads,
    products: wantedOf(holds.products, paused.products),
    territories: wantedOf(holds.territories, paused.territories),
    temperatures: side === 'partner' ? wantedOf(['hot', 'warm', 'cold'], paused.temperatures) : [],
    capacity: holds.capacity && {
      ...typed,
      allowedOpen: holds.capacity.allowedOpen,
      allowedWeek: holds.capacity.allowedWeek,
      taken: desk?.taken ?? 0,
    },
    away: side === 'partner' ? { ...away, colleagues: colleaguesOf(choices, person.id) } : null,
    faults: told.read?.faults ?? {},
    next: nextDates(link, choices),
  };
}

const typedOf = ({ capacity }: PrefsNow): PrefsRead['typed'] => ({
  open: String(capacity?.open ?? ''),
  week: String(capacity?.week ?? ''),
});

const colleaguesOf = ({ partner }: Choices, self: string) =>
  (partner?.contacts ?? [])
    .filter((c) => c.id !== self)
    .slice(0, 50)
    .map((c) => ({ value: c.external_id, name: c.name }));

function nextDates({ person, now }: PersonLink, { now: holds, digest }: Choices): PrefsPage['next'] {
  const { chosen, away } = holds;
  return {
    digest: digest.reads ? (nextReport(person, chosen, digest.at, now)?.toISOString() ?? null) : null,
    offers: opensAt(chosen, person.timezone, now)?.toISOString() ?? null,
    back: away.until !== '' && (away.from === '' || away.from <= holds.today) ? away.until : null,
  };
}

/** The next report somebody gets; null when they want none. */
export function nextReport(
  person: { readonly id: string; readonly timezone: string },
  { digest }: Preferences,
  slot: Date | null,
  now: Date,
): Date | null {
  if (digest === 'off') return null;
  const after = (at: Date): Date => nextDigest(person.timezone, at, jitterOf(person.id));
  let at = slot && slot > now ? slot : after(now);
  // The slot of the month is at most four Mondays on.
  while (!wantsDigest(digest, localDay(person.timezone, at))) at = after(at);
  return at;
}
