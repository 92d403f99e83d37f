import { byteOrder } from '../../domain/byte-order.js';
import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';

/** How many bytes of referrers one response has at most. It is an index, and clients read indexes of up to 4 MiB. */
const PAGE_BYTES = 3 * 1024 * 1024;

/** How many bytes of manifests and descriptors one request reads at most, also of those that a filter leaves out. */
const MAX_READ_BYTES = 32 * 1024 * 1024;

/** How many entries one request leaves out at most, because they have another type or are not referrers. */
const MAX_SKIPPED = 10_000;

/** An entry that may be a referrer. */
export interface Candidate {
  readonly digest: Digest;
  /** Its descriptor, or `undefined` if it is not a referrer of the subject. */
  readonly descriptor: Descriptor | undefined;
  /** How many bytes were read for it. */
  readonly read: number;
}

/** A part of a list of referrers. */
export interface ReferrersPage {
  readonly items: readonly Descriptor[];
  /** Where the next page begins; `undefined` for the last page. */
  readonly next: Digest | undefined;
}

/** What a page of referrers contains, and when it ends. */
export interface PageTerms {
  readonly artifactType: string | undefined;
  readonly limit: number;
  /** Returns false when nobody waits for the page any more. */
  readonly isWanted: () => boolean;
}

/**
 * Resolves to the first referrers of `candidates`, which are sorted by digest.
 *
 * A page ends at its limits of entries and bytes. It also ends, maybe without any entry, when enough was read for one request.
 */
export async function takeReferrers(
  candidates: AsyncIterable<Candidate>,
  { artifactType, limit, isWanted }: PageTerms,
): Promise<ReferrersPage> {
  const items: Descriptor[] = [];
  if (limit === 0) return { items, next: undefined };
  let [bytes, read, skipped] = [0, 0, 0];
  let last: Digest | undefined;
  for await (const { digest, descriptor, read: more } of candidates) {
    const isListed =
      descriptor !== undefined &&
      (artifactType === undefined || descriptor.artifactType === artifactType);
    if (isListed) {
      bytes += sizeOf(descriptor);
      if (items.length === limit || (bytes > PAGE_BYTES && items.length > 0)) {
        return { items, next: last };
      }
      items.push(descriptor);
    } else skipped++;
    last = digest;
    read += more;
    if (read >= MAX_READ_BYTES || skipped >= MAX_SKIPPED || !isWanted()) {
      return { items, next: last };
    }
  }
  return { items, next: undefined };
}

/** Merges two lists that are sorted by digest. An entry in both is yielded once. */
export async function* mergeCandidates(
  listed: AsyncIterable<Descriptor>,
  fallback: AsyncIterable<Candidate>,
): AsyncIterable<Candidate> {
  const waiting = fallback[Symbol.asyncIterator]();
  let next = await waiting.next();
  for await (const descriptor of listed) {
    const { digest } = descriptor;
    for (; next.done !== true && order(next.value.digest, digest) < 0; next = await waiting.next())
      yield next.value;
    if (next.done !== true && order(next.value.digest, digest) === 0) next = await waiting.next();
    yield { digest, descriptor, read: sizeOf(descriptor) };
  }
  for (; next.done !== true; next = await waiting.next()) yield next.value;
}

function order(one: Digest, another: Digest): number {
  return byteOrder(`${one}`, `${another}`);
}

function sizeOf(descriptor: Descriptor): number {
  return Buffer.byteLength(JSON.stringify(descriptor));
}
