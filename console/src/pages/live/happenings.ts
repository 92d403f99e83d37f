import { type RegistryEvent } from '../../parts/events/event-text.js';

/** Something that happened, with all that the same push did. */
export interface Happening {
  readonly event: RegistryEvent;
  readonly more: readonly RegistryEvent[];
}

/** How many of them the page shows. */
export const SHOWN = 50;

/** More events than these are not kept: a push has a few. */
const KEPT = 400;

/** The events of one push are led by that of its manifest. */
const OF_MANIFESTS: readonly string[] = ['manifest.pushed', 'mirror.fetched'];

/** Returns events with further ones, the newest first and each once. */
export function merged(
  known: readonly RegistryEvent[],
  further: readonly RegistryEvent[],
): readonly RegistryEvent[] {
  const byId = new Map([...known, ...further].map((event) => [event.id, event]));
  if (byId.size === known.length) return known;
  return [...byId.values()].sort((one, other) => (one.id < other.id ? 1 : -1)).slice(0, KEPT);
}

/** Returns what happened, the newest first. The events of one push are one happening, led by the manifest. */
export function happeningsOf(events: readonly RegistryEvent[]): Happening[] {
  const groups = new Map<string, RegistryEvent[]>();
  for (const event of events) {
    const key = event.data.push ?? event.id;
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return [...groups.values()].slice(0, SHOWN).map(happeningOf);
}

function happeningOf(group: readonly RegistryEvent[]): Happening {
  const lead = group.find(({ type }) => OF_MANIFESTS.includes(type)) ?? group[0];
  if (lead === undefined) throw new Error('a group has an event');
  return { event: lead, more: group.filter((event) => event !== lead && isWorthALine(event)) };
}

/** The push says already which tags it set. */
function isWorthALine({ type }: RegistryEvent): boolean {
  return type !== 'tag.created';
}
