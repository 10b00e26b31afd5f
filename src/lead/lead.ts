import type { Money } from './money.ts';
import type { LeadState } from './tables.ts';

export const temperatures = ['hot', 'warm', 'cold'] as const;
export type Temperature = (typeof temperatures)[number];
export const qualities = ['inquiry', 'pre_qualified', 'pre_sold'] as const;
export type Quality = (typeof qualities)[number];

/** The end customer. Identity; only the holder of a claim ever sees it. */
export interface Prospect {
  readonly name: string | null;
  readonly company: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly street: string | null;
  readonly postal_code: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly language: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
}

export type ConsentScope = 'share' | 'mail' | 'phone';
export interface Consent {
  readonly given: boolean;
  readonly at: string | null;
  readonly text: string | null;
  readonly scope: readonly ConsentScope[];
}

/** What the outside world tells about a lead; the field names are those of the public contract. */
export interface LeadBrief {
  readonly external_id: string | null;
  readonly source: string | null;
  readonly campaign: string | null;
  readonly cost: Money | null;
  readonly temperature: Temperature;
  readonly quality: Quality;
  readonly summary: string;
  readonly brief: string | null;
  readonly products: readonly string[];
  readonly industries: readonly string[];
  readonly languages: readonly string[];
  readonly value: Money | null;
  readonly expected_close: string | null;
  readonly prospect: Prospect;
  readonly consent: Consent | null;
  readonly custom: Readonly<Record<string, unknown>>;
}

export interface Lead extends LeadBrief {
  readonly id: string;
  readonly reference: string;
  readonly program: { readonly key: string; readonly version: number };
  readonly state: LeadState;
  /** Waves opened since the last fresh start. */
  readonly wave: number;
  /** When the vendor side (qualifier, program manager) owes its step; null while it is somebody else's turn. */
  readonly due_at: Date | null;
  /** How often the vendor side was reminded of that step. */
  readonly chased: number;
  readonly created_at: Date;
}
