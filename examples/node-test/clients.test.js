import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { promisify } from 'node:util';

import { createTestRegistry, image, index } from 'berth-registry/testing';

/** The folders with client programs: PATH, and the folder in BERTH_TOOLS. */
const FOLDERS = [process.env.BERTH_TOOLS ?? '', ...(process.env.PATH ?? '').split(delimiter)];

let registry;
let cwd;
before(async () => {
  registry = await createTestRegistry();
  cwd = await mkdtemp(join(tmpdir(), 'registry-test-'));
});
beforeEach(() => registry.reset());
after(async () => {
  await registry.close();
  await rm(cwd, { recursive: true });
});

const crane = program('crane');
if (crane !== undefined) {
  test('crane copies an index within the registry', async () => {
    const arm64 = image({ platform: { os: 'linux', architecture: 'arm64' } });
    const both = index([image(), arm64]);
    await registry.push('team/app:1.0', both);

    await crane('copy', `${registry.host}/team/app:1.0`, `${registry.host}/other/app:2.0`);
    await crane('validate', '--remote', `${registry.host}/other/app:2.0`);

    assert.deepEqual(await registry.pull('other/app:2.0'), both);
    assert.ok(registry.requests.some(({ operation }) => operation === 'blob.mount'));
  });

  test('crane retries after a fault', async () => {
    await registry.push('team/app:1.0', image());
    const fault = registry.fault({ status: 503, times: 1, on: { operation: 'manifest.get' } });

    const manifest = await crane('manifest', `${registry.host}/team/app:1.0`);

    assert.equal(manifest, image().bytes.toString());
    assert.equal(fault.used, 1);
  });
}

const oras = program('oras');
if (oras !== undefined) {
  test('oras attaches a report to an image', async () => {
    const { digest } = await registry.push('team/app:1.0', image());
    await writeFile(join(cwd, 'report.txt'), 'no findings');

    const about = `${registry.host}/team/app:1.0`;
    await oras('attach', '--artifact-type', 'application/x-report', about, 'report.txt:text/plain');

    const { operation, reference } = await registry.waitFor({ operation: 'manifest.put' });
    const report = await registry.pull(`team/app@${reference}`);
    assert.equal(report.manifest.subject.digest, digest);
    assert.equal(report.layers[0].bytes.toString(), 'no findings');
    assert.equal(operation, 'manifest.put');
  });
}

test('fetch finds what was pushed', async () => {
  await registry.push('team/app:1.0', image());

  const manifest = await fetch(`${registry.url}/v2/team/app/manifests/1.0`);

  assert.equal(await manifest.text(), image().bytes.toString());
});

/**
 * Returns a function that runs a program and resolves to its output, or `undefined` if the program
 * is not installed.
 */
function program(name) {
  const path = FOLDERS.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (path === undefined) return undefined;
  return async (...args) => (await promisify(execFile)(path, args, { cwd })).stdout;
}
