/** What a collection would remove: one line of the plan. */
export interface PlannedEntry {
  readonly kind: 'manifests' | 'blobs' | 'referrers';
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
  /** The bytes that its removal frees. */
  readonly freed: number;
  readonly why: string;
}

/** The count and the bytes of what goes for one reason. */
export interface ReasonTotal {
  readonly why: string;
  readonly count: number;
  readonly freed: number;
}

/** A plan as far as it is known. */
export interface PlanTotals {
  readonly count: number;
  readonly freed: number;
  readonly reasons: readonly ReasonTotal[];
  /** The entries that free the most, the largest first. */
  readonly largest: readonly PlannedEntry[];
}

/** How many entries the page shows. A plan may have millions. */
export const SHOWN_ENTRIES = 25;

export const EMPTY_PLAN: PlanTotals = { count: 0, freed: 0, reasons: [], largest: [] };

/** Returns the totals with more entries. */
export function withEntries(totals: PlanTotals, entries: readonly PlannedEntry[]): PlanTotals {
  const reasons = new Map(totals.reasons.map((reason) => [reason.why, reason]));
  for (const { why, freed } of entries) {
    const { count, freed: before } = reasons.get(why) ?? { count: 0, freed: 0 };
    reasons.set(why, { why, count: count + 1, freed: before + freed });
  }
  const largest = [...totals.largest, ...entries].sort((a, b) => b.freed - a.freed);
  return {
    count: totals.count + entries.length,
    freed: totals.freed + entries.reduce((sum, { freed }) => sum + freed, 0),
    reasons: [...reasons.values()],
    largest: largest.slice(0, SHOWN_ENTRIES),
  };
}
