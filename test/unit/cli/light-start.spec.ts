import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { build, type Metafile } from 'esbuild';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..');

describe('a container that asks "berth health" every few seconds', () => {
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

  /** Returns the packages that are loaded with a file, except those of its `import()`. */
  function packagesOf(file: string, seen = new Set<string>()): string[] {
    if (seen.has(file)) return [];
    seen.add(file);
    const imports = (inputs[file]?.imports ?? []).filter(({ kind }) => kind === 'import-statement');
    return imports.flatMap(({ path, external }) =>
      external === true ? [path] : packagesOf(path, seen),
    );
  }

  it.each(['src/main.ts', 'src/cli/commands/health.ts', 'src/cli/health-command.ts'])(
    'loads neither the command parser nor Nest with %s',
    (file) => {
      expect(inputs).toHaveProperty([file]);
      expect(packagesOf(file).filter((name) => /^(commander|@nestjs)/.test(name))).toEqual([]);
    },
  );

  it('is detected if it loads the parser', () => {
    expect(packagesOf('src/cli/program.ts')).toContain('commander');
  });
});
