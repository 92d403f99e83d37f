import { setImmediate as nextRound } from 'node:timers/promises';

import { type BodyMemory } from '../domain/body-memory.js';
import {
  isJsonObject,
  listedDescriptor,
  readAnnotations,
  readDescriptor,
  type Descriptor,
} from '../domain/descriptor.js';
import { type Subject } from './failures.js';

/** How registries respond that do not have the referrers API. */
export const WITHOUT_REFERRERS: readonly number[] = [400, 404, 405, 406, 501];

/** How many bytes the referrers of one subject may have together. */
const MAX_BYTES = 8 * 1024 ** 2;

/** How many entries are read before other work comes. */
const SLICE_ENTRIES = 1_000;

/** The referrers of one subject while their pages come, and the memory that they take. */
export class GatheredReferrers {
  readonly all: Descriptor[] = [];
  private bytes = 0;

  constructor(
    private readonly subject: Subject,
    private readonly memory: BodyMemory,
  ) {}

  /** Adds the entries of a page of `bytes` bytes. @throws RemoteFailure, and RegistryError `too-many-requests` */
  add(descriptors: readonly Descriptor[], bytes: number): void {
    const sum = this.bytes + bytes;
    if (sum > MAX_BYTES) throw this.subject.wrong(`they have more than ${MAX_BYTES} bytes`);
    this.memory.grow(this.bytes, sum);
    this.bytes = sum;
    // Not as arguments, of which a call takes only so many.
    for (const descriptor of descriptors) this.all.push(descriptor);
  }

  /** Stops counting the memory. */
  release(): void {
    this.memory.release(this.bytes);
  }
}

/**
 * Resolves to the descriptors in an index, without entries that are invalid. Other work runs in between.
 *
 * @throws RemoteFailure if it is not an index
 */
export async function descriptorsIn(
  index: unknown,
  subject: Subject,
): Promise<readonly Descriptor[]> {
  const entries: unknown = isJsonObject(index) ? index['manifests'] : undefined;
  if (!Array.isArray(entries)) throw subject.wrong('it sent something that is not an index');
  const found: Descriptor[] = [];
  for (const [at, entry] of entries.entries()) {
    const descriptor = read(entry);
    if (descriptor !== undefined) found.push(descriptor);
    if (at % SLICE_ENTRIES === SLICE_ENTRIES - 1) await nextRound();
  }
  return found;
}

function read(value: unknown): Descriptor | undefined {
  const descriptor = readDescriptor(value);
  if (typeof descriptor === 'string' || !isJsonObject(value)) return undefined;
  const type = value['artifactType'];
  const annotations = readAnnotations(value['annotations']);
  return listedDescriptor({
    ...descriptor,
    ...(typeof type === 'string' && type !== '' && { artifactType: type }),
    ...(typeof annotations === 'object' && { annotations }),
  });
}
