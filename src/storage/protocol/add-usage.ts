import { type Usage } from '../ports/usage-store.js';

/** Adds pulls to the usage of the manifest whose digest has the text `digest`. */
export function addUsage(
  usage: Map<string, Usage>,
  digest: string,
  { pulls, lastPulledAt }: Usage,
): void {
  const before = usage.get(digest);
  usage.set(digest, {
    pulls: (before?.pulls ?? 0) + pulls,
    lastPulledAt: Math.max(before?.lastPulledAt ?? 0, lastPulledAt),
  });
}
