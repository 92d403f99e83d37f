import { afterEach, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { RegistryError } from '../../../src/domain/errors.js';
import {
  buildImage,
  buildIndex,
  repo,
  uniqueBytes,
  type BuiltImage,
} from '../../../src/storage/contract/fixtures.js';
import { ApiClient } from '../../support/api.js';
import { MirrorOfHub } from '../../support/mirror/mirror-of-hub.js';
import { pull } from '../../support/mirror/pulling.js';
import { until } from '../../support/until.js';

const MULTI = 'docker.io/library/multi';
const PLATFORMS = ['amd64', 'arm64', 's390x'] as const;

/** An image index of the upstream, with an image for each platform. */
interface Multi {
  readonly index: Digest;
  readonly images: Readonly<Record<string, BuiltImage>>;
}

/** A line of the stream. */
interface Line {
  readonly image?: string;
  readonly digest?: string;
  readonly platform?: string;
  readonly fetchedBytes?: number;
  readonly reason?: string;
  readonly manifests?: number;
  readonly failed?: number;
}

let mirror: MirrorOfHub;
afterEach(() => mirror.stop());

async function start(warm: string, more = ''): Promise<ApiClient> {
  mirror = await MirrorOfHub.start({ keys: `, warm: { ${warm} }${more}` });
  return new ApiClient(mirror.registry);
}

/** Adds an index with an image for each platform, and one of an attestation. */
function pushMulti(name: string): Multi {
  const { content } = mirror.hub;
  const images = PLATFORMS.map((architecture) => {
    const image = buildImage([uniqueBytes(1_000)]);
    content.add('library/multi', image);
    return [architecture, image] as const;
  });
  const attestation = buildImage([uniqueBytes(50)]);
  content.add('library/multi', attestation);
  const entries = [...images, ['unknown', attestation] as const].map(([architecture, image]) => {
    const os = architecture === 'unknown' ? 'unknown' : 'linux';
    return { ...image.descriptor, platform: { os, architecture } };
  });
  const index = buildIndex(entries);
  content.add('library/multi', index, name);
  return { index: index.digest, images: Object.fromEntries(images) };
}

/** Resolves to the lines of a run. */
async function warm(images?: readonly string[]): Promise<Line[]> {
  const { text } = await mirror.registry.http
    .post('/api/v1/mirrors/docker.io/warm')
    .send(images === undefined ? {} : { images })
    .buffer(true)
    .parse((response, done) => {
      let all = '';
      response.on('data', (chunk: Buffer) => (all += chunk.toString()));
      response.on('end', () => done(null, all));
    })
    .expect(200)
    .then(({ body }) => ({ text: String(body) }));
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** Whether a client gets all of an image. */
async function pullsWhole({ digest, bytes, config, layers }: BuiltImage): Promise<boolean> {
  const { registry } = mirror;
  const manifest = await pull(registry, `/v2/${MULTI}/manifests/${digest}`);
  if (!manifest.body.equals(bytes)) return false;
  for (const blob of [config, ...layers]) {
    const pulled = await pull(registry, `/v2/${MULTI}/blobs/${Digest.of(blob)}`);
    if (!pulled.isWhole || !pulled.body.equals(blob)) return false;
  }
  return true;
}

describe('images that are fetched before they are needed', () => {
  it('are served while the upstream is gone, for the listed platforms', async () => {
    await start("images: ['multi:1'], platforms: [linux/amd64, linux/arm64]");
    const { index, images } = pushMulti('1');
    const { amd64, arm64, s390x } = images as Record<(typeof PLATFORMS)[number], BuiltImage>;

    const lines = await warm();
    expect(lines).toEqual([
      { image: 'library/multi:1', digest: `${index}`, fetchedBytes: expect.any(Number) },
      {
        image: 'library/multi:1',
        digest: `${amd64.digest}`,
        platform: 'linux/amd64',
        fetchedBytes: amd64.bytes.length + amd64.config.length + 1_000,
      },
      expect.objectContaining({ digest: `${arm64.digest}`, platform: 'linux/arm64' }),
      { manifests: 3, failed: 0 },
    ]);

    await mirror.hub.stop();
    const tagged = await pull(mirror.registry, `/v2/${MULTI}/manifests/1`);
    expect(tagged.headers['docker-content-digest']).toBe(`${index}`);
    expect(await pullsWhole(amd64)).toBe(true);
    expect(await pullsWhole(arm64)).toBe(true);
    for (let times = 0; times < 2; times++) {
      const third = await pull(mirror.registry, `/v2/${MULTI}/manifests/${s390x.digest}`);
      expect(third.status).toBe(503);
      expect(third.body.toString()).toContain(`${s390x.digest}`);
    }
    await mirror.hub.restart();
  });

  it('have all platforms and attestations if no platforms are listed', async () => {
    await start("images: ['library/multi:1']");
    pushMulti('1');

    expect((await warm()).at(-1)).toEqual({ manifests: 5, failed: 0 });
  });

  it('are not fetched again, and do not count as pulled or as answers to clients', async () => {
    const api = await start("images: ['library/multi:1']");
    const { index } = pushMulti('1');
    await warm();
    const { pulls } = mirror.hub;

    const lines = await warm();

    expect(mirror.hub.pulls).toBe(pulls);
    expect(lines.filter(({ fetchedBytes = 0 }) => fetchedBytes > 0)).toEqual([]);
    await mirror.registry.writeUsage();
    expect((await mirror.registry.storage.usage.of(repo(MULTI))).get(`${index}`)).toBeUndefined();
    const listed = await api.get('mirrors');
    expect(listed.body).toMatchObject({
      mirrors: [{ requests: { hit: 0, fetched: 0, confirmed: 0, missing: 0 } }],
    });
  });

  it('are those of all tags that match, which only the upstream knows', async () => {
    await start("images: ['library/multi:1.*']");
    for (const name of ['1.0', '1.1', '2.0']) pushMulti(name);

    const lines = await warm();

    const names = new Set(lines.map(({ image }) => image));
    expect([...names]).toEqual(['library/multi:1.0', 'library/multi:1.1', undefined]);
  });

  it('fail one by one, with the reason', async () => {
    const api = await start(
      "images: ['library/gone:1', 'secret/app:1', 'library/multi:9.*', 'library/multi:1']",
      ", allow: ['library/*']",
    );
    pushMulti('1');

    const lines = await warm();

    expect(lines.slice(0, 3)).toEqual([
      { image: 'library/gone:1', reason: expect.stringContaining('does not have the tag') },
      { image: 'secret/app:1', reason: 'the mirror docker.io does not allow this repository' },
      { image: 'library/multi:9.*', reason: 'no tag of library/multi matches' },
    ]);
    expect(lines.at(-1)).toEqual({ manifests: 5, failed: 3 });
    const listed = await api.get('mirrors');
    expect(listed.body).toMatchObject({
      mirrors: [
        {
          warm: {
            everySeconds: 0,
            platforms: [],
            last: { manifests: 5, failed: lines.slice(0, 3) },
          },
        },
      ],
    });
  });

  it('fail if their manifests cannot be stored', async () => {
    await start("images: ['library/multi:1']");
    pushMulti('1');
    const { manifests } = mirror.registry.storage;
    manifests.publish = () =>
      Promise.reject(new RegistryError('storage-full', 'the storage takes no more data'));

    expect(await warm()).toEqual([
      { image: 'library/multi:1', reason: expect.stringContaining('was not stored') },
      { manifests: 0, failed: 1 },
    ]);
  });

  it('can be others than those of the mirrors file', async () => {
    const api = await start("images: ['library/none:1'], platforms: [linux/amd64]");
    pushMulti('1');

    expect((await warm(['multi:1'])).at(-1)).toEqual({ manifests: 2, failed: 0 });
    const path = 'mirrors/docker.io/warm';
    expect(await api.send('post', path, { images: ['library/*:1'] })).toMatchObject({
      status: 400,
      body: { code: 'request-malformed', detail: expect.stringContaining('library/*:1') },
    });
    expect((await api.send('post', path, { images: 'x' })).status).toBe(400);
  });

  it('are fetched soon after the start and by the schedule, and not while the mirror is offline', async () => {
    await start("every: 6h, images: ['library/multi:1']");
    const { index } = pushMulti('1');

    const isStored = async (): Promise<boolean> =>
      (await mirror.registry.storage.manifests.stat(repo(MULTI), index)) !== undefined;
    await until(isStored);
    await until(async () => {
      const listed = await new ApiClient(mirror.registry).get('mirrors');
      const [shown] = (listed.body as { mirrors: { warm: { last?: { endedAt?: string } } }[] })
        .mirrors;
      return shown?.warm.last?.endedAt !== undefined;
    });
    await mirror.restart();
    await mirror.change(", warm: { images: ['library/multi:1'] }, offline: true");
    const refused = await new ApiClient(mirror.registry).send('post', 'mirrors/docker.io/warm');
    expect(refused).toMatchObject({ status: 409, body: { code: 'mirror-offline' } });
  });

  it('end with the registry, and leave no other run waiting', async () => {
    const api = await start("images: ['library/multi:1']");
    pushMulti('1');
    mirror.hub.fail('cdn', 'hang-at-half', 1);
    const first = warm().catch(() => []);
    await until(() => mirror.hub.requests('cdn').length > 0);
    expect(await api.send('post', 'mirrors/docker.io/warm')).toMatchObject({
      status: 409,
      body: { code: 'mirror-busy' },
    });

    await mirror.restart();
    await first;
    expect((await warm()).at(-1)).toEqual({
      manifests: 5,
      failed: 0,
    });
  });
});
