import { type MirrorNames } from '../mirror/plan/meant-repository.js';
import { NO_MIRRORS, type MirroredNames } from './image-reference.js';
import { type ReadStorage } from './pull-content.js';

/** The content of a registry as its clients get it: also from its mirrors. */
export interface MirroredContent {
  /** Where content is read. It fetches what the mirrors do not have yet. */
  readonly storage: ReadStorage;
  readonly names: MirroredNames;
}

/** Returns the content of a registry without mirrors: what is stored. */
export function storedContent(storage: ReadStorage): MirroredContent {
  return { storage, names: NO_MIRRORS };
}

/** Returns the names of mirrors, which may change with their file. */
export function mirroredNames(current: { readonly names: MirrorNames }): MirroredNames {
  return {
    has: (name) => current.names.mirror(name) !== undefined,
    nameOf: (repository) => {
      const meant = current.names.meant({ name: repository });
      return meant.kind === 'unknown' ? repository : meant.name;
    },
  };
}
