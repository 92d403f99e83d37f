import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { needsBuild, stampBuild } from '../../../build/stamp.js';

const BEGAN_MS = Date.parse('2026-01-01');

describe('a project', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'berth-build-'));
    await mkdir(join(root, 'dist'));
    for (const path of ['src/cli/serve.ts', 'build/bundle.ts', 'package.json', 'docs/api.md']) {
      await write(path, BEGAN_MS - 1_000);
    }
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const age = (path: string, ms: number) => utimes(join(root, path), ms / 1_000, ms / 1_000);

  /** Writes a file, and makes it and the folders above it as old as `ms`. */
  async function write(path: string, ms: number): Promise<void> {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), '');
    for (let part = path; part !== '.'; part = dirname(part)) await age(part, ms);
  }

  it('needs a build before the first one', () => {
    expect(needsBuild(root)).toBe(true);
  });

  it('needs no build while no source is newer', () => {
    stampBuild(root, BEGAN_MS);

    expect(needsBuild(root)).toBe(false);
  });

  it.each(['src/cli/serve.ts', 'build/bundle.ts', 'package.json', 'tsconfig.json'])(
    'needs a build when %s changed after the last one began',
    async (path) => {
      stampBuild(root, BEGAN_MS);
      await write(path, BEGAN_MS + 1_000);

      expect(needsBuild(root)).toBe(true);
    },
  );

  it('needs a build when a source was removed', async () => {
    stampBuild(root, BEGAN_MS);
    await rm(join(root, 'src/cli/serve.ts'));

    expect(needsBuild(root)).toBe(true);
  });

  it('needs no build when something else changed', async () => {
    stampBuild(root, BEGAN_MS);
    await write('docs/api.md', BEGAN_MS + 1_000);

    expect(needsBuild(root)).toBe(false);
  });
});
