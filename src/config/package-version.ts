import { createRequire } from 'node:module';

/** Returns the version of this package, which finds its own package.json by its name. */
export function packageVersion(): string {
  const read = createRequire(import.meta.url);
  return (read('berth-registry/package.json') as { version: string }).version;
}
