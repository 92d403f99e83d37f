import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build, type Metafile } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** The files of the server with what they import, as the bundler reads them. */
export type BundledFiles = Metafile['inputs'];

/** Bundles the server without writing it, and resolves to its files. */
export async function bundledFiles(): Promise<BundledFiles> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['src/main.ts'],
    outdir: 'unused',
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  return metafile.inputs;
}

/** Returns the files and packages that are loaded with a file, except those of its `import()`. */
export function loadedBy(files: BundledFiles, file: string, seen = new Set<string>()): string[] {
  if (!seen.has(file)) {
    seen.add(file);
    for (const { path, kind, external } of files[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) seen.add(path);
      else loadedBy(files, path, seen);
    }
  }
  return [...seen];
}
