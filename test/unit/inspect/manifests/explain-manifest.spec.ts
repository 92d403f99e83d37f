import { beforeEach, describe, expect, it } from '@jest/globals';

import { type Digest } from '../../../../src/domain/digest.js';
import {
  ManifestExplainer,
  type ExplainedManifest,
} from '../../../../src/inspect/manifests/explain-manifest.js';
import {
  buildManifest,
  describeBytes,
  publish,
  pushBlob,
  repo,
} from '../../../../src/storage/contract/fixtures.js';
import { createMemoryStorage } from '../../../../src/storage/memory/memory-storage.js';
import { type Storage } from '../../../../src/storage/ports/storage.js';
import { artifact, image, index } from '../../../../src/testing/builders.js';
import { blob, layer } from '../../../../src/testing/layer.js';
import { pushed } from '../pushed-content.js';

const HOME = repo('team/app');
const OTHER = repo('team/other');
const OCI = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

const sizeOf = (all: readonly { readonly size: number }[]) =>
  all.reduce((sum, { size }) => sum + size, 0);

describe('an explained manifest', () => {
  let storage: Storage;
  let explainer: ManifestExplainer;
  beforeEach(() => {
    storage = createMemoryStorage({ maxBytes: 100_000_000 });
    explainer = new ManifestExplainer(storage);
  });

  async function explained(digest: Digest, repository = HOME): Promise<ExplainedManifest> {
    const found = await explainer.explain(repository, digest);
    if (found === undefined) throw new Error(`${digest} does not exist`);
    return found;
  }

  /** Pushes an image with this config and these layers. */
  async function pushedImage(
    config: object | Buffer,
    layers: readonly Buffer[],
    types: { config?: string; manifest?: string } = {},
  ): Promise<Digest> {
    const bytes = Buffer.isBuffer(config) ? config : Buffer.from(JSON.stringify(config));
    for (const content of [bytes, ...layers]) await pushBlob(storage, HOME, content);
    const manifest = buildManifest({
      schemaVersion: 2,
      mediaType: types.manifest ?? OCI,
      config: describeBytes(bytes, types.config ?? CONFIG),
      layers: layers.map((content) => describeBytes(content, LAYER)),
    });
    return publish(storage, HOME, manifest.bytes);
  }

  it('has the config of an image, and its layers with the commands that made them', async () => {
    const digest = await pushedImage(
      {
        created: '2026-01-02T03:04:05Z',
        os: 'linux',
        architecture: 'arm64',
        variant: 'v8',
        config: {
          User: 'app',
          WorkingDir: '/srv',
          Env: ['PATH=/bin', 'A=1'],
          Entrypoint: ['/app'],
          Cmd: ['--help'],
          ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
          Labels: { 'org.example.owner': 'team' },
        },
        history: [
          { created_by: 'COPY base /', created: '2026-01-01T00:00:00Z' },
          { created_by: 'ENV A=1', empty_layer: true },
          { created_by: 'RUN build' },
        ],
      },
      [Buffer.from('base'), Buffer.from('built')],
    );

    const found = await explained(digest);

    expect(found).toMatchObject({ kind: 'image', purpose: 'image', format: 'oci', digest });
    expect(found.layers.map(({ command, size }) => [command, size])).toEqual([
      ['COPY base /', 4],
      ['RUN build', 5],
    ]);
    expect(found.layers[0]?.created).toBe('2026-01-01T00:00:00Z');
    expect(found.config?.image).toMatchObject({
      created: '2026-01-02T03:04:05Z',
      os: 'linux',
      architecture: 'arm64',
      variant: 'v8',
      user: 'app',
      workingDirectory: '/srv',
      env: ['PATH=/bin', 'A=1'],
      entrypoint: ['/app'],
      cmd: ['--help'],
      exposedPorts: ['53/udp', '8080/tcp'],
      labels: { 'org.example.owner': 'team' },
    });
    expect(found.totalSize).toBe(found.size + (found.config?.size ?? 0) + 9);
  });

  it('leaves the commands out if the history does not describe the layers', async () => {
    const digest = await pushedImage({ history: [{ created_by: 'RUN one' }] }, [
      Buffer.from('a'),
      Buffer.from('b'),
    ]);

    expect((await explained(digest)).layers.map(({ command }) => command)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('counts a layer once that an image has twice', async () => {
    const found = await explained(
      await pushedImage({}, [Buffer.from('same'), Buffer.from('same')]),
    );

    expect(found.totalSize).toBe(found.size + (found.config?.size ?? 0) + 4);
  });

  it('survives a config with fields of wrong types', async () => {
    const config = { os: 5, config: { Env: 'A=1', Labels: [1], Cmd: [1, 'b'] }, history: [null] };

    expect((await explained(await pushedImage(config, []))).config?.image).toEqual({
      env: [],
      entrypoint: [],
      cmd: ['b'],
      exposedPorts: [],
      volumes: [],
      labels: {},
      history: [],
    });
  });

  it.each<[string, Buffer, string]>([
    ['not JSON', Buffer.from('{'), 'invalid'],
    ['larger than 4 MiB', Buffer.alloc(4 * 1024 ** 2 + 1, ' '), 'too-large'],
  ])('says that a config is %s', async (_, config, problem) => {
    expect((await explained(await pushedImage(config, []))).config).toMatchObject({ problem });
  });

  it('lists the images of an index with platforms and total sizes, and counts shared layers once', async () => {
    const shared = layer({ base: 'base' });
    const [amd, arm] = (['amd64', 'arm64'] as const).map((architecture) =>
      image({
        layers: [shared, layer({ name: architecture })],
        platform: { os: 'linux', architecture },
      }),
    );
    if (amd === undefined || arm === undefined) throw new Error('two images were built');
    const both = index([amd, arm]);

    const found = await explained(await pushed(storage, HOME, both));

    const whole = [amd, arm].map((one) => sizeOf([one.descriptor, one.config, ...one.layers]));
    expect(found).toMatchObject({ kind: 'index', purpose: 'index', layers: [] });
    expect(
      found.entries.map(({ platform, totalSize }) => [platform?.architecture, totalSize]),
    ).toEqual([
      ['amd64', whole[0]],
      ['arm64', whole[1]],
    ]);
    expect(found.totalSize).toBe(
      found.size + sizeOf(whole.map((size) => ({ size }))) - shared.size,
    );
  });

  it('names an entry without size that the repository does not have', async () => {
    const absent = image({ layers: [] });
    const bytes = index([absent]).bytes;

    const found = await explained(await publish(storage, HOME, bytes, { sparse: 'all' }));

    expect(found.entries).toHaveLength(1);
    expect(found.entries[0]?.totalSize).toBeUndefined();
  });

  it('explains an index with an entry that is too large to be read', async () => {
    const large = index([], { annotations: { long: 'a'.repeat(4 * 1024 ** 2) } });
    const outer = index([large]);

    const found = await explained(await pushed(storage, HOME, outer));

    expect(found.entries).toHaveLength(1);
    expect(found.entries[0]?.totalSize).toBeUndefined();
  });

  it('names the attestations of BuildKit, and the image that each describes', async () => {
    const { descriptor } = image({ layers: [] });
    const list = buildManifest({
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [
        { ...descriptor, platform: { os: 'linux', architecture: 'amd64' } },
        {
          ...describeBytes(Buffer.from('x'), OCI),
          platform: { os: 'unknown', architecture: 'unknown' },
          annotations: {
            'vnd.docker.reference.type': 'attestation-manifest',
            'vnd.docker.reference.digest': descriptor.digest,
          },
        },
      ],
    });

    const found = await explained(await publish(storage, HOME, list.bytes, { sparse: 'all' }));

    expect(found.entries[0]).toMatchObject({ platform: { os: 'linux', architecture: 'amd64' } });
    expect(found.entries[1]).toMatchObject({
      purpose: 'attestation',
      describes: descriptor.digest,
    });
    expect(found.entries[1]?.platform).toBeUndefined();
  });

  it.each<[string, { type?: string; config?: string; layers?: string[] }]>([
    ['signature', { layers: ['application/vnd.dev.cosign.simplesigning.v1+json'], config: CONFIG }],
    ['signature', { type: 'application/vnd.dev.sigstore.bundle.v0.3+json' }],
    ['signature', { type: 'application/vnd.cncf.notary.signature' }],
    ['attestation', { layers: ['application/vnd.in-toto+json'], config: CONFIG }],
    ['attestation', { layers: ['application/vnd.dsse.envelope.v1+json'], config: CONFIG }],
    ['sbom', { type: 'application/spdx+json' }],
    ['sbom', { layers: ['application/vnd.cyclonedx+json'], config: CONFIG }],
    ['helm-chart', { config: 'application/vnd.cncf.helm.config.v1+json' }],
    ['build-cache', { config: 'application/vnd.buildkit.cacheconfig.v0' }],
    ['artifact', { type: 'application/vnd.example.thing' }],
    ['artifact', { config: 'application/vnd.unknown.config.v1+json', layers: ['text/plain'] }],
  ])('is called %s for %j', async (purpose, { type, config, layers = [] }) => {
    const manifest = buildManifest({
      schemaVersion: 2,
      mediaType: OCI,
      ...(type !== undefined && { artifactType: type }),
      config: describeBytes(Buffer.from('{}'), config ?? 'application/vnd.oci.empty.v1+json'),
      layers: layers.map((mediaType) => describeBytes(Buffer.from('a'), mediaType)),
    });

    const digest = await publish(storage, HOME, manifest.bytes, { sparse: 'all' });

    expect((await explained(digest)).purpose).toBe(purpose);
  });

  it('has the subject, the type, the annotations and the titles of an artifact', async () => {
    const subject = image({ layers: [] });
    const signed = artifact({
      type: 'application/vnd.example.notes',
      subject: subject.descriptor,
      files: { 'notes.txt': 'text' },
      annotations: { by: 'alice' },
    });

    const found = await explained(await pushed(storage, HOME, signed));

    expect(found).toMatchObject({
      artifactType: 'application/vnd.example.notes',
      annotations: { by: 'alice' },
      layers: [{ title: 'notes.txt' }],
    });
    expect(found.subject?.digest.toString()).toBe(subject.descriptor.digest);
  });

  it('knows the formats of Docker', async () => {
    const digest = await pushedImage({ os: 'linux' }, [Buffer.from('a')], {
      manifest: 'application/vnd.docker.distribution.manifest.v2+json',
      config: 'application/vnd.docker.container.image.v1+json',
    });

    expect(await explained(digest)).toMatchObject({ format: 'docker', purpose: 'image' });
  });

  it('is undefined in a repository without the manifest, and shows no config of another repository', async () => {
    const config = Buffer.from('{"author":"secret"}');
    const digest = await pushedImage(config, []);
    await explained(digest);
    expect(await explainer.explain(OTHER, digest)).toBeUndefined();

    const stored = await storage.manifests.read(HOME, digest);
    await publish(storage, OTHER, stored?.bytes ?? Buffer.alloc(0), { sparse: 'all' });

    expect((await explained(digest, OTHER)).config).toMatchObject({ problem: 'missing' });
  });

  it('reads a manifest and its config once', async () => {
    const digest = await pushedImage({ os: 'linux' }, []);
    await explained(digest);
    const refuse = () => Promise.reject(new Error('it is cached'));
    Object.assign(storage.manifests, { read: refuse });
    Object.assign(storage.blobs, { open: refuse });

    expect((await explained(digest)).config?.image?.os).toBe('linux');
  });

  it('refuses a manifest of more than 4 MiB', async () => {
    const annotations = { long: 'a'.repeat(4 * 1024 ** 2) };
    const { bytes } = index([image({ layers: [] })], { annotations });
    const digest = await publish(storage, HOME, bytes, { sparse: 'all' });

    await expect(explainer.explain(HOME, digest)).rejects.toMatchObject({
      kind: 'manifest-too-large',
    });
  });

  it('is bounded for an index that lists thousands of manifests', async () => {
    const { bytes, descriptor } = image({ layers: [blob('a')] });
    await publish(storage, HOME, bytes, { sparse: 'all' });
    const entries = Array.from({ length: 3_000 }, () => descriptor);
    const list = buildManifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: entries });
    const digest = await publish(storage, HOME, list.bytes, { sparse: 'all' });

    const found = await explained(digest);

    expect(found.entries).toHaveLength(3_000);
    expect(found.entries.filter(({ totalSize }) => totalSize !== undefined)).toHaveLength(500);
  });
});
