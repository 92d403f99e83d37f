import { type components } from '../../api/schema.js';
import { bytesText, countOf, durationText, shortDigest } from '../format.js';
import { purposeText } from '../purpose.js';

/** A manifest that a removal concerns. */
export type Concerned = components['schemas']['ConcernedManifest'];
/** The preview of a removal. */
export type Removal = components['schemas']['Removal'];

/** The lines of a dialog about a removal. */
export interface RemovalText {
  readonly goes: readonly string[];
  readonly stays: readonly string[];
  /** Which bytes are freed, and when. */
  readonly freed: string;
}

/** How many tags a line names before it only counts them. */
const NAMED = 5;

/** Returns what a removal takes, what it leaves, and what it frees. */
export function removalText(removal: Removal): RemovalText {
  const { manifests, entries } = removal;
  const alone =
    entries.length === 0
      ? []
      : [countOf(entries.length, 'image of its index', 'images of its index')];
  return {
    goes: [...manifests.flatMap(goesOf), ...alone],
    stays: manifests.flatMap((manifest) => staysOf(manifest)),
    freed: freedText(removal),
  };
}

/** Names a few things, and counts the others. */
export function namesText(names: readonly string[]): string {
  const more = names.length - NAMED;
  if (more <= 1) return names.join(', ');
  return `${names.slice(0, NAMED).join(', ')} and ${more} more`;
}

function goesOf({ fate, digest, purpose, tags }: Concerned): string[] {
  const named =
    tags.length === 0 ? [] : [`${tags.length === 1 ? 'tag' : 'tags'} ${namesText(tags)}`];
  if (fate === 'removed') return [`${purposeText(purpose)} ${shortDigest(digest)}`, ...named];
  return named;
}

function staysOf(manifest: Concerned): string[] {
  const { fate, digest, purpose, otherTags, indexes } = manifest;
  const thing = `${purposeText(purpose)} ${shortDigest(digest)}`;
  const what = `${thing}${withText(manifest)}`;
  switch (fate) {
    case 'removed':
      return indexes.length === 0
        ? []
        : [
            `${countOf(indexes.length, 'index', 'indexes')} with it in the list, so that the registry refuses`,
          ];
    case 'tagged':
      return [
        `${otherTags.length === 1 ? 'tag' : 'tags'} ${namesText(otherTags)}, which ${otherTags.length === 1 ? 'points' : 'point'} to the same ${purposeText(purpose)}`,
        what,
      ];
    case 'listed':
      return [`${what}, because ${countOf(indexes.length, 'index lists', 'indexes list')} it`];
    case 'kept':
      return [`${what}, without a tag`];
    case 'collected':
      return [];
  }
}

/** What a manifest has with it: the images that an index lists, and its referrers. */
function withText({ entries, referrers }: Concerned): string {
  const parts = [
    ...(entries === 0 ? [] : [countOf(entries, 'image of its index', 'images of its index')]),
    ...(referrers === 0 ? [] : [countOf(referrers, 'referrer')]),
  ];
  return parts.length === 0 ? '' : `, with ${parts.join(' and ')}`;
}

function freedText(removal: Removal): string {
  const { manifests, bytes, freedBytes, keepsUntagged } = removal;
  const isKept = manifests.some(({ fate }) => fate === 'kept');
  if (bytes === 0) {
    if (!isKept || !keepsUntagged) return 'No bytes are freed: all content is still needed.';
    return 'No bytes are freed: this registry keeps images without a tag. Delete them in the tab Untagged to free their bytes.';
  }
  const freed = freedBytes ?? bytes;
  const kept = bytes - freed;
  const amount =
    freedBytes === undefined
      ? `At most ${bytesText(bytes)} are freed`
      : `${bytesText(freed)} are freed`;
  const shared =
    kept > 0
      ? ` ${bytesText(kept)} more leave this repository, and other repositories keep them.`
      : '';
  return `${amount} ${whenText(removal)}.${shared}`;
}

function whenText({ graceMs, intervalMs }: Removal): string {
  const pass =
    intervalMs === 0
      ? 'by the next collection, which an administrator starts'
      : 'by the next collection';
  return graceMs === 0 ? pass : `${pass} after ${durationText(graceMs)} without use`;
}
