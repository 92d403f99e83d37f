import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { collectNow, removedText, removeNow, why } from '../../../src/cli/gc-commands.js';
import { PlainFailure } from '../../../src/cli/plain-failure.js';
import { verify } from '../../../src/cli/verify-command.js';
import { loadSettings, type Settings } from '../../../src/config/settings.js';
import { Digest } from '../../../src/domain/digest.js';
import { withCollectorLease } from '../../../src/upkeep/gc/with-lease.js';
import { openFilesystemStorage } from '../../../src/storage/filesystem/filesystem-storage.js';
import { type Storage } from '../../../src/storage/ports/storage.js';
import {
  buildIndex,
  publish,
  pushArtifact,
  pushBlob,
  pushImage,
  readBlob,
  repo,
  tag,
  uniqueBytes,
  EMPTY_JSON,
} from '../../../src/storage/contract/fixtures.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');

let path: string;
let storage: Storage;
let settings: Settings;
let lines: string[];
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'berth-cli-'));
  storage = openFilesystemStorage({ path });
  settings = loadSettings({ REGISTRY_STORAGE_PATH: path, REGISTRY_GC_GRACE: '0s' });
  lines = [];
});
afterEach(async () => {
  await storage.close();
  await rm(path, { recursive: true, force: true });
});

const print = (line: string): void => void lines.push(line);

describe('berth gc', () => {
  it('merges the usage of past hours, but not with --dry-run', async () => {
    const digest = await publish(storage, HOME, buildIndex().bytes);
    const usage = join(path, 'repositories/team+app/usage');
    const counted = { [`${digest}`]: { pulls: 2, lastPulledAt: '2026-11-29T12:00:00.000Z' } };
    await mkdir(usage);
    await writeFile(join(usage, '1.process.json'), JSON.stringify(counted));

    await collectNow(settings, true, print);
    expect(await readdir(usage)).toEqual(['1.process.json']);
    await collectNow(settings, false, print);

    expect(await readdir(usage)).toEqual(['total.json']);
    expect((await storage.usage.of(HOME)).get(`${digest}`)?.pulls).toBe(2);
  });

  it('lists what it would delete, by which rule and with the freed bytes, and then deletes exactly that', async () => {
    const layer = uniqueBytes(2_048);
    const shared = await pushBlob(storage, HOME, layer);
    await storage.blobs.link(OTHER, shared, HOME);
    const kept = await pushImage(storage, HOME, { tags: ['1.0'] });
    const settled = loadSettings({ ...asEnvironment(settings), REGISTRY_GC_UNTAGGED: 'collect' });
    const untagged = await pushImage(storage, HOME);
    await collectNow(settled, true, print);
    const preview = lines;
    lines = [];
    expect(preview).toHaveLength(6);
    expect(preview).toContainEqual(
      expect.stringMatching(
        new RegExp(`^team/app ${untagged.digest}: manifest that no tag reaches`),
      ),
    );
    const claims = preview.filter((line) => line.includes(`${shared}`));
    // The bytes of the shared layer are freed only with its last holder.
    expect(claims.map((line) => /frees (.*)\)$/.exec(line)?.[1]).sort()).toEqual([
      '0 B',
      '2.0 KiB',
    ]);
    expect(await storage.manifests.stat(HOME, untagged.digest)).toBeDefined();

    await collectNow(settled, false, print);
    expect(lines.slice(0, -1).sort()).toEqual(preview.slice(0, -1).sort());
    expect(lines.at(-1)?.replace('collected', 'would collect')).toBe(preview.at(-1));
    expect(await storage.manifests.stat(HOME, untagged.digest)).toBeUndefined();
    expect(await storage.manifests.stat(HOME, kept.digest)).toBeDefined();
  });

  it('has nothing to do in a store without garbage', async () => {
    await pushImage(storage, HOME, { tags: ['1.0'] });
    await collectNow(settings, false, print);
    expect(lines).toEqual(['collected 0 items, 0 B']);
  });

  it('reports another running collection, and deletes nothing', async () => {
    await pushBlob(storage, HOME, uniqueBytes(10));
    await withCollectorLease(storage, 0, async () => {
      await expect(collectNow(settings, false, print)).rejects.toThrow(PlainFailure);
      await collectNow(settings, true, print);
    });
    expect(lines.at(-1)).toBe('would collect 1 item, 10 B');
    await collectNow(settings, false, print);
    expect(lines.at(-1)).toBe('collected 1 item, 10 B');
  });
});

