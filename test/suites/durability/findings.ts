/** The kinds of things in the report. */
export type Thing =
  'image' | 'blob' | 'tag' | 'event' | 'referrers' | 'upload' | 'request' | 'server';

/** Something that differs from what was acknowledged. */
export interface Finding {
  /** Missing, with different bytes, or another failure, such as a 500. */
  readonly kind: 'lost' | 'corrupt' | 'failed';
  readonly thing: Thing;
  readonly name: string;
  readonly detail: string;
}

export function failed(thing: Thing, name: string, error: unknown): Finding {
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: 'failed', thing, name, detail };
}

/** Returns the first finding about each thing. */
export function distinct(findings: readonly Finding[]): Finding[] {
  const byThing = new Map<string, Finding>();
  for (const finding of findings) {
    const key = `${finding.kind} ${finding.thing} ${finding.name}`;
    if (!byThing.has(key)) byThing.set(key, finding);
  }
  return [...byThing.values()];
}

/** Returns the number of things of each kind, such as `96 image, 80 tag`, or `0`. */
export function tally(kind: Finding['kind'], findings: readonly Finding[]): string {
  const counts = new Map<Thing, number>();
  for (const { thing } of findings.filter((finding) => finding.kind === kind)) {
    counts.set(thing, (counts.get(thing) ?? 0) + 1);
  }
  return [...counts].map(([thing, count]) => `${count} ${thing}`).join(', ') || '0';
}
