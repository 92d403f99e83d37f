import { RemoteFailure, type RemoteTags } from '../../client/registry-client.js';
import { byteOrder } from '../../domain/byte-order.js';
import { listedDescriptor, type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { tryParseTagName, type TagName } from '../../domain/reference.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import { type Storage } from '../../storage/ports/storage.js';
import { asRegistryError } from '../upstream/failures.js';
import { SharedWork } from '../upstream/shared-work.js';
import { type MirroredRepository } from './mirror.js';

type Stores = Pick<Storage, 'catalog' | 'manifests' | 'tags'>;

/** The lists of repositories of mirrors: as the upstream has them, or what is stored while it does not answer. */
export class RemoteLists {
  private readonly asking = new SharedWork<readonly Descriptor[] | undefined>();

  constructor(private readonly stores: Stores) {}

  /**
   * Yields the tags after `after`, in the upstream's order.
   *
   * @throws RegistryError `name-unknown`, `upstream-unavailable` or `upstream-limited`
   */
  async *tags(
    place: MirroredRepository,
    after: string | undefined,
    atMost: number | undefined,
  ): AsyncIterable<TagName> {
    const first = place.mayAsk ? await pageOf(place, after).catch(failureOf) : undefined;
    if (first === undefined || first instanceof RemoteFailure) {
      await this.requireStored(place, first);
      yield* this.stores.tags.list(place.repository, after, atMost);
      return;
    }
    yield* validTags(first);
    for (let { next } = first; next !== undefined;) {
      const from = next;
      const page = await pageOf(place, from).catch((error: unknown) => {
        throw asRegistryError(error, place.mirror.upstream, 'name-unknown');
      });
      yield* page === undefined ? [] : validTags(page);
      next = page?.next;
    }
  }

  /** Yields the referrers of `subject` after `after`, in the byte order of their digests. */
  async *referrers(
    place: MirroredRepository,
    subject: Digest,
    after: Digest | undefined,
    atMost: number | undefined,
  ): AsyncIterable<Descriptor> {
    const { repository } = place;
    const remote = await this.remoteReferrers(place, subject);
    if (remote === undefined) {
      yield* this.stores.manifests.referrers(repository, subject, after, atMost);
      return;
    }
    for (const descriptor of remote) {
      const isLater = after === undefined || byteOrder(`${descriptor.digest}`, `${after}`) > 0;
      if (isLater) yield descriptor;
    }
  }

  /** Does nothing if a list of stored tags can be sent although the upstream gave none. @throws RegistryError */
  private async requireStored(
    { mirror, repository, mayAsk }: MirroredRepository,
    failure: RemoteFailure | undefined,
  ): Promise<void> {
    const isRefused = failure?.kind === 'refused' || failure?.kind === 'login';
    const isSecret = isRefused && mirror.plan.content === 'private';
    // The upstream says that there is no such repository.
    const isGone = mayAsk && failure === undefined;
    if (!isSecret && !isGone && (await this.stores.catalog.has(repository))) return;
    if (failure === undefined) throw unknownRepository(repository);
    throw asRegistryError(failure, mirror.upstream, 'name-unknown');
  }

  /** Resolves to `undefined` if the upstream does not answer, or does not know the subject. */
  private async remoteReferrers(
    { mirror, repository, remote, mayAsk }: MirroredRepository,
    subject: Digest,
  ): Promise<readonly Descriptor[] | undefined> {
    const key = `${repository} ${subject}`;
    const known = mirror.referrers.get(key);
    if (known !== undefined || !mayAsk) return known;
    return this.asking.run(key, async () => {
      const found = await mirror.upstream
        .ask((client) => client.referrers(remote, subject))
        .catch(failureOf);
      if (found === undefined || found instanceof RemoteFailure) return undefined;
      const sorted = found.map(listedDescriptor).sort(byDigest);
      mirror.referrers.set(key, sorted);
      return sorted;
    });
  }
}

function pageOf(
  { mirror, remote }: MirroredRepository,
  after: string | undefined,
): Promise<RemoteTags | undefined> {
  return mirror.upstream.ask((client) => client.tags(remote, after));
}

function validTags({ tags }: RemoteTags): TagName[] {
  return tags.map(tryParseTagName).filter((tag) => tag !== undefined);
}

function byDigest(one: Descriptor, another: Descriptor): number {
  return byteOrder(`${one.digest}`, `${another.digest}`);
}

/** Returns a failure of the upstream. @throws any other error */
function failureOf(error: unknown): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  throw error;
}
