import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Returns the path of a file of this package, which finds its own package.json by its name. */
export function packageFile(path: string): string {
  const own = createRequire(import.meta.url).resolve('berth-registry/package.json');
  return join(dirname(own), path);
}
