import { type Digest } from '../../domain/digest.js';
import { type Manifest } from '../../domain/manifest.js';
import { type ImageName } from './image-names.js';

/** The images of an archive, parsed but not loaded. */
export interface ArchivedImages {
  readonly images: readonly ArchivedImage[];
  /** All manifests of the images that the archive contains, by the digest's text, children before parents. */
  readonly manifests: ReadonlyMap<string, ArchivedManifest>;
  /** Returns the path of a blob in the archive, or `undefined` when the archive cannot contain it. */
  readonly pathOf: (digest: Digest) => string | undefined;
}

export interface ArchivedImage {
  readonly name: ImageName;
  readonly root: Digest;
}

export interface ArchivedManifest {
  readonly digest: Digest;
  readonly manifest: Manifest;
}
