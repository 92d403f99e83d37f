import { type Tag } from './listings.js';
import { anyPattern } from './name-pattern.js';

/** Which tags `berth prune` removes. */
export interface PruneRules {
  /** Only tags that match one of these are removed. Empty: all tags. */
  readonly match: readonly string[];
  /** The newest tags that match and stay, however old they are. */
  readonly keep?: number;
  /** Tags that were set later stay. In milliseconds. */
  readonly olderThanMs?: number;
}

/** What happens to a tag, and why. */
export interface Decision {
  readonly tag: Tag;
  readonly removes: boolean;
  readonly reason: string;
}

const DAY_MS = 86_400_000;

/** Tags that clients set for signatures, attestations and referrers of another manifest: `sha256-HEX.sig`. */
const OF_ANOTHER = /^sha(256|512)-[\da-f]{32,}/;

/** Decides about each tag of a repository, the newest first. */
export function decide(tags: readonly Tag[], rules: PruneRules, now: number): Decision[] {
  const { match } = rules;
  const matches = anyPattern(match);
  const namesOthers = match.some((pattern) => pattern.startsWith('sha'));
  const newestFirst = tags.toSorted(
    (a, b) => Date.parse(b.pushedAt) - Date.parse(a.pushedAt) || (a.name < b.name ? -1 : 1),
  );
  let rank = 0;
  return newestFirst.map((tag) => {
    if (!matches(tag.name)) return kept(tag, `does not match ${match.join(' or ')}`);
    if (OF_ANOTHER.test(tag.name) && !namesOthers) {
      return kept(tag, 'belongs to another image, such as a signature');
    }
    return decideByAge(tag, ++rank, rules, now);
  });
}

function decideByAge(
  tag: Tag,
  rank: number,
  { keep = 0, olderThanMs = 0 }: PruneRules,
  now: number,
): Decision {
  const ageMs = now - Date.parse(tag.pushedAt);
  const age = `set ${daysText(ageMs)} ago`;
  if (rank <= keep) return kept(tag, `${ordinal(rank)} newest; --keep is ${keep}`);
  if (ageMs < olderThanMs) return kept(tag, `${age}; --older-than is ${daysText(olderThanMs)}`);
  return { tag, removes: true, reason: `${ordinal(rank)} newest, ${age}` };
}

function kept(tag: Tag, reason: string): Decision {
  return { tag, removes: false, reason };
}

/** Returns a time in days, or in hours if it is less than two days. */
function daysText(milliseconds: number): string {
  const hours = Math.floor(Math.max(milliseconds, 0) / 3_600_000);
  return hours < 48 ? `${hours} h` : `${Math.floor(milliseconds / DAY_MS)} d`;
}

function ordinal(rank: number): string {
  const suffix = /1[123]$/.test(`${rank}`) ? 'th' : (['th', 'st', 'nd', 'rd'][rank % 10] ?? 'th');
  return `${rank}${suffix}`;
}
