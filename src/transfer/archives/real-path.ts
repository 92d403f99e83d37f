import { realpath } from 'node:fs/promises';
import { sep } from 'node:path';

import { UnusableSeed } from './image-files.js';

/**
 * Resolves the symbolic links of `path`.
 *
 * A link out of the seed could make any file of the machine a layer that everybody may pull.
 * @param seed the directory that no link may leave
 * @throws UnusableSeed if one does
 */
export async function realPathInside(path: string, seed: string): Promise<string> {
  const [found, root] = await Promise.all([realpath(path), realpath(seed)]);
  if (found === root || found.startsWith(root.endsWith(sep) ? root : root + sep)) return found;
  throw new UnusableSeed(
    `${path} is a symbolic link out of ${seed}: replace it by a copy of the file`,
  );
}