describe('berth why', () => {
  it('prints the chain from a tag, through indexes and referrers', async () => {
    const image = await pushImage(storage, HOME);
    const index = buildIndex([image.descriptor]);
    await publish(storage, HOME, index.bytes, { tags: ['multi'] });
    const layer = Digest.of(image.layers[0] ?? EMPTY_JSON);
    await why(settings, `${layer}`, print);
    expect(lines).toEqual([
      'team/app: tag team/app:multi',
      `  → index ${index.digest}`,
      `  → image ${image.digest}`,
      `  → layer ${layer}`,
    ]);
    await pushBlob(storage, HOME, EMPTY_JSON);
    const artifact = await pushArtifact(storage, HOME, image.descriptor);
    lines = [];
    await why(settings, `${artifact.digest}`, print);
    expect(lines).toEqual([
      'team/app: tag team/app:multi',
      `  → index ${index.digest}`,
      `  → image ${image.digest}`,
      '  → its referrer',
      `  → image ${artifact.digest}`,
    ]);
  });

  it('shows since when a blob is unreachable, and when it will be deleted', async () => {
    const digest = await pushBlob(storage, HOME, uniqueBytes(10));
    await why(
      loadSettings({ REGISTRY_STORAGE_PATH: path, REGISTRY_GC_GRACE: '2h' }),
      `${digest}`,
      print,
    );
    const [, used = '', until = ''] =
      /last used (\S+), deleted by the first collection after (\S+)$/.exec(lines[1] ?? '') ?? [];
    expect(Date.parse(until) - Date.parse(used)).toBe(7_200_000);
    expect(Math.abs(Date.now() - Date.parse(used))).toBeLessThan(60_000);
  });

  it('reports an unknown digest and an invalid one', async () => {
    const unknown = Digest.of(uniqueBytes(3));
    await why(settings, `${unknown}`, print);
    expect(lines).toEqual([`no repository has ${unknown}`]);
    expect(() => why(settings, 'latest', print)).toThrow(PlainFailure);
  });
});

describe('berth verify', () => {
  async function damage(file: string): Promise<void> {
    const handle = await open(file, 'r+');
    const { mtime } = await handle.stat();
    await handle.write(Buffer.from('?'), 0, 1, 0);
    // Changes bytes as a failing disk does: the file system does not notice.
    await handle.utimes(mtime, mtime);
    await handle.close();
  }

  it('finds bytes that changed without a write and moves every name of them aside; a push repairs them', async () => {
    const layer = uniqueBytes(500);
    const image = await pushImage(storage, HOME, { layers: [layer], tags: ['1.0'] });
    const digest = Digest.of(layer);
    await storage.blobs.link(OTHER, digest, HOME);
    await damage(join(path, 'repositories/team+app/blobs/sha256', digest.hex));
    await expect(verify(settings, false, print)).rejects.toThrow(PlainFailure);
    expect(lines.filter((line) => line.startsWith('damaged: blob')).length).toBe(3);

    lines = [];
    await verify(settings, true, print);
    expect(lines.at(-1)).toMatch(/: [1-3] damaged$/);
    expect(await storage.blobs.stat(HOME, digest)).toBeUndefined();
    expect(await storage.blobs.stat(OTHER, digest)).toBeUndefined();
    expect(await readdir(join(path, 'quarantine'))).not.toEqual([]);
    await pushBlob(storage, HOME, layer);
    expect((await readBlob(storage, HOME, digest))?.equals(layer)).toBe(true);
    lines = [];
    await verify(settings, false, print);
    expect(lines).toEqual([
      expect.stringMatching(/^verified \d+ blobs and manifests, .*: 0 damaged$/),
    ]);
    expect(await storage.manifests.read(HOME, image.digest)).toBeDefined();
  });

  it('finds a damaged manifest', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    await damage(join(path, 'repositories/team+app/manifests/sha256', image.digest.hex));
    await verify(settings, true, print);
    expect(lines[0]).toBe(`damaged, moved aside: manifest ${image.digest} of team/app`);
    expect(await storage.tags.resolve(HOME, tag('1.0'))).toBeUndefined();
  });
});

describe('berth rm', () => {
  it('removes a repository with everything in it, and no other', async () => {
    await pushImage(storage, HOME, { tags: ['1.0', '2.0'] });
    const other = await pushImage(storage, OTHER, { tags: ['1.0'] });
    const removed = await removeNow(settings, 'team/app');
    expect(removedText(removed)).toMatch(/^removed team\/app: 1 manifest, .* freed$/);
    expect(await storage.catalog.has(HOME)).toBe(false);
    expect(await readdir(join(path, 'repositories'))).toEqual(['team+other']);
    expect(await storage.manifests.stat(OTHER, other.digest)).toBeDefined();
  });

  it('reports a missing repository, and an invalid name', async () => {
    const missing = removeNow(settings, 'team/nobody');
    await expect(missing).rejects.toThrow(/^no repository team\/nobody$/);
    await expect(removeNow(settings, 'Not A Name')).rejects.toThrow(PlainFailure);
  });

  it('leaves the blobs of the manifests to a collection that is running', async () => {
    const image = await pushImage(storage, HOME, { tags: ['1.0'] });
    await withCollectorLease(storage, 0, async () => {
      expect(removedText(await removeNow(settings, HOME))).toBe(
        'removed team/app: 1 manifest; its blobs are freed by the collection after the one that runs now',
      );
    });
    expect(await storage.manifests.stat(HOME, image.digest)).toBeUndefined();
  });
});

describe('the commands', () => {
  it('cannot access the memory storage of another process', () => {
    const memory = loadSettings({ REGISTRY_STORAGE_DRIVER: 'memory' });
    return expect(collectNow(memory, true, print)).rejects.toThrow(
      /^REGISTRY_STORAGE_DRIVER is memory/,
    );
  });
});

function asEnvironment({ storage, gc }: Settings): Record<string, string> {
  return { REGISTRY_STORAGE_PATH: storage.path, REGISTRY_GC_GRACE: `${gc.graceMs}ms` };
}
