import { beginDemo, demoState } from '../dispatch/demo-clock.ts';
import type { Deps } from '../dispatch/deps.ts';
import { applyProgramme, registerPartner, registerUser } from '../dispatch/register.ts';
import { advanceClock } from '../dispatch/run-due.ts';
import { arrivals } from '../dispatch/sandbox-messages.ts';
import { certified, partners, users } from './demo-cast.ts';
import { demoLeads } from './demo-leads.ts';
import { reactionTo, sendIn } from './demo-people.ts';
import { exampleProgrammes } from './example-programmes.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const weeksBack = 10;
/** The weekly reports began when there was something to tell; earlier ones nobody would open. */
const weeksOfReports = 2;
/** Nothing happens in the last hour and a quarter: who starts the sandbox finds everything settled. */
const calm = 75 * minute;

/** Something a demo person does at an instant. */
export interface DemoEvent {
  readonly at: number;
  readonly run: () => Promise<void>;
}

/** What the demo remembers while it runs: which lead is which, and who has which id. */
export interface DemoState {
  readonly deps: Deps;
  /** Lead id to its number in the script. */
  readonly numbers: Map<string, number>;
}

/**
 * Ten weeks of history, made by the real use cases on the virtual clock: leads arrive, mails go out, people react to
 * the mails they get. Done once; a run that was cut short is cleared and made again.
 */
export async function makeDemo(deps: Deps): Promise<void> {
  if ((await demoState(deps)) === 'ready') return;
  const now = (await beginDemo(deps, weeksBack * 7 * day)).getTime();
  await enrol(deps);
  await play({ deps, numbers: new Map() }, now);
}

async function enrol(deps: Deps): Promise<void> {
  for (const programme of await exampleProgrammes()) {
    await applyProgramme(deps, programme, 'leadpost', 'an example, as shipped');
  }
  for (const user of users) {
    await registerUser(deps, { ...user, territory: null, timezone: 'Europe/Berlin', language: 'en' });
  }
  for (const { capacity, contacts, country, postal_code, habit: _, cam, language, ...partner } of partners) {
    await registerPartner(deps, {
      ...partner,
      parent: null,
      location: { country, postal_code, lat: null, lon: null },
      certifications: certified.has(partner.external_id) ? ['f-gas'] : [],
      industries: [],
      languages: [language],
      capacity_open: capacity,
      capacity_week: null,
      calendar: { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' },
      cam: cam || null,
      custom: {},
      contacts: contacts.map((c) => ({
        external_id: `${partner.external_id}-${c.id}`,
        name: c.name,
        email: `${c.id}@${partner.external_id}.example`,
        phone: null,
        role: c.role,
        language,
        timezone: partner.timezone,
      })),
    });
  }
}

/** Runs the script: the next event, everything due until then, then what people make of the mails that came. */
async function play(state: DemoState, now: number): Promise<void> {
  const { deps } = state;
  const queue: DemoEvent[] = demoLeads.map((lead, number) => ({
    at:
      lead.twist === 'open'
        ? now - calm - (demoLeads.length - number) * 7 * minute
        : midnight(now) - lead.daysAgo * day + lead.hour * 60 * minute,
    run: () => sendIn(state, number),
  }));
  let seen = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    queue.sort((a, b) => a.at - b.at);
    const next = queue.shift();
    if (!next || next.at > now - calm) break;
    // Acts of the same instant follow each other without moving the clock.
    await advanceClock(deps, new Date(next.at), { reports: next.at < now - weeksOfReports * 7 * day });
    await next.run();
    for (const letter of await arrivals(deps, seen)) {
      seen = letter.id;
      queue.push(...reactionTo(state, letter));
    }
  }
  await advanceClock(deps, new Date(Math.max(now, (await deps.db.now()).getTime())));
}

const midnight = (ms: number): number => Math.floor(ms / day) * day;
