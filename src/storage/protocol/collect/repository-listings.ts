import { type Digest } from '../../../domain/digest.js';
import { type RepositoryName } from '../../../domain/repository-name.js';
import { type ListedTag } from '../../ports/statistics.js';
import { type KnownManifest } from './known-links.js';
import { type KeyedManifest } from './named-keys.js';

/** A manifest with all that it names. */
export interface LinkedManifest extends KnownManifest, KeyedManifest {
  readonly digest: Digest;
}

/**
 * Lists what a collector sees of a repository. A list may be cached as long as nothing is added, replaced or removed: good enough for
 * previews and figures, but not for a collector that deletes. A mirror may choose by a preview what it removes, because the removal looks
 * again.
 */
export interface RepositoryListings {
  /** Yields all tags in no particular order, also those whose manifest does not exist. */
  tags(repository: RepositoryName): AsyncIterable<ListedTag>;

  /** Yields all manifests in their place, in no particular order. */
  links(repository: RepositoryName): AsyncIterable<LinkedManifest>;
}
