import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { DockerDaemon } from '../clients/docker-daemon.js';
import { ContainerStorage } from '../clients/container-storage.js';
import { digestOfFile, fingerprint } from '../clients/files.js';
import { Containerd } from './containerd.js';
import { Mirroring } from './mirroring.js';
import { copiesOf } from './stored-files.js';
import { type UnpackableImage } from './unpackable.js';

let mirroring: Mirroring;
beforeAll(async () => {
  mirroring = await Mirroring.start();
});
afterAll(() => mirroring.stop());

/** Checks that the layer was downloaded once, and is kept once. */
async function expectOneCopy({ layer, layers }: UnpackableImage): Promise<void> {
  const { hub, bench } = mirroring;
  const downloads = hub.requests('cdn').filter(({ path }) => path.includes(`${layer}`));
  const [bytes = Buffer.alloc(0)] = layers;
  expect({
    downloads: downloads.map(({ method, status }) => `${method} ${status}`),
    copies: await copiesOf(bench.path('registry'), bytes),
  }).toEqual({ downloads: ['GET 200'], copies: 1 });
}

/** Returns the requests in the log of Berth that name a repository of the upstream. */
const requestsFor = (repository: string): string[] =>
  mirroring.bench
    .log()
    .split('\n')
    .filter((line) => line.includes(`/${repository}/`));

describe('docker', () => {
  let daemon: DockerDaemon;
  beforeAll(async () => {
    const { bench, address } = mirroring;
    daemon = await DockerDaemon.start(bench, ['--registry-mirror', `http://${address}`]);
  });

  it('pulls official images by registry-mirrors, at an address of the mirror', async () => {
    const image = await mirroring.addImage('library/app');

    const said = await daemon.docker('pull', 'app:1');

    expect(said).toContain(`Digest: ${image.digest}`);
    await daemon.docker('pull', `${mirroring.host}/docker.io/library/app:1`);
    await expectOneCopy(image);
  });

  it('builds with BuildKit from an image of the mirror', async () => {
    const { bench } = mirroring;
    const image = await mirroring.addImage('library/base');
    const context = await bench.emptyFolder('context');
    await writeFile(join(context, 'more'), 'more');
    await writeFile(join(context, 'Dockerfile'), 'FROM base:1\nCOPY more /\n');

    await daemon.buildWithKit('--quiet', '--tag', 'local/built', context);

    const layers = await daemon.docker(
      ...['image', 'inspect', '--format', '{{json .RootFS.Layers}}', 'local/built'],
    );
    expect(JSON.parse(layers)).toHaveLength(2);
    await expectOneCopy(image);
  });

  it('is denied a push to the name of a mirror at once, and not one to other names', async () => {
    const { host } = mirroring;
    await mirroring.addImage('library/pushed');
    await daemon.docker('pull', 'pushed:1');
    const [mine, theirs] = [`${host}/team/pushed:1`, `${host}/docker.io/library/pushed:1`];
    await daemon.docker('tag', 'pushed:1', mine);
    await daemon.docker('tag', 'pushed:1', theirs);

    const begin = performance.now();
    const refused = await daemon.attempt('push', theirs);
    const took = performance.now() - begin;

    expect(refused.stderr).toContain('denied: docker.io is a mirror; push to another name');
    expect(refused.code).not.toBe(0);
    expect(took).toBeLessThan(3_000);
    await daemon.docker('push', mine);
  });
});

