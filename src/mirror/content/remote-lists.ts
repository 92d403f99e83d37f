import { RemoteFailure, type RemoteTags } from '../../client/registry-client.js';
import { byteOrder } from '../../domain/byte-order.js';
import { listedDescriptor, type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { SharedWork } from '../../domain/shared-work.js';
import { unknownRepository } from '../../domain/unknown-repository.js';
import { type Storage } from '../../storage/ports/storage.js';
import { asRegistryError } from '../upstream/failures.js';
import { type MirroredRepository } from './mirror.js';

/** After how many pages without any tag in a row a list is given up. Otherwise it might have no end. */
const MAX_EMPTY_PAGES = 20;

/** After how many pages a list is given up. Registries send up to 1,000 tags in each. */
const MAX_PAGES = 1_000;

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
    const first = place.mayAsk() ? await firstPage(place, after).catch(failureOf) : undefined;
    if (first === undefined || first instanceof RemoteFailure) {
      await this.requireStored(place, first);
      yield* this.stores.tags.list(place.repository, after, atMost);
      return;
    }
    try {
      for await (const page of pagesFrom(place, first)) yield* page.tags;
    } catch (error) {
      throw asRegistryError(error, place.mirror.upstream, 'name-unknown');
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
    // The upstream says that there is no such repository.
    const isGone = mayAsk() && failure === undefined;
    const isSecret = failure !== undefined && mirror.mustHide(failure);
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
    if (known !== undefined || !mayAsk()) return known;
    return this.asking.run(key, async () => {
      const found = await mirror.upstream
        .ask((client) => client.referrers(remote, subject))
        .catch(failureOf);
      // What is stored, without what the upstream refuses to give any more.
      if (found instanceof RemoteFailure && mirror.mustHide(found)) return [];
      if (found === undefined || found instanceof RemoteFailure) return undefined;
      const sorted = sortedByDigest(found);
      mirror.referrers.set(key, sorted);
      return sorted;
    });
  }
}

/** Yields all tags that the upstream has, and never those that are stored. @throws RemoteFailure */
export async function* upstreamTags(place: MirroredRepository): AsyncGenerator<TagName> {
  const first = await firstPage(place, undefined);
  if (first === undefined) return;
  for await (const page of pagesFrom(place, first)) yield* page.tags;
}

/** Resolves to the page after a tag. What a client sends is a tag, and no query of a registry. */
async function firstPage(
  place: MirroredRepository,
  after: string | undefined,
): Promise<RemoteTags | undefined> {
  const page = await pageOf(place, after?.startsWith('?') === true ? undefined : after);
  // Some registries send all tags also to those who ask for a part. A client would get the same page for ever.
  const known = after === undefined ? -1 : (page?.tags.findIndex((tag) => tag === after) ?? -1);
  return page && known !== -1 ? { ...page, tags: page.tags.slice(known + 1) } : page;
}

/** Yields a page and those after it. @throws RemoteFailure, also if they lead nowhere */
async function* pagesFrom(
  place: MirroredRepository,
  first: RemoteTags,
): AsyncGenerator<RemoteTags> {
  let empty = 0;
  const asked = new Set<string>();
  for (let page: RemoteTags | undefined = first; page !== undefined;) {
    yield page;
    const { tags, next }: RemoteTags = page;
    if (next === undefined) return;
    empty = tags.length === 0 ? empty + 1 : 0;
    if (asked.has(next) || empty > MAX_EMPTY_PAGES || asked.size === MAX_PAGES) {
      const { plan } = place.mirror;
      throw new RemoteFailure('wrong', `${plan.name}: the tags of ${place.remote} have no end`);
    }
    asked.add(next);
    page = await pageOf(place, next);
  }
}

function pageOf(
  { mirror, remote }: MirroredRepository,
  after: string | undefined,
): Promise<RemoteTags | undefined> {
  return mirror.upstream.ask((client) => client.tags(remote, after));
}

/** Makes the text of each digest once: of ten thousands, all comparisons would take a quarter of a second. */
function sortedByDigest(list: readonly Descriptor[]): Descriptor[] {
  const keyed = list.map((descriptor) => ({ descriptor, key: `${descriptor.digest}` }));
  keyed.sort((one, another) => byteOrder(one.key, another.key));
  return keyed.map(({ descriptor }) => listedDescriptor(descriptor));
}

/** Returns a failure of the upstream. @throws any other error */
function failureOf(error: unknown): RemoteFailure {
  if (error instanceof RemoteFailure) return error;
  throw error;
}
