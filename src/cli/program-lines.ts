import type { ProgrammeShown } from '../dispatch/read-register.ts';
import type { Programme } from '../lead/programme.ts';
import type { Replay } from '../lead/replay.ts';
import { shortTime } from './print.ts';

/** Programmes as lines for people. */

interface Version {
  readonly version: number;
  readonly author: string;
  readonly note: string | null;
  readonly created_at: Date;
}

export function programRows(p: ProgrammeShown, versions: readonly Version[]): string[][] {
  const { distribution: d, follow_up: f } = p;
  return [
    ['programme', `${p.key}, version ${p.version}${p.default ? ', the default one' : ''}`],
    ['name', p.name],
    ['scenario', p.scenario],
    ['qualified', `hold ${p.qualification.hold}; needs ${p.qualification.required.join(', ') || 'nothing'}`],
    ...p.matching.criteria.map((c) => ['criterion', criterionLine(c)]),
    ['offered', waves(d)],
    ['window', `hot ${d.window.hot}, warm ${d.window.warm}, cold ${d.window.cold}`],
    ['promise', f.promise],
    ...f.ladder.map((s) => ['ladder', `${s.after} ${s.clock} → ${s.letter} to ${s.to}, ${s.effect}`]),
    [
      'pipeline',
      p.pipeline.map((s) => (s.stage === s.phase ? s.stage : `${s.stage} (${s.phase})`)).join(' → '),
    ],
    ...versions.map((v) => [
      `version ${v.version}`,
      [shortTime(v.created_at), v.author, v.note].filter(Boolean).join('  '),
    ]),
  ];
}

const criterionLine = (c: Programme['matching']['criteria'][number]): string =>
  `${c.id}: ${c.kind}, weight ${c.weight}${c.required ? ', required' : ''}`;

function waves(d: Programme['distribution']): string {
  if (d.mode === 'pool') return 'pool: everybody who fits, at once';
  if (d.mode === 'direct') return 'direct: one partner';
  return d.mode === 'sequence'
    ? `sequence: up to ${d.waves}, one by one`
    : `group: ${d.waves} waves of ${d.size}`;
}

export function replayRows(replay: Replay): string[][] {
  const head = [
    `${replay.moved} of ${replay.leads} leads would have gone to others under ${replay.program}.`,
  ];
  const moved = replay.items.filter((i) => i.moved);
  return [
    head,
    ...moved.flatMap((i) => [
      [i.lead, shortTime(i.at), `${names(i.was)} → ${names(i.now)}`],
      ...(i.now.length === 0 && i.missing.length > 0 ? [['', 'lacks', i.missing.join(', ')]] : []),
      ...i.why.map((w) => ['', w.change, `${w.partner} ${w.why}`]),
    ]),
  ];
}

const names = (partners: readonly string[]): string => partners.join(', ') || 'nobody';
