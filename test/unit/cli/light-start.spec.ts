import { beforeAll, describe, expect, it } from '@jest/globals';

import { bundledFiles, loadedBy, type BundledFiles } from '../../support/bundled-files.js';

describe('a container that asks "berth health" every few seconds', () => {
  let files: BundledFiles;
  beforeAll(async () => {
    files = await bundledFiles();
  });

  it.each(['src/main.ts', 'src/cli/commands/health.ts', 'src/cli/health-command.ts'])(
    'loads neither the command parser nor Nest with %s',
    (file) => {
      expect(files).toHaveProperty([file]);
      const loaded = loadedBy(files, file);
      expect(loaded.filter((name) => /^(commander|@nestjs)/.test(name))).toEqual([]);
    },
  );

  it('is detected if it loads the parser', () => {
    expect(loadedBy(files, 'src/cli/program.ts')).toContain('commander');
  });
});
