import { beforeAll, describe, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { useBench } from './bench.js';
import { digestOfFile, fingerprint, gatherApplication, gatherPrograms } from './files.js';
import { OciLayout } from './oci-layout.js';
import type { Descriptor } from './registry-api.js';

const SBOM = 'application/vnd.example.sbom.v1';
const SIGNATURE = 'application/vnd.example.signature.v1';

const bench = useBench();
const ref = (name: string): string => `${bench().host}/${name}`;
const plain = (...args: string[]): Promise<string> =>
  bench().run('oras', [...args, '--plain-http']);
const copy = (from: string, to: string, ...flags: string[]): Promise<string> =>
  bench().run('oras', ['cp', '--from-plain-http', '--to-plain-http', ...flags, ref(from), ref(to)]);
const copyLayout = (layout: OciLayout, tag: string, to: string): Promise<string> =>
  bench().run('oras', [
    'cp',
    '--to-plain-http',
    '--from-oci-layout',
    `${layout.folder}:${tag}`,
    to,
  ]);

let app: string;
let image: Descriptor;

/** Returns the digest of the attached artifact. */
async function attach(target: string, artifactType: string, ...flags: string[]): Promise<string> {
  const said = await plain(
    'attach',
    ...['--artifact-type', artifactType, '--format', 'json', ...flags],
    ...[target, 'note.txt:text/plain'],
  );
  return (JSON.parse(said) as { digest: string }).digest;
}

async function discover(target: string, ...flags: string[]): Promise<Descriptor[]> {
  const said = await plain('discover', '--format', 'json', ...flags, target);
  return (JSON.parse(said) as { referrers?: Descriptor[] }).referrers ?? [];
}

beforeAll(async () => {
  ({ app } = await gatherApplication(bench().path('files')));
  await writeFile(bench().path('note.txt'), 'Something about an image.\n');
  const layout = await OciLayout.create(bench().path('layout'));
  image = await layout.addImage({ layers: [app] });
  await layout.tag('1.0', image);
  await copyLayout(layout, '1.0', ref('team/app:1.0'));
});

describe('oras', () => {
  it('pushes files as an artifact and pulls the same bytes again', async () => {
    const artifactType = 'application/vnd.example.report';
    await bench().run('cp', ['-r', app, bench().path('report')]);
    await plain(
      'push',
      ref('team/report:v1'),
      '--artifact-type',
      artifactType,
      'report',
      'note.txt',
    );
    const stored = await bench().api.manifest('team/report', 'v1');
    expect(stored.body.artifactType).toBe(artifactType);
    expect(await plain('resolve', ref('team/report:v1'))).toBe(stored.digest);

    const out = await bench().emptyFolder('pulled');
    await plain('pull', '-o', out, ref(`team/report@${stored.digest}`));
    expect(await fingerprint(join(out, 'report'))).toEqual(await fingerprint(app));
    expect(await digestOfFile(join(out, 'note.txt'))).toBe(
      await digestOfFile(bench().path('note.txt')),
    );
  });

  it('lists tags and repositories', async () => {
    await plain('tag', ref('team/app:1.0'), 'stable', '1');
    expect((await plain('repo', 'tags', ref('team/app'))).split('\n')).toEqual([
      '1',
      '1.0',
      'stable',
    ]);
    expect((await plain('repo', 'ls', bench().host)).split('\n')).toContain('team/app');
  });

  it('copies between repositories', async () => {
    await copy('team/app:1.0', 'mirror/app:1.0');
    expect(await plain('resolve', ref('mirror/app:1.0'))).toBe(image.digest);
    expect(await bench().api.readWhole('mirror/app', '1.0')).toEqual(
      await bench().api.readWhole('team/app', '1.0'),
    );
  });

  it('attaches artifacts to an image and discovers them, all and by type', async () => {
    await copy('team/app:1.0', 'team/signed:1.0');
    const sbom = await attach(ref('team/signed:1.0'), SBOM, '--annotation', 'by=berth');
    const signature = await attach(ref('team/signed:1.0'), SIGNATURE);

    const all = await discover(ref('team/signed:1.0'));
    expect(all.map(({ digest }) => digest).sort()).toEqual([sbom, signature].sort());
    const sboms = await discover(ref('team/signed:1.0'), '--artifact-type', SBOM);
    expect(sboms.map(({ digest }) => digest)).toEqual([sbom]);

    const [referrer, ...others] = await bench().api.referrers('team/signed', image.digest, SBOM);
    expect(others).toEqual([]);
    expect(referrer).toMatchObject({
      digest: sbom,
      artifactType: SBOM,
      annotations: { by: 'berth' },
    });
    const stored = await bench().api.manifest('team/signed', sbom);
    expect(stored.body.subject?.digest).toBe(image.digest);

    const out = await bench().emptyFolder('sbom');
    await plain('pull', '-o', out, ref(`team/signed@${sbom}`));
    expect(await digestOfFile(join(out, 'note.txt'))).toBe(
      await digestOfFile(bench().path('note.txt')),
    );
  });

  it('copies an image with its attached artifacts', async () => {
    await copy('team/app:1.0', 'team/whole:1.0');
    const sbom = await attach(ref('team/whole:1.0'), SBOM);
    const onTop = await attach(ref(`team/whole@${sbom}`), SIGNATURE);
    await copy('team/whole:1.0', 'mirror/whole:1.0', '-r');
    expect(await discover(ref('mirror/whole:1.0'), '--depth', '1')).toMatchObject([
      { digest: sbom },
    ]);
    expect(await bench().api.referrers('mirror/whole', sbom)).toMatchObject([{ digest: onTop }]);
  });

  it('finds once what a client without the referrers API attached', async () => {
    await copy('team/app:1.0', 'team/old:1.0');
    const flag = '--distribution-spec';
    const old = await attach(ref('team/old:1.0'), SBOM, flag, 'v1.1-referrers-tag');
    const found = await discover(ref('team/old:1.0'), flag, 'v1.1-referrers-api');
    expect(found).toMatchObject([{ digest: old, artifactType: SBOM }]);
  });

  it('builds an index of two platforms', async () => {
    for (const architecture of ['amd64', 'arm64']) {
      const layout = await OciLayout.create(bench().path(`layout-${architecture}`));
      await layout.tag('x', await layout.addImage({ layers: [app], architecture }));
      await copyLayout(layout, 'x', ref(`team/multi:${architecture}`));
    }
    await plain('manifest', 'index', 'create', ref('team/multi:latest'), 'amd64', 'arm64');
    const { body } = await bench().api.manifest('team/multi', 'latest');
    expect(body.manifests?.map(({ platform }) => platform?.architecture)).toEqual([
      'amd64',
      'arm64',
    ]);
    await copy('team/multi:latest', 'mirror/multi:latest');
    expect(await bench().api.readWhole('mirror/multi', 'latest')).toEqual(
      await bench().api.readWhole('team/multi', 'latest'),
    );
  });

  it('deletes a manifest with its tags, and a blob', async () => {
    await copy('team/app:1.0', 'team/gone:1.0');
    await plain('manifest', 'delete', '--force', ref('team/gone:1.0'));
    const { code, stderr } = await bench().attempt('oras', [
      ...['manifest', 'fetch', '--plain-http', ref('team/gone:1.0')],
    ]);
    expect(code).not.toBe(0);
    expect(stderr).toContain('not found');

    const blob = await digestOfFile(bench().path('note.txt'));
    await plain('blob', 'push', ref('team/gone'), 'note.txt');
    expect(await bench().api.status('HEAD', `team/gone/blobs/${blob}`)).toBe(200);
    await plain('blob', 'delete', '--force', ref(`team/gone@${blob}`));
    expect(await bench().api.status('HEAD', `team/gone/blobs/${blob}`)).toBe(404);
  });

  it('pushes and pulls a layer of more than 300 MB unchanged', async () => {
    await gatherPrograms(bench().path('programs'));
    const layout = await OciLayout.create(bench().path('large'));
    const large = await layout.addImage({ layers: [bench().path('programs')], compressed: false });
    await layout.tag('1.0', large);
    await copyLayout(layout, '1.0', ref('team/large:1.0'));

    const { body } = await bench().api.manifest('team/large', large.digest);
    expect(body.layers?.[0]?.size).toBeGreaterThan(300_000_000);
    const out = await bench().emptyFolder('large-pulled');
    await bench().run('oras', [
      ...['cp', '--from-plain-http', '--to-oci-layout', ref('team/large:1.0'), `${out}:1.0`],
    ]);
    expect(await fingerprint(join(out, 'blobs'))).toEqual(
      await fingerprint(join(layout.folder, 'blobs')),
    );
  });
});
