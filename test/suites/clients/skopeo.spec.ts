import { beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { fingerprint, gatherApplication } from './files.js';
import { OciLayout } from './oci-layout.js';
import type { Descriptor } from './registry-api.js';

const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

const OCI_LAYER = 'application/vnd.oci.image.layer.v1.tar';

const bench = useBench();
const skopeo = (...args: string[]): Promise<string> => bench().run('skopeo', args);
const ref = (name: string): string => `docker://${bench().host}/${name}`;
const push = (from: string, to: string, ...flags: string[]): Promise<string> =>
  skopeo('copy', '--dest-tls-verify=false', ...flags, from, ref(to));
const pull = (from: string, to: string, ...flags: string[]): Promise<string> =>
  skopeo('copy', '--src-tls-verify=false', ...flags, ref(from), to);
const copy = (from: string, to: string, ...flags: string[]): Promise<string> =>
  push(ref(from), to, '--src-tls-verify=false', ...flags);

let layout: OciLayout;
let image: Descriptor;

beforeAll(async () => {
  const { app, library } = await gatherApplication(bench().path('files'));
  layout = await OciLayout.create(bench().path('layout'));
  image = await layout.addImage({ layers: [app, library] });
  await layout.tag('1.0', image);
  await push(`oci:${layout.folder}:1.0`, 'team/app:1.0');
});

async function digest(name: string): Promise<string> {
  return skopeo('inspect', '--tls-verify=false', '--format', '{{.Digest}}', ref(name));
}

describe('skopeo', () => {
  it('pushes an image under its digest on disk', async () => {
    expect(await digest('team/app:1.0')).toBe(image.digest);
    expect((await bench().api.readWhole('team/app', '1.0'))[0]).toBe(image.digest);
  });

  it('pulls the same bytes again', async () => {
    const out = await bench().emptyFolder('pulled');
    await pull('team/app:1.0', `oci:${out}:1.0`);
    expect(await fingerprint(join(out, 'blobs'))).toEqual(
      await fingerprint(join(layout.folder, 'blobs')),
    );
  });

  it('copies between repositories and lists the tags', async () => {
    for (const tag of ['1.0', 'stable', 'Z']) await copy('team/app:1.0', `mirror/app:${tag}`);
    expect(await digest('mirror/app:stable')).toBe(image.digest);
    await bench().api.readWhole('mirror/app', 'stable');
    const said = await skopeo('list-tags', '--tls-verify=false', ref('mirror/app'));
    expect((JSON.parse(said) as { Tags: string[] }).Tags).toEqual(['1.0', 'Z', 'stable']);
  });

  it('converts an image to Docker schema 2, which the registry keeps unchanged', async () => {
    await copy('team/app:1.0', 'team/docker:1.0', '--format', 'v2s2');
    const stored = await bench().api.manifest('team/docker', '1.0');
    expect(stored.mediaType).toBe(DOCKER_MANIFEST);
    expect(stored.body.mediaType).toBe(DOCKER_MANIFEST);
    const out = await bench().emptyFolder('docker');
    await pull('team/docker:1.0', `dir:${out}`);
    expect((await fingerprint(out))['manifest.json']).toBe(stored.digest);
    await bench().api.readWhole('team/docker', stored.digest);
  });

  it('pushes and pulls layers that are compressed with zstd', async () => {
    const raw = await OciLayout.create(bench().path('raw'));
    // The bytes are new to every registry: skopeo remembers compressed forms of layers across
    // runs, and does not send a layer that the registry has in another form.
    const layers = [await bench().emptyFolder('unseen')];
    await writeFile(join(layers[0] ?? '', 'bytes'), randomBytes(50_000));
    await raw.tag('1.0', await raw.addImage({ layers, compressed: false }));
    await push(`oci:${raw.folder}:1.0`, 'team/zstd:1.0', '--dest-compress-format', 'zstd');
    const stored = await bench().api.manifest('team/zstd', '1.0');
    expect(stored.body.layers?.[0]?.mediaType).toBe(`${OCI_LAYER}+zstd`);

    const out = await bench().emptyFolder('zstd');
    await pull('team/zstd:1.0', `oci:${out}:1.0`);
    const blobs = Object.values(await fingerprint(join(out, 'blobs')));
    expect(blobs.sort()).toEqual((await bench().api.readWhole('team/zstd', '1.0')).sort());
  });

  it('copies an index with all its platforms, to and from the registry', async () => {
    const multi = await OciLayout.create(bench().path('multi'));
    const folders = { amd64: bench().path('files/app'), arm64: bench().path('files/library') };
    const images: Descriptor[] = [];
    for (const [architecture, folder] of Object.entries(folders)) {
      images.push(await multi.addImage({ layers: [folder], architecture }));
    }
    const index = await multi.addIndex(images);
    await multi.tag('1.0', index);
    await push(`oci:${multi.folder}:1.0`, 'team/multi:1.0', '--all');
    await copy('team/multi:1.0', 'mirror/multi:1.0', '--all');
    const read = await bench().api.readWhole('mirror/multi', '1.0');
    expect(read.slice(0, 2)).toEqual([index.digest, images[0]?.digest]);
    expect(read).toHaveLength(7);

    const out = await bench().emptyFolder('multi-pulled');
    await pull('mirror/multi:1.0', `oci:${out}:1.0`, '--all');
    expect(await fingerprint(join(out, 'blobs'))).toEqual(
      await fingerprint(join(multi.folder, 'blobs')),
    );
  });

  it('copies every tag of a repository to a folder', async () => {
    for (const tag of ['1', '2']) await copy('team/app:1.0', `team/synced:${tag}`);
    const out = await bench().emptyFolder('synced');
    const source = `${bench().host}/team/synced`;
    await skopeo('sync', '--src-tls-verify=false', '--src=docker', '--dest=dir', source, out);
    const files = await fingerprint(out);
    expect(files['synced:1/manifest.json']).toBe(image.digest);
    expect(files['synced:2/manifest.json']).toBe(image.digest);
  });

  it('deletes an image from one repository only', async () => {
    await copy('team/app:1.0', 'team/gone:1.0');
    await skopeo('delete', '--tls-verify=false', ref('team/gone:1.0'));
    const again = ['inspect', '--tls-verify=false', ref('team/gone:1.0')];
    const { code, stderr } = await bench().attempt('skopeo', again);
    expect(code).not.toBe(0);
    expect(stderr).toContain('manifest unknown');
    expect(await digest('team/app:1.0')).toBe(image.digest);
  });
});
