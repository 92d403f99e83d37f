import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import {
  buildImage,
  buildIndex,
  buildManifest,
  CONFIG_TYPE,
  describeBytes,
  LAYER_TYPE,
  uniqueBytes,
  type BuiltImage,
  type BuiltManifest,
} from '../../../src/storage/contract/fixtures.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { Bench } from '../clients/bench.js';
import { Distribution } from './distribution.js';

const DOCKER = 'application/vnd.docker.distribution.manifest';
const DOCKER_IMAGE = 'application/vnd.docker.container.image.v1+json';
const DOCKER_LAYER = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = Buffer.from('{}');

const KINDS = ['oci-index', 'docker-list', 'schema-2', 'artifact', 'sha512'] as const;

let distribution: Distribution;
let bench: Bench;

beforeAll(async () => {
  distribution = await Distribution.start();
  const mirror = `{ name: other, url: '${distribution.url}', addresses: private }`;
  const file = await MirrorsFile.write(`mirrors: [${mirror}]\n`);
  bench = await Bench.start({ settings: file.environment });
  bench.beforeStop(async () => {
    await distribution.stop();
    await file.remove();
  });
  await addAll();
});
afterAll(() => bench.stop());

async function addImage(repository: string, reference: string, image: BuiltImage): Promise<void> {
  for (const blob of [image.config, ...image.layers]) await distribution.addBlob(repository, blob);
  await distribution.addManifest(repository, reference, image);
}

function schema2(): BuiltImage {
  const config = Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux' }));
  const layers = [uniqueBytes(70_000)];
  const manifest = buildManifest({
    schemaVersion: 2,
    mediaType: `${DOCKER}.v2+json`,
    config: describeBytes(config, DOCKER_IMAGE),
    layers: layers.map((layer) => describeBytes(layer, DOCKER_LAYER)),
  });
  return { ...manifest, config, layers };
}

function dockerList(images: readonly BuiltManifest[]): BuiltManifest {
  const manifests = images.map(({ descriptor }, at) => ({
    ...descriptor,
    platform: { os: 'linux', architecture: ['amd64', 'arm64'][at] },
  }));
  return buildManifest({ schemaVersion: 2, mediaType: `${DOCKER}.list.v2+json`, manifests });
}

function artifact(): BuiltImage {
  const layers = [uniqueBytes(1_000)];
  const manifest = buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    artifactType: 'application/vnd.example.report',
    config: describeBytes(EMPTY, 'application/vnd.oci.empty.v1+json'),
    layers: layers.map((layer) => describeBytes(layer, 'text/plain')),
  });
  return { ...manifest, config: EMPTY, layers };
}

/** An image whose layer is named by sha512. */
function withSha512(layer: Buffer, config: Buffer): BuiltManifest {
  const digest = `${Digest.of(layer, 'sha512')}`;
  return buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: describeBytes(config, CONFIG_TYPE),
    layers: [{ ...describeBytes(layer, LAYER_TYPE), digest }],
  });
}

/** Fills the upstream with one image or index of each kind. */
async function addAll(): Promise<void> {
  const images = [buildImage(), buildImage()];
  for (const image of images) await addImage('app/oci-index', `${image.digest}`, image);
  await distribution.addManifest(
    'app/oci-index',
    '1',
    buildIndex(images.map(({ descriptor }) => descriptor)),
  );

  const dockerImages = [schema2(), schema2()];
  for (const image of dockerImages) await addImage('app/docker-list', `${image.digest}`, image);
  await distribution.addManifest('app/docker-list', '1', dockerList(dockerImages));

  await addImage('app/schema-2', '1', schema2());
  await addImage('app/artifact', '1', artifact());

  const [layer, config] = [uniqueBytes(1_000), Buffer.from('{"architecture":"amd64"}')];
  await distribution.addBlob('app/sha512', layer, 'sha512');
  await distribution.addBlob('app/sha512', config);
  await distribution.addManifest('app/sha512', '1', withSha512(layer, config));
}

interface Named {
  readonly digest: string;
}

/** Reads an image or an index with all that it names. Returns what was asked for, with the digest of what came. */
async function readAll(repository: string, reference: string): Promise<[string, string][]> {
  const bytes = await read(`${repository}/manifests/${reference}`);
  const { config, layers, manifests } = JSON.parse(bytes.toString()) as {
    readonly config?: Named;
    readonly layers?: readonly Named[];
    readonly manifests?: readonly Named[];
  };
  const found: [string, string][] = [[reference, `${Digest.of(bytes)}`]];
  for (const { digest } of manifests ?? []) found.push(...(await readAll(repository, digest)));
  for (const { digest } of [...(config ? [config] : []), ...(layers ?? [])]) {
    const blob = await read(`${repository}/blobs/${digest}`);
    found.push([digest, `${Digest.of(blob)}`]);
  }
  return found;
}

const ACCEPT = [
  ...['application/vnd.oci.image.index.v1+json', OCI_IMAGE],
  ...[`${DOCKER}.list.v2+json`, `${DOCKER}.v2+json`],
].join(', ');

async function read(url: string): Promise<Buffer> {
  const response = await fetch(url, { headers: { accept: ACCEPT } });
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok) throw new Error(`GET ${url}: ${response.status} ${bytes.toString()}`);
  return bytes;
}

describe.each(KINDS)('an image of distribution (%s)', (kind) => {
  it('has the same digest through Berth, as crane reports it', async () => {
    const upstream = `${new URL(distribution.url).host}/app/${kind}:1`;
    const expected = await bench.run('crane', ['digest', upstream]);

    const through = `${bench.host}/other/app/${kind}:1`;
    expect(await bench.run('crane', ['digest', through])).toBe(expected);
    expect(await bench.run('crane', ['manifest', through])).toBe(
      await bench.run('crane', ['manifest', upstream]),
    );
  });

  it('has the same bytes through Berth, with all that it names', async () => {
    const expected = await readAll(`${distribution.url}/v2/app/${kind}`, '1');
    expect(expected.length).toBeGreaterThan(2);

    expect(await readAll(`http://${bench.host}/v2/other/app/${kind}`, '1')).toEqual(expected);
  });
});
