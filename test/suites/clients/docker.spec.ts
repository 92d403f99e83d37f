import { beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { DockerDaemon } from './docker-daemon.js';
import { fingerprint, gatherApplication, gatherPrograms } from './files.js';

const bench = useBench();
const ref = (name: string): string => `${bench().host}/${name}`;
const docker = (...args: string[]): Promise<string> => daemon.docker(...args);

let daemon: DockerDaemon;
let app: string;

async function build(name: string, folder: string, ...flags: string[]): Promise<void> {
  const file = bench().path('Dockerfile');
  await writeFile(file, 'FROM scratch\nCOPY . /app/\n');
  await docker('build', '-q', ...flags, '-t', ref(name), '-f', file, folder);
}

/** Returns the digest that docker reports for its push. */
async function push(name: string): Promise<string> {
  const said = await docker('push', ref(name));
  return /digest: (sha256:[0-9a-f]{64})/.exec(said)?.[1] ?? said;
}

async function imageId(name: string): Promise<string> {
  return docker('image', 'inspect', '--format', '{{.Id}}', ref(name));
}

/** Returns the files of an image as a container would see them. */
async function filesOf(name: string): Promise<Record<string, string>> {
  const out = await bench().emptyFolder('files-of-image');
  const container = await docker('create', ref(name), '/none');
  await docker('cp', `${container}:/app`, out);
  await docker('rm', container);
  return fingerprint(join(out, 'app'));
}

beforeAll(async () => {
  daemon = await DockerDaemon.start(bench());
  app = join((await gatherApplication(bench().path('files'))).library, 'app');
  await build('team/app:1.0', app);
});

describe('docker', () => {
  it('pushes an image, removes it, and pulls the same one again', async () => {
    const id = await imageId('team/app:1.0');
    const pushed = await push('team/app:1.0');
    const read = await bench().api.readWhole('team/app', '1.0');
    expect(read.slice(0, 2)).toEqual([pushed, id]);

    await docker('rmi', ref('team/app:1.0'));
    expect((await daemon.attempt('image', 'inspect', id)).code).not.toBe(0);
    expect(await docker('pull', ref('team/app:1.0'))).toContain(`Digest: ${pushed}`);
    expect(await imageId('team/app:1.0')).toBe(id);
    expect(await filesOf('team/app:1.0')).toEqual(await fingerprint(app));
  });

  it('pulls by digest', async () => {
    await build('team/pinned:1.0', app, '--label', 'to=pin');
    const id = await imageId('team/pinned:1.0');
    const pushed = await push('team/pinned:1.0');
    await docker('rmi', ref('team/pinned:1.0'));
    await docker('pull', ref(`team/pinned@${pushed}`));
    expect(await imageId(`team/pinned@${pushed}`)).toBe(id);
  });

  it('mounts the layers of another repository instead of sending them again', async () => {
    await docker('tag', ref('team/app:1.0'), ref('mirror/app:1.0'));
    const pushed = await push('team/app:1.0');
    const said = await docker('push', ref('mirror/app:1.0'));
    expect(said).toContain('Mounted from team/');
    expect(said).toContain(pushed);
    await bench().api.readWhole('mirror/app', pushed);
  });

  it('pulls every tag of a repository', async () => {
    for (const tag of ['1', '2', 'stable']) {
      await build(`team/tagged:${tag}`, app, '--label', `tag=${tag}`);
      await push(`team/tagged:${tag}`);
      await docker('rmi', ref(`team/tagged:${tag}`));
    }
    await docker('pull', '--all-tags', ref('team/tagged'));
    const listed = await docker('images', '--format', '{{.Tag}}', ref('team/tagged'));
    expect(listed.split('\n').sort()).toEqual(['1', '2', 'stable']);
    expect(await bench().api.tags('team/tagged')).toEqual(['1', '2', 'stable']);
  });

  it('pushes a manifest list of two platforms, and pulls the requested one', async () => {
    for (const architecture of ['amd64', 'arm64']) {
      const platform = ['--platform', `linux/${architecture}`];
      await build(`team/multi:${architecture}`, app, ...platform, '--label', `for=${architecture}`);
      await push(`team/multi:${architecture}`);
    }
    const parts = ['amd64', 'arm64'].map((tag) => ref(`team/multi:${tag}`));
    await docker('manifest', 'create', '--insecure', ref('team/multi:1.0'), ...parts);
    await docker(
      ...['manifest', 'annotate', '--arch', 'arm64'],
      ...[ref('team/multi:1.0'), ref('team/multi:arm64')],
    );
    const pushed = await docker('manifest', 'push', '--insecure', ref('team/multi:1.0'));
    const { digest, body } = await bench().api.manifest('team/multi', '1.0');
    expect(pushed).toContain(digest);
    expect(body.manifests?.map(({ platform }) => platform?.architecture).sort()).toEqual([
      'amd64',
      'arm64',
    ]);
    const arm = await imageId('team/multi:arm64');
    await docker('rmi', ...parts);
    await docker('pull', '--platform', 'linux/arm64', ref('team/multi:1.0'));
    expect(await imageId('team/multi:1.0')).toBe(arm);
  });

  it('saves a pulled image, loads it again, and pushes the same image', async () => {
    await build('team/saved:1.0', app, '--label', 'to=save');
    const id = await imageId('team/saved:1.0');
    const pushed = await push('team/saved:1.0');
    await docker('rmi', ref('team/saved:1.0'));
    await docker('pull', ref('team/saved:1.0'));
    const file = bench().path('saved.tar');
    await docker('save', '-o', file, ref('team/saved:1.0'));
    await docker('rmi', ref('team/saved:1.0'));
    expect((await daemon.attempt('image', 'inspect', id)).code).not.toBe(0);

    await docker('load', '-i', file);
    expect(await imageId('team/saved:1.0')).toBe(id);
    await docker('tag', ref('team/saved:1.0'), ref('team/loaded:1.0'));
    expect(await push('team/loaded:1.0')).toBe(pushed);
  });

  it('cannot pull a deleted image', async () => {
    await build('team/gone:1.0', app, '--label', 'to=delete');
    const pushed = await push('team/gone:1.0');
    await docker('rmi', ref('team/gone:1.0'));
    expect(await bench().api.status('DELETE', `team/gone/manifests/${pushed}`)).toBe(202);
    for (const name of ['team/gone:1.0', `team/gone@${pushed}`]) {
      const { code, stderr } = await daemon.attempt('pull', ref(name));
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/manifest unknown|not found/);
    }
  });

  it('pushes and pulls an image of more than 300 MB', async () => {
    const programs = bench().path('programs');
    await gatherPrograms(programs);
    await build('team/large:1.0', programs);
    const id = await imageId('team/large:1.0');
    const size = ['image', 'inspect', '--format', '{{.Size}}', ref('team/large:1.0')];
    expect(Number(await docker(...size))).toBeGreaterThan(300_000_000);

    const pushed = await push('team/large:1.0');
    expect((await bench().api.readWhole('team/large', '1.0'))[0]).toBe(pushed);
    await docker('rmi', ref('team/large:1.0'));
    await docker('pull', ref('team/large:1.0'));
    expect(await imageId('team/large:1.0')).toBe(id);
    expect(await filesOf('team/large:1.0')).toEqual(await fingerprint(programs));
  });
});
