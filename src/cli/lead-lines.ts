import { shortTime } from './print.ts';

/** Leads as lines for people. The shapes are those of the public contract, whose fields may grow. */

interface Shown {
  readonly [field: string]: unknown;
}
interface NextStep {
  readonly who: unknown;
  readonly what: string;
  readonly due_at: string | null;
  readonly otherwise?: string | null;
}
interface Explained {
  readonly program: string;
  readonly version: number;
  readonly at: Date | null;
  readonly partners: readonly {
    readonly partner: string;
    readonly score: number;
    readonly offered: boolean;
    readonly criteria?: readonly { readonly id: string; readonly points: number; readonly why: string }[];
    readonly excluded?: readonly { readonly code: string; readonly why: string }[];
  }[];
}

export function leadRows(lead: Shown): string[][] {
  const claim = lead['claim'] as Shown | null;
  const outcome = lead['outcome'] as Shown | null;
  const offers = (lead['offers'] ?? []) as readonly Shown[];
  const value = lead['value'] as Shown | null;
  return [
    ['lead', `${lead['reference']}  ${lead['summary']}`],
    [
      'state',
      [lead['state'], lead['stage'], lead['temperature'], lead['quality']].filter(Boolean).join(', '),
    ],
    ['programme', String(lead['program'])],
    ...(value ? [['value', `${value['amount']} ${value['currency']}`]] : []),
    ...prospectRows(lead['prospect'] as Shown | null),
    ...(claim
      ? [
          [
            'held by',
            `${claim['contact']} of ${claim['partner']} since ${shortTime(claim['claimed_at'] as Date)}`,
          ],
        ]
      : []),
    ...(outcome
      ? [
          [
            'outcome',
            [outcome['result'], outcome['amount'], outcome['currency'], outcome['reason']]
              .filter(Boolean)
              .join(' '),
          ],
        ]
      : []),
    ...offers.map((o) => [
      'offer',
      `${o['partner']}/${o['contact']}, wave ${o['wave']}, ${o['state']}, until ${shortTime(o['expires_at'] as Date | null)}`,
    ]),
    ...((lead['duplicates'] ?? []) as readonly Shown[]).map((d) => [
      'looks like',
      `${d['reference']}, ${likeWords[String(d['reason'])] ?? d['reason']}${d['same_product'] ? '' : ', but another product'}`,
    ]),
    ['next', nextLine(lead['next_step'] as NextStep | null)],
    ...(lead['other_step'] ? [['and', nextLine(lead['other_step'] as NextStep)]] : []),
    ['created', shortTime(lead['created_at'] as Date)],
  ];
}

const likeWords: Readonly<Record<string, string>> = {
  email: 'same mail address',
  phone: 'same phone number',
  company: 'same company and postal code',
  similar_company: 'similar company and same postal code',
  person: 'same name and street',
};

function prospectRows(prospect: Shown | null): string[][] {
  if (!prospect) return [];
  const place = [prospect['postal_code'], prospect['city'], prospect['country']].filter(Boolean).join(' ');
  const told = [prospect['name'], prospect['company'], prospect['phone'], prospect['email'], place].filter(
    Boolean,
  );
  return told.length > 0 ? [['prospect', told.join(', ')]] : [];
}

export function nextLine(step: NextStep | null): string {
  if (!step) return 'nothing: it is over';
  const who =
    typeof step.who === 'string' ? step.who : String((step.who as { kind?: string } | null)?.kind ?? '');
  const otherwise = step.otherwise ? `, otherwise ${step.otherwise}` : '';
  return `${[who, step.what].filter(Boolean).join(': ')} by ${shortTime(step.due_at)}${otherwise}`;
}

export function explanationRows(lead: Shown, why: Explained): string[][] {
  const partners = why.partners.flatMap((p) => [
    [
      p.excluded?.length ? '✖' : p.offered ? '✔' : '·',
      p.partner,
      p.score.toFixed(2),
      p.offered ? 'offered' : p.excluded?.length ? 'excluded' : 'eligible',
    ],
    ...(p.excluded ?? []).map((x) => ['', '', x.code, x.why]),
    ...(p.excluded?.length
      ? []
      : (p.criteria ?? []).map((c) => ['', '', c.points.toFixed(2), `${c.id}: ${c.why}`])),
  ]);
  return [
    [
      'lead',
      String(lead['reference']),
      String(lead['state']),
      `programme ${why.program} version ${why.version}, matched ${shortTime(why.at)}`,
    ],
    ['next', '', '', nextLine(lead['next_step'] as NextStep | null)],
    ...(partners.length > 0 ? partners : [['', '', '', 'No partner was considered yet.']]),
  ];
}
