import { announceAbsence } from '../../../src/dispatch/announce-absence.ts';
import { acceptOffer, declineOffer } from '../../../src/dispatch/answer-offer.ts';
import { assignLead } from '../../../src/dispatch/assign-lead.ts';
import { changeLead } from '../../../src/dispatch/change-lead.ts';
import type { Actor, Deps } from '../../../src/dispatch/deps.ts';
import { camActs, reportOnLead, undoLastAct } from '../../../src/dispatch/holder-acts.ts';
import { normaliseLead } from '../../../src/dispatch/normalise-lead.ts';
import { receiveLead } from '../../../src/dispatch/receive-lead.ts';
import { advanceClock } from '../../../src/dispatch/run-due.ts';
import { closeLead, dispatchLead, extendLead, recallLead } from '../../../src/dispatch/vendor-acts.ts';
import { askAgain } from '../../../src/lead/chance.ts';
import { passOn } from '../../../src/lead/pass-on.ts';
import type { Result } from '../../../src/lead/result.ts';
import { aim, type Command, type Deal, type Door, pick } from './commands.ts';
import { actorOf, type Done, follow } from './follow.ts';
import { differences, type LeadRow, learn, readCounts, readLeads, readNews } from './rows.ts';
import { type Stage, strangersLead } from './stage.ts';
import type { Verb } from './verbs.ts';
import { barred, settle } from './waves.ts';
import { type Lead, partnerOfContact, type World } from './world.ts';

/** What is wrong after a command, the leads it touched, and up to when everything due has been done. */
export interface Stepped {
  readonly faults: readonly string[];
  readonly rows: readonly LeadRow[];
  readonly doneUntil: number | null;
}

/** Carries commands out in the real houses, and lets the model follow. */
export interface Driver {
  world: World;
  /** Leads in which something can still happen. */
  readonly live: string[];
  /** How often each thing was done (`ok`) or refused. */
  readonly tally: Map<string, number>;
  step(command: Command): Promise<Stepped>;
}

const most = 14;
const vendorKey = '018f3c1e-0000-7000-8000-000000000001';
const withoutReports = { reports: true };