describe('containerd', () => {
  let containerd: Containerd;
  beforeAll(async () => {
    containerd = await Containerd.start(mirroring.bench);
  });

  const hostAt = (path: string, more = ''): string =>
    `server = "https://upstream.invalid"\n[host."http://${mirroring.host}${path}"]\n  capabilities = ["pull", "resolve"]\n${more}`;

  it('pulls with the registry named in ns', async () => {
    const image = await mirroring.addImage('acme/by-ns');
    await containerd.setHost('docker.io', hostAt(''));

    await containerd.pull('docker.io/acme/by-ns:1');

    expect(await containerd.digestOf('docker.io/acme/by-ns:1')).toBe(`${image.digest}`);
    const requests = requestsFor('acme/by-ns').join('\n');
    expect(requests).toContain('/v2/acme/by-ns/manifests/1?ns=docker.io');
    await expectOneCopy(image);
  });

  it('pulls with the mirror in the path, by what the command for its file prints', async () => {
    const { host } = mirroring;
    const image = await mirroring.addImage('acme/by-path');
    const printed = await mirroring.setup('containerd', `http://${host}`);
    await containerd.setHost('docker.io', printed);

    await containerd.pull('docker.io/acme/by-path:1');

    expect(await containerd.digestOf('docker.io/acme/by-path:1')).toBe(`${image.digest}`);
    const requests = requestsFor('acme/by-path').join('\n');
    expect(requests).toContain('/v2/docker.io/acme/by-path/manifests/1?ns=docker.io');
    await expectOneCopy(image);
  });

  it('pulls an image of this registry by the name of another host, while mirrors are set', async () => {
    const { bench, host } = mirroring;
    const image = await mirroring.addImage('other/local');
    await bench.run('crane', ['push', image.layout, `${host}/team/local:1`]);
    await containerd.setHost('localhost:5000', hostAt(''));

    await containerd.pull('localhost:5000/team/local:1');

    expect(await containerd.digestOf('localhost:5000/team/local:1')).toBe(`${image.digest}`);
    expect(requestsFor('team/local').join('\n')).toContain('?ns=localhost');
  });
});

describe('podman, with its file of registries,', () => {
  let storage: ContainerStorage;
  beforeAll(async () => {
    storage = await ContainerStorage.create(mirroring.bench, 'podman');
  });

  /** Writes the file in which podman and skopeo look for mirrors. */
  async function configure(text: string): Promise<void> {
    const folder = mirroring.bench.path('home/.config/containers');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'registries.conf'), text);
  }

  /** Pulls an image. Resolves to its digest. */
  async function pull(image: string, program: 'podman' | 'buildah' = 'podman'): Promise<string> {
    await storage.run(program, 'pull', '--quiet', image);
    return storage.run('podman', 'image', 'inspect', '--format', '{{.Digest}}', image);
  }

  it('pulls by a mirror, as the command for its file prints it', async () => {
    const image = await mirroring.addImage('acme/by-mirror');
    await configure(await mirroring.setup('podman', `http://${mirroring.host}`));

    expect(await pull('docker.io/acme/by-mirror:1')).toBe(`${image.digest}`);
    await expectOneCopy(image);
  });

  it('pulls by a location, so that the other registry is never asked', async () => {
    const image = await mirroring.addImage('library/by-location');
    const location = `location = "${mirroring.host}/docker.io"`;
    await configure(`[[registry]]\nprefix = "docker.io"\n${location}\ninsecure = true\n`);

    expect(await pull('docker.io/library/by-location:1')).toBe(`${image.digest}`);
    await expectOneCopy(image);
  });

  it('and buildah pulls by the same file', async () => {
    const image = await mirroring.addImage('acme/by-buildah');
    await configure(await mirroring.setup('podman', `http://${mirroring.host}`));

    expect(await pull('docker.io/acme/by-buildah:1', 'buildah')).toBe(`${image.digest}`);
    await expectOneCopy(image);
  });

  it('and skopeo copies the same bytes by the same file', async () => {
    const { bench } = mirroring;
    const image = await mirroring.addImage('acme/by-skopeo');
    await configure(await mirroring.setup('podman', `http://${mirroring.host}`));
    const copy = bench.path('copied');

    await bench.run('skopeo', ['copy', '-q', 'docker://docker.io/acme/by-skopeo:1', `dir:${copy}`]);

    const stored = Object.values(await fingerprint(copy));
    expect(stored).toContain(`${image.layer}`);
    expect(await digestOfFile(join(copy, 'manifest.json'))).toBe(`${image.digest}`);
    await expectOneCopy(image);
  });
});
