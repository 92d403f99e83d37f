import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** The tags of repositories. They are set by `ManifestStore.publish` and in no other way. */
export abstract class TagStore {
  /** What the tag points to, or `undefined`: also when the manifest it points to is gone. */
  abstract resolve(repository: RepositoryName, tag: TagName): Promise<TaggedManifest | undefined>;

  /**
   * The repository's tags in byte order, those after `after` only. A tag whose manifest is gone is left out.
   *
   * @param atMost a hint for how many the caller will take
   */
  abstract list(
    repository: RepositoryName,
    after?: string,
    atMost?: number,
  ): AsyncIterable<TagName>;

  /** Removes the tag; the manifest stays. Answers whether it was there. */
  abstract remove(repository: RepositoryName, tag: TagName): Promise<boolean>;
}

export interface TaggedManifest extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  /** When the tag was last set, in milliseconds since the epoch. */
  readonly pushedAt: number;
  /** The login of the client that set it last; absent for a client without one, and where it is not known. */
  readonly by?: string;
  /** The manifest that the tag pointed to before; absent for a new tag, and where it is not known. */
  readonly previous?: Digest;
}
