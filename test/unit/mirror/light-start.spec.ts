import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { build, type Metafile } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

describe('a registry without a mirrors file', () => {
  let inputs: Metafile['inputs'];
  beforeAll(async () => {
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
    inputs = metafile.inputs;
  });

  /** Returns the files and packages that are loaded with a file, except those of its `import()`. */
  function loadedBy(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const { path, kind, external } of inputs[file]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) seen.add(path);
      else loadedBy(path, seen);
    }
    return seen;
  }

  it.each(['src/main.ts', 'src/cli/serve.ts', 'src/app/bootstrap.ts'])(
    'loads nothing of the mirrors and of their client with %s',
    (file) => {
      expect(inputs).toHaveProperty([file]);
      const loaded = [...loadedBy(file)];
      expect(loaded.filter((path) => /^src\/(mirror|client)\/|^undici/.test(path))).toEqual([]);
    },
  );

  it('would be noticed if it did', () => {
    expect([...loadedBy('src/mirror/names/open-mirrors.ts')]).toContain(
      'src/mirror/plan/mirrors-file.ts',
    );
  });
});
