import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  uniqueBytes,
} from '../../../src/storage/contract/fixtures.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { pull } from '../../support/mirror/pulling.js';
import { samplesOf } from '../../support/metrics.js';
import { asBytes, TestRegistry } from '../../support/registry.js';
import { MirrorsFile } from '../../support/mirrors.js';

const ALPINE = '/v2/docker.io/library/alpine';

describe.each(['filesystem', 'memory'])('a pull through a mirror (%s)', (driver) => {
  let mirror: MirrorOfHub;
  beforeAll(async () => {
    mirror = await MirrorOfHub.start({ environment: { REGISTRY_STORAGE_DRIVER: driver } });
  });
  afterEach(() => mirror.hub.forgetRequests());
  afterAll(() => mirror.stop());

  it('costs one pull of the upstream for each manifest, however often clients pull', async () => {
    const layer = uniqueBytes(300_000);
    const image = buildImage([layer]);
    const index = buildIndex([image.descriptor]);
    const { hub, registry } = mirror;
    hub.content.add('library/alpine', image);
    hub.content.add('library/alpine', index, '3');

    for (let times = 0; times < 50; times++) {
      await registry.http.head(`${ALPINE}/manifests/3`).expect(200);
      const found = await registry.http.get(`${ALPINE}/manifests/3`).parse(asBytes).expect(200);
      const child = await registry.http
        .get(`${ALPINE}/manifests/${image.digest}`)
        .parse(asBytes)
        .expect(200);
      expect(found.body).toEqual(index.bytes);
      expect(found.headers['docker-content-digest']).toBe(`${index.digest}`);
      expect(child.body).toEqual(image.bytes);
      for (const blob of [layer, image.config]) {
        const { body, isWhole } = await pull(registry, `${ALPINE}/blobs/${Digest.of(blob)}`);
        expect([isWhole, `${Digest.of(body)}`]).toEqual([true, `${Digest.of(blob)}`]);
      }
    }

    expect(hub.pulls).toBe(2);
    const heads = hub
      .requests('registry')
      .filter(({ method, status }) => method === 'HEAD' && status === 200);
    expect(heads).toHaveLength(1);
    expect(hub.requests('cdn')).toHaveLength(2);
    expect(hub.requests('cdn').map(({ authorization }) => authorization)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('by digest asks the upstream nothing once the image is stored', async () => {
    const { hub, registry } = mirror;
    const image = buildImage([uniqueBytes(100)]);
    hub.content.add('library/busybox', image, '1');
    const path = `/v2/docker.io/library/busybox/manifests/${image.digest}`;
    await registry.http.get(path).expect(200);
    hub.forgetRequests();

    for (let times = 0; times < 5; times++) await registry.http.get(path).expect(200);

    expect(hub.requests('registry')).toEqual([]);
  });

  it('by any name of the image gives the same content, of which there is one copy', async () => {
    const { hub, registry } = mirror;
    const image = buildImage([uniqueBytes(100)]);
    hub.content.add('library/nginx', image, '1');

    for (const path of [
      '/v2/docker.io/library/nginx/manifests/1',
      '/v2/docker.io/nginx/manifests/1',
      '/v2/library/nginx/manifests/1?ns=docker.io',
      '/docker.io/v2/library/nginx/manifests/1',
    ]) {
      const { headers } = await registry.http.get(path).expect(200);
      expect(headers['docker-content-digest']).toBe(`${image.digest}`);
    }

    expect(hub.pulls).toBe(1);
    const catalog = await registry.http.get('/v2/_catalog').expect(200);
    expect(catalog.body).toMatchObject({
      repositories: expect.arrayContaining(['docker.io/library/nginx']),
    });
  });

  it('lists the tags of the upstream, and says which repositories do not exist', async () => {
    const { hub, registry } = mirror;
    for (const name of ['1', '2', '3']) hub.content.add('library/redis', buildImage(), name);

    const list = await registry.http.get('/v2/docker.io/library/redis/tags/list?n=2').expect(200);
    const unknown = await registry.http.get('/v2/docker.io/library/unknown/tags/list').expect(404);

    expect(list.body).toEqual({ name: 'docker.io/library/redis', tags: ['1', '2'] });
    expect(list.headers['link']).toContain('/v2/docker.io/library/redis/tags/list?n=2&last=2');
    expect(unknown.body).toMatchObject({ errors: [{ code: 'NAME_UNKNOWN' }] });
  });

  it('finds the referrers of the upstream, and those that are stored while it is gone', async () => {
    const { hub, registry } = mirror;
    const image = buildImage([uniqueBytes(100)]);
    const signature = buildArtifact(image.descriptor, { artifactType: 'application/x.signature' });
    hub.content.add('library/signed', image, '1');
    hub.content.add('library/signed', signature);
    const path = `/v2/docker.io/library/signed`;
    const referrers = async () => {
      const response = await registry.http.get(`${path}/referrers/${image.digest}`).expect(200);
      return (response.body as { manifests: { digest: string }[] }).manifests.map(
        ({ digest }) => digest,
      );
    };

    expect(await referrers()).toEqual([`${signature.digest}`]);
    await registry.http.get(`${path}/manifests/${signature.digest}`).expect(200);
    await mirror.change(', offline: true');
    hub.forgetRequests();
    expect(await referrers()).toEqual([`${signature.digest}`]);
    expect(hub.requests('registry')).toEqual([]);
    await mirror.change('');
  });

  it('is counted, and its line in the log says how it was answered', async () => {
    const { hub, registry, metrics, log } = mirror;
    hub.content.add('library/counted', buildImage([uniqueBytes(100)]), '1');
    const path = '/v2/docker.io/library/counted/manifests/1';
    const before = samplesOf(await metrics.text());
    await registry.http.get(path).expect(200);
    await registry.http.get(path).expect(200);

    const samples = samplesOf(await metrics.text());
    const count = (kind: string, result: string) => {
      const name = `berth_mirror_requests_total{mirror="docker.io",kind="${kind}",result="${result}"}`;
      return (samples.get(name) ?? 0) - (before.get(name) ?? 0);
    };
    // A manifest by its tag is one request.
    expect([count('tag', 'fetched'), count('tag', 'hit')]).toEqual([1, 1]);
    expect([count('tag', 'confirmed'), count('manifest', 'fetched')]).toEqual([0, 0]);
    expect([...samples.keys()].join()).toContain('berth_mirror_upstream_requests_total');
    expect(log.text).toContain('mirror=docker.io/fetched');
  });
});

describe('a registry without a mirrors file', () => {
  it('does not know the names of other registries', async () => {
    const registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });

    await registry.http.get(`${ALPINE}/manifests/3`).expect(404);
    await registry.http.get(`${ALPINE}/tags/list`).expect(404);

    await registry.stop();
  });
});

describe('the mirror of a registry like this one', () => {
  it('serves all that is pushed there, and follows its tags when they are not fresh any more', async () => {
    const upstream = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory' });
    const file = await MirrorsFile.write(
      `mirrors: [{ name: lab.example, url: 'http://127.0.0.1:${upstream.port}', addresses: private, fresh: 0s, missing: 0s }]\n`,
    );
    const registry = await TestRegistry.start({
      REGISTRY_STORAGE_DRIVER: 'memory',
      ...file.environment,
    });
    const pulledDigest = async () => {
      const { headers } = await registry.http.get('/v2/lab.example/team/app/manifests/1.0');
      return headers['docker-content-digest'];
    };

    expect(await pulledDigest()).toBeUndefined();
    const first = await upstream.pushImage('team/app', '1.0');
    expect(await pulledDigest()).toBe(`${first.digest}`);
    const second = await upstream.pushImage('team/app', '1.0');
    expect(await pulledDigest()).toBe(`${second.digest}`);
    await registry.http
      .put(`/v2/lab.example/team/app/manifests/2.0`)
      .set('Content-Type', 'application/vnd.oci.image.manifest.v1+json')
      .send('{}')
      .expect(403);
    await registry.pushImage('team/app', '1.0');
    expect(await pulledDigest()).toBe(`${second.digest}`);

    await registry.stop();
    await upstream.stop();
    await file.remove();
  });
});
