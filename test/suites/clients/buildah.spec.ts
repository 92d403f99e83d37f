import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { ContainerStorage } from './container-storage.js';
import { fingerprint, gatherApplication } from './files.js';

const bench = useBench();
const ref = (name: string): string => `${bench().host}/${name}`;
const buildah = (...args: string[]): Promise<string> => storage.run('buildah', ...args);

let storage: ContainerStorage;
let app: string;

/** Builds step by step, as a script without a Containerfile does. */
async function build(name: string, architecture = 'amd64'): Promise<void> {
  const container = await buildah('from', '--arch', architecture, 'scratch');
  await buildah('copy', container, app, '/app');
  await buildah('config', '--label', `for=${architecture}`, container);
  await buildah('commit', '--rm', container, ref(name));
}

/** Returns the digest that buildah reports for its push. */
async function push(from: string, to: string, ...flags: string[]): Promise<string> {
  const file = bench().path('digest');
  const target = `docker://${ref(to)}`;
  await buildah('push', '--tls-verify=false', '--digestfile', file, ...flags, ref(from), target);
  return readFile(file, 'utf8');
}

beforeAll(async () => {
  storage = await ContainerStorage.create(bench(), 'buildah');
  app = join((await gatherApplication(bench().path('files'))).library, 'app');
  await build('team/app:1.0');
});

describe('buildah', () => {
  it('pushes an image, from which another buildah can work', async () => {
    const pushed = await push('team/app:1.0', 'team/app:1.0');
    expect((await bench().api.readWhole('team/app', '1.0'))[0]).toBe(pushed);

    const other = await ContainerStorage.create(bench(), 'buildah-other');
    const image = ref(`team/app@${pushed}`);
    await other.run('buildah', 'pull', '--tls-verify=false', image);
    const format = ['--format', '{{.FromImageDigest}}'];
    expect(await other.run('buildah', 'inspect', '--type', 'image', ...format, image)).toBe(pushed);
    const container = await other.run('buildah', 'from', '--pull-never', image);
    const mounted = await other.run('buildah', 'mount', container);
    expect(await fingerprint(join(mounted, 'app'))).toEqual(await fingerprint(app));
    await other.run('buildah', 'rm', container);
  });

  it('builds on an image from the registry and pushes the result', async () => {
    await push('team/app:1.0', 'team/base:1.0');
    const other = await ContainerStorage.create(bench(), 'buildah-derived');
    const container = await other.run(
      'buildah',
      'from',
      '--tls-verify=false',
      ref('team/base:1.0'),
    );
    await other.run('buildah', 'copy', container, join(app, 'library/package.json'), '/extra.json');
    await other.run('buildah', 'commit', '--rm', container, ref('team/derived:1.0'));
    const target = ref('team/derived:1.0');
    await other.run('buildah', 'push', '--tls-verify=false', target, `docker://${target}`);

    const base = await bench().api.manifest('team/base', '1.0');
    const derived = await bench().api.manifest('team/derived', '1.0');
    expect(derived.body.layers).toHaveLength(2);
    expect(derived.body.layers?.[0]).toEqual(base.body.layers?.[0]);
    await bench().api.readWhole('team/derived', '1.0');
  });

  it('pushes the same image to other tags and repositories', async () => {
    const first = await push('team/app:1.0', 'team/app:1.0');
    expect(await push('team/app:1.0', 'mirror/app:1.0')).toBe(first);
    expect(await push('team/app:1.0', 'mirror/app:latest')).toBe(first);
    expect(await bench().api.tags('mirror/app')).toEqual(['1.0', 'latest']);
    await bench().api.readWhole('mirror/app', first);
  });

  it('pushes as Docker schema 2', async () => {
    const pushed = await push('team/app:1.0', 'team/docker:1.0', '--format', 'v2s2');
    const stored = await bench().api.manifest('team/docker', '1.0');
    expect(stored.digest).toBe(pushed);
    expect(stored.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
  });

  it('pushes a manifest list of two platforms, and pulls the requested one', async () => {
    await buildah('manifest', 'create', ref('team/multi:1.0'));
    for (const architecture of ['amd64', 'arm64']) {
      await build(`team/multi:${architecture}`, architecture);
      const image = `containers-storage:${ref(`team/multi:${architecture}`)}`;
      await buildah('manifest', 'add', ref('team/multi:1.0'), image);
    }
    await buildah(
      ...['manifest', 'push', '--all', '--tls-verify=false', ref('team/multi:1.0')],
      `docker://${ref('team/multi:1.0')}`,
    );
    const { body } = await bench().api.manifest('team/multi', '1.0');
    expect(body.manifests?.map(({ platform }) => platform?.architecture).sort()).toEqual([
      'amd64',
      'arm64',
    ]);
    await bench().api.readWhole('team/multi', '1.0');

    const other = await ContainerStorage.create(bench(), 'buildah-arm');
    const image = ref('team/multi:1.0');
    await other.run('buildah', 'pull', '--arch', 'arm64', '--tls-verify=false', image);
    const format = ['--format', '{{.OCIv1.Architecture}}'];
    expect(await other.run('buildah', 'inspect', '--type', 'image', ...format, image)).toBe(
      'arm64',
    );
  });

  it('cannot pull a deleted image', async () => {
    const pushed = await push('team/app:1.0', 'team/gone:1.0');
    expect(await bench().api.status('DELETE', `team/gone/manifests/${pushed}`)).toBe(202);
    const said = await storage.fail('buildah', 'pull', '--tls-verify=false', ref('team/gone:1.0'));
    expect(said).toContain('manifest unknown');
  });
});
