import { type MirrorPlan } from '../../../src/mirror/plan/mirrors-plan.js';

/** Returns a mirror called `docker.io` that is otherwise as the mirrors file makes it by default. */
export function planOf(changes: Partial<MirrorPlan> = {}): MirrorPlan {
  return {
    name: 'docker.io',
    url: new URL('http://upstream.example'),
    also: [],
    library: false,
    content: 'public',
    addresses: 'private',
    allow: [],
    deny: [],
    offline: false,
    freshMs: 300_000,
    staleMs: 30 * 86_400_000,
    missingMs: 60_000,
    connections: 8,
    keep: {},
    pin: [],
    fingerprint: JSON.stringify(changes),
    ...changes,
  };
}
