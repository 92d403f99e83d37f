import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from '@jest/globals';
import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../../support/server-process.js';

const run = promisify(execFile);

it('the description of the API and the types of its client are as `npm run docs:api` writes them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-openapi-'));
  try {
    const written = ['openapi.ts', 'schema.ts'].map((file) => join(directory, file));
    await run(process.execPath, ['build/openapi.ts', ...written], { cwd: PROJECT_ROOT });
    const kept = ['src/api/description/openapi.ts', 'src/api/client/schema.ts'];
    for (const [index, file] of kept.entries()) {
      const path = join(PROJECT_ROOT, file);
      const text = await readFile(written[index] ?? '', 'utf8');
      const options = { ...(await resolveConfig(path)), filepath: path };
      expect(await format(text, options)).toBe(await readFile(path, 'utf8'));
    }
  } finally {
    await rm(directory, { recursive: true });
  }
});
