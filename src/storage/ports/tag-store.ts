import { type Descriptor } from '../../domain/descriptor.js';
import { type Digest } from '../../domain/digest.js';
import { type TagName } from '../../domain/reference.js';
import { type RepositoryName } from '../../domain/repository-name.js';

/** The tags of repositories. Only `ManifestStore.publish` sets tags. */
export abstract class TagStore {
  /** Resolves to the manifest of the tag, or to `undefined` if the tag or its manifest does not exist. */
  abstract resolve(repository: RepositoryName, tag: TagName): Promise<TaggedManifest | undefined>;

  /**
   * Yields the repository's tags in byte order, beginning after `after`. A tag whose manifest does not exist is left out.
   *
   * @param atMost a hint: the number of tags that the caller will take
   */
  abstract list(
    repository: RepositoryName,
    after?: string,
    atMost?: number,
  ): AsyncIterable<TagName>;

  /** Removes the tag, but not its manifest. Resolves to whether the tag existed. */
  abstract remove(repository: RepositoryName, tag: TagName): Promise<boolean>;
}

export interface TaggedManifest extends Pick<Descriptor, 'mediaType' | 'digest' | 'size'> {
  /** When the tag was last set, in milliseconds since the epoch. */
  readonly pushedAt: number;
  /** The login of the client that last set the tag. Absent for an anonymous client, or if it is unknown. */
  readonly by?: string;
  /** The manifest that the tag pointed to before. Absent for a new tag, or if it is unknown. */
  readonly previous?: Digest;
}
