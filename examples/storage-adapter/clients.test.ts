import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

import { createTestRegistry } from 'berth-registry/testing';

import { openMapStorage } from './map-storage.ts';

const execute = promisify(execFile);

it('returns what oras has pushed', async (t) => {
  const registry = await createTestRegistry({ storage: () => openMapStorage() });
  t.after(() => registry.close());
  const folder = await mkdtemp(join(tmpdir(), 'map-storage-'));
  t.after(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'notes.txt'), 'kept in a Map');
  const reference = `${registry.host}/team/notes:1.0`;

  await execute('oras', ['push', '--plain-http', reference, 'notes.txt'], { cwd: folder });
  const { stdout } = await execute('oras', ['manifest', 'fetch', '--plain-http', reference]);

  const { layers } = JSON.parse(stdout) as { layers: { digest: string }[] };
  const pulled = await registry.pull('team/notes:1.0');
  assert.equal(layers[0]?.digest, pulled.layers[0]?.digest);
  assert.equal(Buffer.from(pulled.layers[0]?.bytes ?? []).toString(), 'kept in a Map');
});