export function drive(stage: Stage): Driver {
  let arrived = 0;
  let doneUntil: number | null = null;
  const { doors } = stage;
  const { db } = doors[0];
  const self: Driver = { world: stage.world, live: [], tally: new Map(), step };

  async function step(command: Command): Promise<Stepped> {
    doneUntil = null;
    if (command.kind === 'arrive') await arrive(command);
    else if (command.kind === 'mailbox') {
      const contact = pick(
        self.world.partners.flatMap((p) => p.contacts),
        command.dice,
      ) as string;
      stage.mailboxes.set(contact, command.is);
    } else if (command.kind === 'absence') await announce(command);
    else return lookAfter(await acts(command));
    return lookAfter([]);
  }

  /** Does what has to be done at once. */
  async function acts(command: Command): Promise<Done[]> {
    if (command.kind === 'deal') return all([() => deal(command.deal, aimAt(self, command.deal))]);
    if (command.kind === 'both') {
      const second = { ...command.other, door: (1 - command.one.door) as Door };
      const lead = aimAt(self, command.one);
      const other = command.same ? lead : aimAt(self, second);
      return all([() => deal(command.one, lead), () => deal(second, other)]);
    }
    if (command.kind === 'work' || command.kind === 'clock') {
      const from = await db.now();
      const to = new Date(from.getTime() + (command.kind === 'clock' ? command.minutes * 60_000 : 0));
      const during = command.kind === 'work' ? command.during : null;
      const works = command.doors.map((d) => async () => {
        await advanceClock(doors[d], to, withoutReports);
        return undefined;
      });
      const done = await all([...works, ...(during ? [() => deal(during, aimAt(self, during))] : [])]);
      // Two that work at once may leave something to each other.
      await advanceClock(doors[0], to, withoutReports);
      doneUntil = to.getTime();
      return done;
    }
    return [];
  }

  const all = async (jobs: readonly (() => Promise<Done | undefined>)[]): Promise<Done[]> =>
    (await Promise.all(jobs.map((job) => job()))).filter((d) => d !== undefined);

  async function arrive({ door, rules, dispatch }: Extract<Command, { kind: 'arrive' }>): Promise<void> {
    if (self.live.length >= most) return;
    arrived += 1;
    const told = { ...normaliseLead(strangersLead(arrived, rules)), dispatch };
    const got = await receiveLead(doors[door], told, { who: { kind: 'key', id: null }, channel: 'api' });
    if (!got.ok) throw new Error(`a lead was refused: ${got.refusal.kind}`);
    const { id } = got.value;
    const lead: Lead = {
      id,
      rules,
      state: 'qualified',
      wave: 0,
      offers: [],
      claims: [],
      deeds: [],
      facts: 0,
    };
    self.world.leads[id] = lead;
    self.live.push(id);
    const [first] = await readNews(db, [lead], stage.nameOf);
    if (dispatch) Object.assign(lead, { state: 'distributing' });
    settle(self.world, lead, first?.at ?? 0);
    const [row] = await readLeads(db, [id]);
    lead.facts = row?.facts ?? 0;
  }

  async function announce(c: Extract<Command, { kind: 'absence' }>): Promise<void> {
    const contact = pick(
      self.world.partners.flatMap((p) => p.contacts),
      c.dice,
    ) as string;
    const p = partnerOfContact(self.world, contact);
    const colleague = p.contacts.find((one) => one !== contact) ?? null;
    const today = (await db.now()).getTime();
    const day = (n: number): string => new Date(today + n * 86_400_000).toISOString().slice(0, 10);
    const told = {
      from: c.days > 1 && c.later ? day(1) : null,
      until: c.days > 0 ? day(c.days) : null,
      deputy: c.days > 0 && c.deputy ? colleague : null,
    };
    const done = await announceAbsence(doors[c.dice % 2 ? 1 : 0], { partner: p.key, contact }, told, 'api');
    if (!done.ok) throw new Error(`an absence was refused: ${JSON.stringify(done.refusal)}`);
    self.world.absences = await db.query(
      `select c.external_id as contact, (extract(epoch from a.from_at) * 1000)::float8 as from,
         (extract(epoch from a.until_at) * 1000)::float8 as until, d.external_id as deputy
       from absences a join people c on c.id = a.person_id left join people d on d.id = a.deputy_id`,
    );
  }

  async function deal(d: Deal, lead: Lead | undefined): Promise<Done | undefined> {
    const verb = lead && aim(self.world, lead, d);
    if (!lead || !verb) return undefined;
    const by = actorOf(verb);
    const channel = (by ? (['link', 'reply'] as const) : (['api', 'cli'] as const))[d.door];
    const who = by
      ? { kind: 'contact' as const, id: stage.idOf.get(by) ?? '' }
      : { kind: 'key' as const, id: vendorKey };
    const at = (await db.now()).getTime();
    const done = await carryOut(doors[d.door], lead, verb, { who, channel }, stage.idOf);
    const end = done.ok ? 'ok' : vague.has(verb.verb) ? 'refused' : done.refusal.kind;
    const word = `${verb.verb} ${end}`;
    self.tally.set(word, (self.tally.get(word) ?? 0) + 1);
    return { lead: lead.id, verb, end, channel, at };
  }

  async function lookAfter(done: readonly Done[]): Promise<Stepped> {
    const before = self.live.map((id) => self.world.leads[id] as Lead);
    const told = await readNews(db, before, stage.nameOf);
    for (const fact of told)
      if (fact.channel === 'timer') self.tally.set(fact.what, (self.tally.get(fact.what) ?? 0) + 1);
    const rows = await readLeads(db, self.live);
    const counts = await readCounts(db);
    const { world, faults } = follow(self.world, told, done, {
      mailbox: (c) => stage.mailboxes.get(c) ?? 'fine',
      learn: (w) => learn(w, rows),
      differs: (w) => differences(w, rows, counts),
    });
    for (const row of rows) (world.leads[row.id] as Lead).facts = row.facts;
    self.world = world;
    await retire();
    const touched = rows.filter((row) => before.some((l) => l.id === row.id && l.facts !== row.facts));
    return { faults, rows: touched, doneUntil };
  }

  /** What ended more than an hour ago stays as it is. */
  async function retire(): Promise<void> {
    const now = (await db.now()).getTime();
    for (const id of [...self.live]) {
      const l = self.world.leads[id] as Lead;
      const last = Math.max(0, ...l.deeds.map((d) => d.at));
      const over = (l.state === 'won' || l.state === 'lost') && now - last > 3_600_000;
      // Everybody has said no: the model has seen enough of it.
      const nobody =
        l.state === 'unplaced' && self.world.partners.every((p) => barred(self.world, l, p, now));
      if (!over && !(nobody && l.facts > 25)) continue;
      self.live.splice(self.live.indexOf(id), 1);
      delete self.world.leads[id];
    }
  }
  return self;
}

