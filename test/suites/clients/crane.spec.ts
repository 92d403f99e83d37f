import { beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { extract, fingerprint, gatherApplication } from './files.js';
import { OciLayout } from './oci-layout.js';
import type { Descriptor, ManifestBody } from './registry-api.js';

const bench = useBench();
const crane = (...args: string[]): Promise<string> => bench().run('crane', args);
const ref = (name: string): string => `${bench().host}/${name}`;

let folders: { app: string; library: string };
let layout: OciLayout;
let image: Descriptor;

beforeAll(async () => {
  folders = await gatherApplication(bench().path('files'));
  layout = await OciLayout.create(bench().path('layout'));
  image = await layout.addImage({ layers: [folders.app, folders.library] });
  await layout.tag('latest', image);
  await crane('push', layout.folder, ref('team/app:1.0'));
});

describe('crane', () => {
  it('pushes an image under its digest on disk', async () => {
    expect(await crane('digest', ref('team/app:1.0'))).toBe(image.digest);
    const read = await bench().api.readWhole('team/app', '1.0');
    expect(read).toHaveLength(4);
    expect(read[0]).toBe(image.digest);
  });

  it('pulls the same bytes again', async () => {
    await crane('validate', '--remote', ref('team/app:1.0'));
    const pulled = await bench().emptyFolder('pulled');
    await crane('pull', '--format=oci', ref('team/app:1.0'), pulled);
    expect(await fingerprint(join(pulled, 'blobs'))).toEqual(
      await fingerprint(join(layout.folder, 'blobs')),
    );
  });

  it('exports the pushed files', async () => {
    const tar = bench().path('export.tar');
    await crane('export', ref(`team/app@${image.digest}`), tar);
    const out = await extract(tar, bench().path('export'));
    expect(await fingerprint(out)).toEqual({
      ...(await fingerprint(folders.app)),
      ...(await fingerprint(folders.library)),
    });
  });

  it('lists tags and repositories', async () => {
    for (const tag of ['1.0', 'a', 'B', '1.10']) {
      await crane('copy', ref('team/app:1.0'), ref(`team/listed:${tag}`));
    }
    const listed = (await crane('ls', ref('team/listed'))).split('\n');
    expect(listed).toEqual(['1.0', '1.10', 'B', 'a']);
    const repositories = (await crane('catalog', bench().host)).split('\n');
    expect(repositories).toEqual(expect.arrayContaining(['team/app', 'team/listed']));
  });

  it('moves a tag to another image', async () => {
    await crane('copy', ref('team/app:1.0'), ref('team/moved:stable'));
    await crane('mutate', '--label', 'a=b', '--tag', ref('team/moved:next'), ref('team/app:1.0'));
    const next = await crane('digest', ref('team/moved:next'));
    expect(next).not.toBe(image.digest);
    await crane('tag', ref('team/moved:next'), 'stable');
    expect(await crane('digest', ref('team/moved:stable'))).toBe(next);
    await bench().api.readWhole('team/moved', 'stable');
  });

  it('copies to another repository, which is then independent of the first', async () => {
    await crane('copy', ref('team/app:1.0'), ref('mirror/deep/er/app:1.0'));
    expect(await crane('digest', ref('mirror/deep/er/app:1.0'))).toBe(image.digest);
    const read = await bench().api.readWhole('mirror/deep/er/app', image.digest);
    expect(read).toEqual(await bench().api.readWhole('team/app', image.digest));
  });

  it('appends a layer to an image in the registry', async () => {
    const files = bench().path('files/app');
    const tar = bench().path('layer.tar');
    await bench().run('tar', ['-cf', tar, '-C', files, '.']);
    await crane('append', '-b', ref('team/app:1.0'), '-f', tar, '-t', ref('team/app:more'));
    const base = await bench().api.manifest('team/app', '1.0');
    const more = await bench().api.manifest('team/app', 'more');
    expect(more.body.layers).toHaveLength(3);
    expect(more.body.layers?.slice(0, 2)).toEqual(base.body.layers);
    await crane('validate', '--remote', ref('team/app:more'));
  });

  it('puts images of two platforms into an index, and copies it whole', async () => {
    for (const architecture of ['amd64', 'arm64']) {
      const one = await OciLayout.create(bench().path(`layout-${architecture}`));
      await one.tag('x', await one.addImage({ layers: [folders.app], architecture }));
      await crane('push', one.folder, ref(`team/multi:${architecture}`));
    }
    const parts = ['amd64', 'arm64'].flatMap((tag) => ['-m', ref(`team/multi:${tag}`)]);
    await crane('index', 'append', ...parts, '-t', ref('team/multi:latest'));
    const index = JSON.parse(await crane('manifest', ref('team/multi:latest'))) as ManifestBody;
    expect(index.manifests?.map(({ platform }) => platform?.architecture)).toEqual([
      'amd64',
      'arm64',
    ]);
    expect(await crane('digest', '--platform', 'linux/arm64', ref('team/multi:latest'))).toBe(
      await crane('digest', ref('team/multi:arm64')),
    );
    await crane('copy', ref('team/multi:latest'), ref('mirror/multi:latest'));
    expect(await bench().api.readWhole('mirror/multi', 'latest')).toEqual(
      await bench().api.readWhole('team/multi', 'latest'),
    );
  });

  it('deletes a tag, then the manifest, and leaves other repositories unchanged', async () => {
    for (const name of ['gone:1', 'gone:2', 'kept:1']) {
      await crane('copy', ref('team/app:1.0'), ref(`team/${name}`));
    }
    await crane('delete', ref('team/gone:1'));
    expect(await crane('ls', ref('team/gone'))).toBe('2');
    expect(await crane('digest', ref('team/gone:2'))).toBe(image.digest);

    await crane('delete', ref(`team/gone@${image.digest}`));
    const { code, stderr } = await bench().attempt('crane', ['manifest', ref('team/gone:2')]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('MANIFEST_UNKNOWN');
    expect(await bench().api.tags('team/gone')).toEqual([]);
    await crane('validate', '--remote', ref('team/kept:1'));
  });
});
