import { type components } from '../../api/client.js';
import { type Tone } from '../../parts/mark.js';
import { bytesText, countText, durationText } from '../../parts/format.js';

export type MirrorAnswer = components['schemas']['Mirror'];

/** Returns how a mirror stands with its registry. */
export function stateOf({
  state,
  restingSeconds,
}: Pick<MirrorAnswer, 'state' | 'restingSeconds'>): { readonly text: string; readonly tone: Tone } {
  if (state === 'offline') return { text: 'offline', tone: 'quiet' };
  if (state === 'ok') return { text: 'active', tone: 'good' };
  return { text: `not asked for ${durationText(restingSeconds * 1_000)}`, tone: 'warning' };
}

/** Returns how many requests for manifests and blobs needed no content of the other registry, such as `90 of 100 (90 %)`. */
export function answeredText({
  hit,
  confirmed,
  stale,
  fetched,
}: Pick<MirrorAnswer['requests'], 'hit' | 'confirmed' | 'stale' | 'fetched'>): string {
  const kept = hit + confirmed + stale;
  const all = kept + fetched;
  if (all === 0) return 'no request yet';
  return `${countText(kept)} of ${countText(all)} (${Math.floor((100 * kept) / all)} %)`;
}

/** Returns how many bytes a mirror keeps, and how many it may keep. */
export function keptText({ cached, keep }: Pick<MirrorAnswer, 'cached' | 'keep'>): string {
  const limit = keep.bytes === undefined ? undefined : bytesText(keep.bytes);
  if (cached === undefined) return limit === undefined ? 'everything' : `at most ${limit}`;
  return bytesText(cached.bytes) + (limit === undefined ? '' : ` of ${limit}`);
}

/** Returns when images go that nobody pulls. */
export function unusedText({ keep }: Pick<MirrorAnswer, 'keep'>): string {
  return keep.unusedSeconds === undefined
    ? 'stay'
    : `go after ${durationText(keep.unusedSeconds * 1_000)}`;
}

/** Returns how many pulls the other registry allows, or `undefined` if it sets no limit. */
export function limitText({ limit }: Pick<MirrorAnswer, 'limit'>): string | undefined {
  if (limit === undefined) return undefined;
  const { left, limit: all } = limit;
  return all === undefined ? countText(left) : `${countText(left)} of ${countText(all)}`;
}
