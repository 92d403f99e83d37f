import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { basic, GuardedRegistry } from '../../support/access.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';

const RULES = `
groups: { team: [alice] }
rules:
  - { repositories: ['docker.io/**'], who: [alice, bob], can: [pull] }
  - { repositories: ['docker.io/library/**', 'team/**'], who: [carol], can: [pull, push, delete] }
`;

describe('the rights of clients of a mirror', () => {
  let hub: FakeHub;
  let file: MirrorsFile;
  let guarded: GuardedRegistry;
  let layer: Buffer;
  let image: BuiltImage;
  beforeAll(async () => {
    hub = await FakeHub.start();
    layer = uniqueBytes(1_000);
    image = buildImage([layer]);
    for (const name of ['acme/app', 'acme/other', 'library/alpine'])
      hub.content.add(name, image, '1');
    file = await MirrorsFile.write(
      `mirrors: [{ name: docker.io, url: '${hub.url}', addresses: private, fetch: [group:team] }]\n`,
    );
    guarded = await GuardedRegistry.start(['alice', 'bob', 'carol'], RULES, file.environment);
  });
  afterEach(() => hub.forgetRequests());
  afterAll(async () => {
    await guarded.stop();
    await hub.stop();
    await file.remove();
  });

  const get = (path: string, name: string) =>
    guarded.registry.http.get(`/v2/${path}`).set('Authorization', basic(name));

  it('let those of fetch cause a fetch, and others have what is stored', async () => {
    const tagged = 'docker.io/acme/app/manifests/1';
    const blob = `docker.io/acme/app/blobs/${Digest.of(layer)}`;

    await get(tagged, 'bob').expect(404);
    await get(blob, 'bob').expect(404);
    expect(hub.requests('registry')).toEqual([]);
    await get(tagged, 'alice').expect(200);
    await get(blob, 'alice').expect(200);
    hub.forgetRequests();

    await get(tagged, 'bob').expect(200);
    await get(blob, 'bob').expect(200);
    await get('docker.io/acme/app/manifests/2', 'bob').expect(404);
    await get('docker.io/acme/app/tags/list', 'bob').expect(200);
    expect(hub.requests('registry')).toEqual([]);
  });

  it('hide from those who may not pull whether something is stored, or exists at all', async () => {
    await get('docker.io/acme/other/manifests/1', 'alice').expect(200);
    hub.forgetRequests();

    const answers = await Promise.all(
      ['acme/other', 'acme/app', 'acme/none'].map((name) =>
        get(`docker.io/${name}/manifests/1`, 'carol').expect(403),
      ),
    );

    const texts = answers.map(({ text }) => text.replace(/acme\/\w+/g, 'acme/NAME'));
    expect(new Set(texts).size).toBe(1);
    expect(hub.requests('registry')).toEqual([]);
  });

  it('do not let anybody mount content of a repository that he may not pull', async () => {
    const digest = Digest.of(layer);
    await get(`docker.io/acme/app/blobs/${digest}`, 'alice').expect(200);

    for (const from of ['&from=docker.io/acme/app', '']) {
      await guarded.registry.http
        .post(`/v2/team/app/blobs/uploads/?mount=${digest}${from}`)
        .set('Authorization', basic('carol'))
        .expect(202);
    }
    // Nor is a blob of another repository of the mirror taken for one of this one, which carol may pull.
    await get(`docker.io/library/alpine/blobs/${digest}`, 'carol').expect(404);
    expect(hub.requests('registry')).toEqual([]);
  });

  it('let those who may delete forget what is stored', async () => {
    const path = 'docker.io/library/alpine/manifests/1';
    const allowed = await GuardedRegistry.start(['alice', 'carol'], RULES, file.environment);
    const ask = (name: string, method: 'get' | 'delete' = 'get') =>
      allowed.registry.http[method](`/v2/${path}`).set('Authorization', basic(name));

    await ask('alice').expect(200);
    await ask('carol').expect(200);
    await ask('carol', 'delete').expect(202);
    await ask('carol').expect(404);
    await ask('alice').expect(200);

    expect(hub.pulls).toBe(1);
    await allowed.stop();
  });
});
