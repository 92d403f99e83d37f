import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';

import {
  artifact,
  blob,
  createTestRegistry,
  image,
  index,
  type Content,
  type TestRegistry,
} from '../../../src/exports/testing.js';
import { writeLayout } from '../transfer/archives.js';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await createTestRegistry();
});
beforeEach(() => registry.reset());
afterAll(() => registry.close());

async function get(path: string): Promise<unknown> {
  const response = await fetch(`${registry.url}/v2/${path}`);
  return response.json();
}

describe('push and pull', () => {
  const amd = image({ layers: [{ 'etc/motd': 'hello' }, { b: '2' }], config: { Env: ['A=1'] } });
  const arm = image({ platform: { os: 'linux', architecture: 'arm64' } });

  it.each<[string, Content]>([
    ['an image', amd],
    ['an index with its images', index([amd, arm], { annotations: { a: 'b' } })],
    ['an index of indexes', index([index([amd])])],
    ['an artifact', artifact({ type: 'application/x', files: { a: '1', b: '2' } })],
  ])('return %s unchanged', async (_, content) => {
    expect(await registry.push('team/app:1.0', content)).toEqual(content.descriptor);

    expect(await registry.pull('team/app:1.0')).toEqual(content);
    expect(await registry.pull(`team/app@${content.descriptor.digest}`)).toEqual(content);
    expect(registry.requests).toEqual([]);
  });

  it('makes pushed content available to clients, byte for byte', async () => {
    await registry.push('team/app:1.0', amd);

    const response = await fetch(`${registry.url}/v2/team/app/manifests/1.0`);

    expect(response.headers.get('docker-content-digest')).toBe(amd.descriptor.digest);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(amd.bytes);
  });

  it('pulls what a client has pushed', async () => {
    const bytes = new Uint8Array(amd.bytes);
    for (const { digest, bytes: body } of [amd.config, ...amd.layers]) {
      const url = `${registry.url}/v2/team/app/blobs/uploads/?digest=${digest}`;
      await fetch(url, { method: 'POST', body: new Uint8Array(body) });
    }
    await fetch(`${registry.url}/v2/team/app/manifests/1.0`, { method: 'PUT', body: bytes });

    for (const host of [registry.host, new URL(registry.url).host]) {
      expect(await registry.pull(`${host}/team/app:1.0`)).toEqual(amd);
    }
  });

  it('lists an artifact among the referrers of its subject', async () => {
    const { digest } = await registry.push('team/app:1.0', amd);
    const sbom = artifact({ type: 'application/spdx+json', subject: amd });

    await registry.push('team/app', sbom);

    expect(await get(`team/app/referrers/${digest}`)).toMatchObject({
      manifests: [{ ...sbom.descriptor, artifactType: 'application/spdx+json' }],
    });
    expect(await get('team/app/tags/list')).toMatchObject({ tags: ['1.0'] });
  });

  it('gives an index its blobs as layers', async () => {
    const cache = blob('cached', 'application/vnd.oci.image.layer.v1.tar+gzip');
    const built = index([]);
    const bytes = Buffer.from(
      JSON.stringify({ ...built.manifest, manifests: [{ ...cache, bytes: undefined }] }),
    );
    const { digest } = blob(bytes);
    const content = {
      ...built,
      descriptor: { ...built.descriptor, digest, size: bytes.byteLength },
      bytes,
      layers: [cache],
    };

    await registry.push('team/cache:1.0', content);

    expect((await registry.pull('team/cache:1.0')).layers).toEqual([cache]);
  });

  it('copies the bytes of the test', async () => {
    const mine = image();
    await registry.push('team/app:1.0', mine);
    mine.layers[0]?.bytes.fill(0);

    expect(await registry.pull('team/app:1.0')).toEqual(image());
  });

  it.each([
    [
      'a blob with a wrong digest',
      { ...amd, config: { ...amd.config, bytes: Buffer.from('x') } },
      'digest-mismatch',
    ],
    ['a manifest with missing blobs', { ...amd, layers: [] }, 'manifest-blob-unknown'],
    ['content that is not a manifest', { ...amd, bytes: Buffer.from('x') }, 'digest-mismatch'],
    [
      'an invalid manifest',
      {
        ...amd,
        bytes: Buffer.from('x'),
        descriptor: { ...amd.descriptor, digest: blob('x').digest },
      },
      'manifest-invalid',
    ],
  ])('reject %s, as for a client', async (_, content, kind) => {
    await expect(registry.push('team/app:1.0', content)).rejects.toMatchObject({ kind });

    expect(await registry.has('team/app:1.0')).toBe(false);
  });

  it.each([
    ['Team/app:1.0', 'name-invalid'],
    ['team/app:-', 'tag-invalid'],
    ['team/app@sha256:1', 'digest-invalid'],
    ['localhost:1/team/app:1.0', 'name-invalid'],
  ])('reject the name %s', async (name, kind) => {
    await expect(registry.push(name, amd)).rejects.toMatchObject({ kind });
    await expect(registry.pull(name)).rejects.toMatchObject({ kind });
  });

  it.each(['docker.io/library/app', 'other:5000/app:1', 'localhost/app:1', 'quay.io/app@sha256:1'])(
    'refuse %s, which names another host',
    async (name) => {
      const [host = ''] = name.split('/');
      const message = `${name} names the host ${host}, but this registry is ${registry.host}: leave out the host`;

      await expect(registry.push(name, amd)).rejects.toThrow(message);
      await expect(registry.pull(name)).rejects.toThrow(message);
      await expect(registry.has(name)).rejects.toThrow(message);
    },
  );

  it('take a repository that looks like a host, after the host of the registry', async () => {
    await registry.push(`${registry.host}/docker.io/library/app:1`, amd);

    const inVirtualMachine = `host.docker.internal:${registry.port}/docker.io/library/app:1`;
    expect(await registry.pull(inVirtualMachine)).toEqual(amd);
  });

  it.each([
    [undefined, amd, 'the image reference is undefined; allowed: a text that is not empty'],
    ['team/app:1.0', undefined, 'the content to push is undefined; allowed: a result of image'],
    ['team/app:1.0', amd.descriptor, 'allowed: a result of image, index, artifact or pull'],
    ['team/app:1.0', { ...amd, layers: [{}] }, 'allowed: a result of image'],
  ])('refuse to push %s with other arguments', async (name, content, message) => {
    const pushed = registry.push(name as string, content as Content);

    await expect(pushed).rejects.toThrow(message);
    await expect(pushed).rejects.toBeInstanceOf(TypeError);
  });

  it('report what exists instead of the missing content', async () => {
    await registry.push('team/app:1.0', amd);
    await registry.push('team/app:1.1', amd);

    await expect(registry.pull('team/app:2.0')).rejects.toThrow(
      'team/app does not have the tag 2.0; its tags are 1.0, 1.1',
    );
    await expect(registry.pull('team/none:1')).rejects.toThrow('it has no tags');
    await expect(registry.pull('team/app')).rejects.toThrow('add a tag or a digest');
  });

  it('report which blob is missing', async () => {
    await registry.push('team/app:1.0', amd);
    const url = `${registry.url}/v2/team/app/blobs/${amd.config.digest}`;
    await fetch(url, { method: 'DELETE' });

    await expect(registry.pull('team/app:1.0')).rejects.toThrow(amd.config.digest);
  });
});

