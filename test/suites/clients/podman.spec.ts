import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { ContainerStorage } from './container-storage.js';
import { fingerprint, gatherApplication } from './files.js';

const bench = useBench();
const ref = (name: string): string => `${bench().host}/${name}`;
const podman = (...args: string[]): Promise<string> => storage.run('podman', ...args);

let storage: ContainerStorage;
let app: string;

/** Returns the digest that podman reports for its push. */
async function push(name: string, ...flags: string[]): Promise<string> {
  const file = bench().path('digest');
  await podman('push', '--tls-verify=false', '--digestfile', file, ...flags, ref(name));
  return readFile(file, 'utf8');
}

async function build(name: string, ...flags: string[]): Promise<void> {
  await podman('build', ...flags, '-t', ref(name), '-f', bench().path('Containerfile'), app);
}

async function inspect(where: ContainerStorage, name: string, field: string): Promise<string> {
  return where.run('podman', 'image', 'inspect', '--format', `{{.${field}}}`, ref(name));
}

beforeAll(async () => {
  storage = await ContainerStorage.create(bench(), 'podman');
  app = join((await gatherApplication(bench().path('files'))).library, 'app');
  await writeFile(bench().path('Containerfile'), 'FROM scratch\nCOPY . /app/\nLABEL made=here\n');
  await build('team/app:1.0');
});

describe('podman', () => {
  it('pushes an image, and another podman pulls the same one', async () => {
    const pushed = await push('team/app:1.0');
    expect((await bench().api.readWhole('team/app', '1.0'))[0]).toBe(pushed);

    const other = await ContainerStorage.create(bench(), 'podman-other');
    await other.run('podman', 'pull', '--tls-verify=false', ref('team/app:1.0'));
    expect(await inspect(other, 'team/app:1.0', 'Digest')).toBe(pushed);
    expect(await inspect(other, 'team/app:1.0', 'Id')).toBe(
      await inspect(storage, 'team/app:1.0', 'Id'),
    );
    const mounted = await other.run('podman', 'image', 'mount', ref('team/app:1.0'));
    expect(await fingerprint(join(mounted, 'app'))).toEqual(await fingerprint(app));
    await other.run('podman', 'image', 'unmount', ref('team/app:1.0'));
  });

  it('pulls by digest after its local image was removed', async () => {
    await build('team/again:1.0', '--label', 'to=remove');
    const id = await inspect(storage, 'team/again:1.0', 'Id');
    const pushed = await push('team/again:1.0');
    await podman('rmi', ref('team/again:1.0'));
    await storage.fail('podman', 'image', 'exists', id);
    await podman('pull', '--tls-verify=false', ref(`team/again@${pushed}`));
    expect(await inspect(storage, `team/again@${pushed}`, 'Id')).toBe(id);
    expect(await inspect(storage, `team/again@${pushed}`, 'Digest')).toBe(pushed);
  });

  it('pushes to a second repository, and lists the tags there', async () => {
    const first = await push('team/app:1.0');
    for (const tag of ['1.0', 'stable']) {
      await podman('tag', ref('team/app:1.0'), ref(`mirror/app:${tag}`));
      expect(await push(`mirror/app:${tag}`)).toBe(first);
    }
    const listed = await podman('search', '--list-tags', '--tls-verify=false', ref('mirror/app'));
    const row = `${ref('mirror/app')}  `;
    expect(listed.split('\n').slice(1)).toEqual([`${row}1.0`, `${row}stable`]);
    await bench().api.readWhole('mirror/app', 'stable');
  });

  it('pushes as Docker schema 2', async () => {
    await podman('tag', ref('team/app:1.0'), ref('team/docker:1.0'));
    const pushed = await push('team/docker:1.0', '--format', 'v2s2');
    const stored = await bench().api.manifest('team/docker', '1.0');
    expect(stored.digest).toBe(pushed);
    expect(stored.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
    await bench().api.readWhole('team/docker', '1.0');
  });

  it('pushes a manifest list of two platforms, and pulls the requested one', async () => {
    await podman('manifest', 'create', ref('team/multi:1.0'));
    for (const architecture of ['amd64', 'arm64']) {
      const flags = ['--platform', `linux/${architecture}`, '--label', `for=${architecture}`];
      await build(`team/multi:${architecture}`, ...flags);
      const image = `containers-storage:${ref(`team/multi:${architecture}`)}`;
      await podman('manifest', 'add', ref('team/multi:1.0'), image);
    }
    await podman(
      ...['manifest', 'push', '--all', '--tls-verify=false', ref('team/multi:1.0')],
      `docker://${ref('team/multi:1.0')}`,
    );
    const { body } = await bench().api.manifest('team/multi', '1.0');
    expect(body.manifests?.map(({ platform }) => platform?.architecture).sort()).toEqual([
      'amd64',
      'arm64',
    ]);
    await bench().api.readWhole('team/multi', '1.0');

    const other = await ContainerStorage.create(bench(), 'podman-arm');
    const arm = ['--platform', 'linux/arm64', '--tls-verify=false', ref('team/multi:1.0')];
    await other.run('podman', 'pull', ...arm);
    expect(await inspect(other, 'team/multi:1.0', 'Architecture')).toBe('arm64');
  });

  it('cannot pull a deleted image', async () => {
    await podman('tag', ref('team/app:1.0'), ref('team/gone:1.0'));
    const pushed = await push('team/gone:1.0');
    expect(await bench().api.status('DELETE', `team/gone/manifests/${pushed}`)).toBe(202);
    const said = await storage.fail('podman', 'pull', '--tls-verify=false', ref('team/gone:1.0'));
    expect(said).toContain('manifest unknown');
  });
});
