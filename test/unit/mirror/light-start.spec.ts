import { beforeAll, describe, expect, it } from '@jest/globals';

import { bundledFiles, loadedBy, type BundledFiles } from '../../support/bundled-files.js';

describe('a registry without a mirrors file', () => {
  let files: BundledFiles;
  beforeAll(async () => {
    files = await bundledFiles();
  });

  it.each(['src/main.ts', 'src/cli/serve.ts', 'src/app/bootstrap.ts'])(
    'loads nothing of the mirrors and of their client with %s',
    (file) => {
      expect(files).toHaveProperty([file]);
      const loaded = loadedBy(files, file);
      expect(loaded.filter((path) => /^src\/(mirror|client)\/|^undici/.test(path))).toEqual([]);
    },
  );

  it('would be noticed if it did', () => {
    expect(loadedBy(files, 'src/mirror/names/open-mirrors.ts')).toContain(
      'src/mirror/plan/mirrors-file.ts',
    );
  });
});