describe('loadLayout', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'berth-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('loads the images of a layout, and returns their names', async () => {
    const { bytes, config, layers, descriptor } = image();
    const annotations = { 'org.opencontainers.image.ref.name': 'team/app:1.0' };
    const blobs = [config, ...layers].map((content) => content.bytes);
    await writeLayout(directory, [{ ...descriptor, annotations }], [bytes, ...blobs]);

    expect(await registry.loadLayout(directory)).toEqual(['team/app:1.0']);
    expect(await registry.pull('team/app:1.0')).toEqual(image());
  });

  it('reports a missing layout', async () => {
    const missing = join(directory, 'missing');
    await expect(registry.loadLayout(missing)).rejects.toThrow(`${missing} does not exist`);
  });
});

describe('content in messages', () => {
  it('has the digest first, of what push and the builders return', async () => {
    const built = image();

    const pushed = await registry.push('team/app:1.0', built);
    const pulled = await registry.pull('team/app:1.0');

    expect(Object.keys(pushed)).toEqual(['digest', 'mediaType', 'size']);
    for (const { descriptor, config, layers } of [built, pulled]) {
      for (const part of [descriptor, config ?? {}, ...layers]) {
        expect(Object.keys(part)[0]).toBe('digest');
      }
    }
  });

  it('differs by digests in toEqual, not by bytes', () => {
    const [one, other] = [image({ layers: [{ a: '1' }] }), image({ layers: [{ a: '2' }] })];

    const message = failureOf(() => expect(one).toEqual(other));

    const changed = message.split('\n').filter((line) => /^\s*[-+] /.test(line));
    expect(changed).toContainEqual(expect.stringContaining(other.descriptor.digest));
    expect(changed).toContainEqual(expect.stringContaining(one.layers[0]?.digest ?? ''));
    expect(changed.filter((line) => /digest|Expected|Received/.test(line))).toEqual(changed);
  });

  it('differs by bytes in toEqual where the digests are equal', () => {
    const built = blob('a');

    const altered = Object.assign(blob('a'), { bytes: Buffer.from('b') });

    const message = failureOf(() => expect(altered).toEqual(built));

    expect(message).toMatch(/-\s+97,[^]*\+\s+98,/);
  });

  it('has descriptors and no bytes in JSON', () => {
    const built = index([image()]);

    const json = JSON.stringify(built);

    expect(json).not.toContain('"bytes"');
    expect(JSON.parse(json)).toMatchObject({
      descriptor: built.descriptor,
      manifests: [{ layers: [{ digest: image().layers[0]?.digest }] }],
    });
  });
});

function failureOf(expectation: () => void): string {
  try {
    expectation();
  } catch (error) {
    // jest colours its messages.
    return (error as Error).message.replaceAll(/\u001b\[\d+m/g, '');
  }
  throw new Error('the expectation did not fail');
}
