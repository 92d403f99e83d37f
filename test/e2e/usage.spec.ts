import { expect, it } from '@jest/globals';

import { collect, repo, tag } from '../../src/storage/contract/fixtures.js';
import { type Usage } from '../../src/storage/ports/usage-store.js';
import { describeRegistry } from '../support/registry.js';

describeRegistry('the usage of a manifest', (registry) => {
  async function usageOf(repository: string, digest: unknown): Promise<Usage | undefined> {
    await registry().writeUsage();
    return (await registry().storage.usage.of(repo(repository))).get(String(digest));
  }

  it('has the pulls of a manifest by its tag and by its digest', async () => {
    const repository = registry().newRepository();
    const { digest } = await registry().pushImage(repository, '1.0');
    const before = Date.now();

    for (const reference of ['1.0', digest, '1.0']) {
      await registry().http.get(`/v2/${repository}/manifests/${reference}`).expect(200);
    }

    const usage = await usageOf(repository, digest);
    expect(usage?.pulls).toBe(3);
    expect(usage?.lastPulledAt).toBeGreaterThanOrEqual(before);
  });

  it('does not change by anything but a pull', async () => {
    const repository = registry().newRepository();
    const { digest, bytes, layers } = await registry().pushImage(repository, '1.0');
    const base = `/v2/${repository}`;
    const { http, storage } = registry();

    await http.head(`${base}/manifests/1.0`).expect(200);
    await http.get(`${base}/manifests/1.0`).set('If-None-Match', `"${digest}"`).expect(304);
    await http.get(`${base}/manifests/2.0`).expect(404);
    await http.get(`${base}/tags/list`).expect(200);
    await http.get(`${base}/referrers/${digest}`).expect(200);
    await http.get('/v2/_catalog').expect(200);
    await http.get('/health').expect(200);
    for (const blob of layers) await registry().pushBlob(repository, blob);
    await registry().putManifest(repository, '1.0', bytes).expect(201);
    const rules = { graceMs: 0, keepUntagged: true, uploadTtlMs: 1 };
    if (storage.collector !== undefined) await collect(storage.collector.collect(rules));
    if (storage.verifier !== undefined) await collect(storage.verifier.verify());
    // As a backup, the seed and other parts of the registry read.
    await storage.manifests.read(repo(repository), digest);
    await storage.tags.resolve(repo(repository), tag('1.0'));

    expect(await usageOf(repository, digest)).toBeUndefined();
  });
});
