import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { useBench } from '../clients/bench.js';
import { ContainerStorage } from '../clients/container-storage.js';
import { DockerDaemon } from '../clients/docker-daemon.js';
import { fingerprint, gatherApplication } from '../clients/files.js';
import { OciLayout } from '../clients/oci-layout.js';
import { RegistryApi, type Descriptor } from '../clients/registry-api.js';
import { type Instances } from './servers/instances.js';
import { newInstances } from './servers/new-instances.js';

let instances: Instances;
const bench = useBench({ registry: async () => (instances = await newInstances('clients')) });
const ref = (name: string): string => `${bench().host}/${name}`;

let layout: OciLayout;
let image: Descriptor;
let app: string;

beforeAll(async () => {
  const folders = await gatherApplication(bench().path('files'));
  app = join(folders.library, 'app');
  layout = await OciLayout.create(bench().path('layout'));
  image = await layout.addImage({ layers: [folders.app, folders.library] });
  await layout.tag('1.0', image);
  await writeFile(bench().path('Dockerfile'), 'FROM scratch\nCOPY . /app/\n');
});

/** Expects that every instance has the whole image under a tag. */
async function expectOnAll(repository: string, tag: string, digest: string): Promise<void> {
  for (const url of instances.urls) {
    expect((await new RegistryApi(url).readWhole(repository, tag))[0]).toBe(digest);
  }
}

async function expectLayout(folder: string): Promise<void> {
  expect(await fingerprint(join(folder, 'blobs'))).toEqual(
    await fingerprint(join(layout.folder, 'blobs')),
  );
}

describe('through a round robin over three instances, an image is pushed and pulled by', () => {
  it('crane', async () => {
    await bench().run('crane', ['push', layout.folder, ref('crane/app:1.0')]);
    await expectOnAll('crane/app', '1.0', image.digest);
    await bench().run('crane', ['validate', '--remote', ref('crane/app:1.0')]);
    const pulled = await bench().emptyFolder('crane-pulled');
    await bench().run('crane', ['pull', '--format=oci', ref('crane/app:1.0'), pulled]);
    await expectLayout(pulled);
  });

  it('oras', async () => {
    const cp = (...args: string[]) => bench().run('oras', ['cp', ...args]);
    await cp('--to-plain-http', '--from-oci-layout', `${layout.folder}:1.0`, ref('oras/app:1.0'));
    await expectOnAll('oras/app', '1.0', image.digest);
    const pulled = await bench().emptyFolder('oras-pulled');
    await cp('--from-plain-http', '--to-oci-layout', ref('oras/app:1.0'), `${pulled}:1.0`);
    await expectLayout(pulled);
  });

  it('skopeo', async () => {
    const name = `docker://${ref('skopeo/app:1.0')}`;
    const copy = (...args: string[]) => bench().run('skopeo', ['copy', ...args]);
    await copy('--dest-tls-verify=false', `oci:${layout.folder}:1.0`, name);
    await expectOnAll('skopeo/app', '1.0', image.digest);
    const pulled = await bench().emptyFolder('skopeo-pulled');
    await copy('--src-tls-verify=false', name, `oci:${pulled}:1.0`);
    await expectLayout(pulled);
  });

  it.each(['podman', 'buildah'] as const)('%s', async (program) => {
    const name = ref(`${program}/app:1.0`);
    const storage = await ContainerStorage.create(bench(), program);
    const file = bench().path(`${program}-digest`);
    await storage.run(program, 'build', '-t', name, '-f', bench().path('Dockerfile'), app);
    await storage.run(program, 'push', '--tls-verify=false', '--digestfile', file, name);
    const pushed = await readFile(file, 'utf8');
    await expectOnAll(`${program}/app`, '1.0', pushed);

    const other = await ContainerStorage.create(bench(), `${program}-other`);
    await other.run(program, 'pull', '--tls-verify=false', name);
    const digests = ['images', '--format', '{{.Digest}}', name];
    expect(await other.run(program, ...digests)).toBe(pushed);
  });

  it('docker', async () => {
    const daemon = await DockerDaemon.start(bench());
    const name = ref('docker/app:1.0');
    const id = () => daemon.docker('image', 'inspect', '--format', '{{.Id}}', name);
    await daemon.docker('build', '-q', '-t', name, '-f', bench().path('Dockerfile'), app);
    const built = await id();
    const said = await daemon.docker('push', name);
    const pushed = /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1] ?? said;
    await expectOnAll('docker/app', '1.0', pushed);

    await daemon.docker('rmi', name);
    expect(await daemon.docker('pull', name)).toContain(`Digest: ${pushed}`);
    expect(await id()).toBe(built);
  });
});
