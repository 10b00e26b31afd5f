import type { FactData } from './facts.ts';
import type { Programme } from './programme.ts';

/** What partners say of a lead they hold, and a programme may keep from the vendor. */
export const saidFields = ['amount', 'reason', 'words', 'appointment'] as const;
export type SaidField = (typeof saidFields)[number];
/** As a programme lists them; `state` is always shown, so it alone means: nothing more. */
export const disclosureFields = ['state', ...saidFields] as const;

/** Where a partner stands: below (or as) a distributor, or directly with the vendor. */
export interface Tier {
  readonly kind: string;
  readonly parent_kind: string | null;
}

/**
 * The fields the vendor sees of what a partner said. An empty list holds nothing back; any other shows what it names.
 * States, phases, dates of the ladder and the figures of reports are always shown.
 */
export function disclosedTo(
  rules: Programme['disclosure'],
  { kind, parent_kind }: Tier,
): ReadonlySet<SaidField> {
  const below = kind === 'distributor' || parent_kind === 'distributor';
  const told = below ? rules.distributor_to_vendor : rules.partner_to_vendor;
  return new Set(told.length === 0 ? saidFields : saidFields.filter((field) => told.includes(field)));
}

const fieldOf: Readonly<Record<string, SaidField>> = {
  amount: 'amount',
  currency: 'amount',
  reason: 'reason',
  date: 'appointment',
  time: 'appointment',
};

/** The data of a fact without what is held back. */
export const disclosedData = (data: FactData, shown: ReadonlySet<SaidField>): FactData =>
  Object.fromEntries(
    Object.entries(data).map(([name, value]) => {
      const field = Object.hasOwn(fieldOf, name) ? fieldOf[name] : undefined;
      return [name, field && !shown.has(field) ? null : value];
    }),
  );