/** A lead that the deal suits; now and then any other. */
function aimAt({ world, live }: Driver, d: Deal): Lead | undefined {
  const leads = live.map((id) => world.leads[id] as Lead);
  const fit = leads.filter((l) => suits(l, d.kind));
  return pick(fit.length > 0 && d.dice[1] % 5 !== 0 ? fit : leads, d.dice[0]);
}

function suits(l: Lead, kind: Deal['kind']): boolean {
  if (kind === 'report' || kind === 'extend' || kind === 'move') return l.state === 'claimed';
  if (kind === 'accept' || kind === 'decline') return l.state === 'distributing';
  if (kind === 'dispatch') return l.state === 'qualified' || l.state === 'unplaced';
  if (kind === 'undo') return l.deeds.some((d) => d.by !== 'vendor' && !d.undone);
  return l.state === 'distributing' || l.state === 'claimed';
}

/** Where the kind of a refusal depends on words that are no business of the model. */
const vague: ReadonlySet<string> = new Set(['undo', 'pass']);
const nothing = { money: null, date: null, time: null, reason: null, words: null };

function carryOut(
  deps: Deps,
  l: Lead,
  v: Verb,
  actor: Actor,
  idOf: ReadonlyMap<string, string>,
): Promise<Result<unknown>> {
  const key = { id: l.id };
  const offer = (index: number): string => l.offers[index]?.id ?? '';
  if (v.verb === 'accept') return acceptOffer(deps, offer(v.offer), null, actor);
  if (v.verb === 'decline') return declineOffer(deps, offer(v.offer), { reason: null, words: null }, actor);
  if (v.verb === 'chance') return changeLead(deps, key, actor, (c, act) => askAgain(c, offer(v.offer), act));
  if (v.verb === 'undo') return undoLastAct(deps, key, actor);
  if (v.verb === 'recall') return recallLead(deps, key, { next: v.next, reason: null }, actor);
  if (v.verb === 'move') return camActs.move(deps, key, actor);
  if (v.verb === 'dispatch') return dispatchLead(deps, key, null, actor);
  if (v.verb === 'extend') return extendLead(deps, key, null, actor);
  if (v.verb === 'report')
    return (v.by ? reportOnLead : closeLead)(deps, key, { ...nothing, verb: v.say }, actor);
  if (v.verb === 'assign') return assignLead(deps, key, { partner: v.to.charAt(0), contact: v.to }, actor);
  const obj = (v.thing === 'offer' ? l.offers : l.claims)[v.index]?.id ?? '';
  const to = idOf.get(v.to) as string;
  return changeLead(deps, key, actor, (c, act) => {
    const partner = [...c.partners.values()].find((p) => p.contacts.some((one) => one.id === to));
    return passOn(c, obj, [{ partner_id: partner?.id ?? '', contact_id: to }], act);
  });
}
