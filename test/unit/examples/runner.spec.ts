import { describe, expect, it } from '@jest/globals';

import { run } from '../../suites/examples/command.js';
import { importedPackages, strangers } from '../../suites/examples/package-checks.js';

const shell = (script: string, timeoutMs = 10_000) =>
  run({ program: 'sh', args: ['-c', script], cwd: '/', timeoutMs });

describe('the runner of the examples', () => {
  it('answers what a program has printed', async () => {
    expect(await shell('echo out; echo err >&2')).toMatch(/out[^]*err|err[^]*out/);
  });

  it('fails with what a program printed that fails', async () => {
    await expect(shell('echo broken; exit 3')).rejects.toThrow(/ended with 3:\nbroken/);
  });

  it('fails what does not end by itself, and ends it with what it has started', async () => {
    // What holds the output open is the child of the shell: were it not ended, this would take its minute.
    const leaking = shell('echo begun; sleep 60 & wait', 500);

    await expect(leaking).rejects.toThrow(/had not ended after 0\.5 s:\nbegun$/);
  });

  it('finds what has no place in the package', () => {
    const belonging = [
      'package.json',
      'README.md',
      'docs/testing.md',
      'docs/README.md',
      'dist/main.js',
      'dist/exports/testing.d.ts',
      'dist/server/NOTICES',
    ];
    const foreign = [
      'src/main.ts',
      'test/docs.spec.ts',
      'dist/main.js.map',
      'dist/domain/digest.spec.js',
      'dist/storage/filesystem/layout.js',
      'dist/cli/serve.d.ts',
      'dist/tsconfig.tsbuildinfo',
      'examples/node-test/package.json',
      '.env',
    ];

    expect(strangers([...belonging, ...foreign])).toEqual(foreign);
  });

  it('finds the packages that a declaration file imports', () => {
    const text = `
      import { type Server } from 'node:http';
      import { type Hash } from 'crypto';
      import 'reflect-metadata';
      import * as x509 from "@peculiar/x509/deep";
      import { Digest } from './digest.js';
      export { type LRUCache } from 'lru-cache';
      export declare const module: import('jose').KeyLike;
    `;

    expect(importedPackages(text)).toEqual([
      'reflect-metadata',
      '@peculiar/x509',
      'lru-cache',
      'jose',
    ]);
  });
});
