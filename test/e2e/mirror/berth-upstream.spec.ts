import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { DOCKER_IMAGE, DOCKER_LIST, OCI_IMAGE } from '../../../src/domain/media-type.js';
import {
  buildArtifact,
  buildImage,
  buildIndex,
  buildManifest,
  CONFIG_TYPE,
  describeBytes,
  EMPTY_JSON,
  publish,
  pushBlob,
  repo,
  uniqueBytes,
  type BuiltManifest,
} from '../../../src/storage/contract/fixtures.js';
import { passwordOf, usersFile } from '../../support/access.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { pull } from '../../support/mirror/pulling.js';
import { TestRegistry } from '../../support/registry.js';
import { CertificateFiles } from '../tls/certificate-files.js';

const TEAM = repo('team/app');
const RULES = "rules:\n  - { repositories: ['team/**'], who: [alice], can: [pull] }\n";

const LAYER = uniqueBytes(100_000);
const IMAGE = buildImage([LAYER]);
const schema2 = (): BuiltManifest =>
  buildManifest({
    schemaVersion: 2,
    mediaType: DOCKER_IMAGE,
    config: describeBytes(IMAGE.config, 'application/vnd.docker.container.image.v1+json'),
    layers: [describeBytes(LAYER, 'application/vnd.docker.image.rootfs.diff.tar.gzip')],
  });
const dockerList = (): BuiltManifest =>
  buildManifest({
    schemaVersion: 2,
    mediaType: DOCKER_LIST,
    manifests: [{ ...IMAGE.descriptor, platform: { os: 'linux', architecture: 'amd64' } }],
  });
/** An image whose layer is named by sha512. */
const ofSha512 = (): BuiltManifest =>
  buildManifest({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: describeBytes(IMAGE.config, CONFIG_TYPE),
    layers: [
      {
        ...describeBytes(LAYER, 'application/vnd.oci.image.layer.v1.tar'),
        digest: `${Digest.of(LAYER, 'sha512')}`,
      },
    ],
  });

const KINDS: readonly (readonly [string, BuiltManifest])[] = [
  ['image', IMAGE],
  ['index', buildIndex([IMAGE.descriptor])],
  ['schema2', schema2()],
  ['list', dockerList()],
  ['artifact', buildArtifact(IMAGE.descriptor, { artifactType: 'application/x.signature' })],
  ['sha512', ofSha512()],
];

describe('the mirror of a Berth with token logins and a certificate of a private CA', () => {
  let files: CertificateFiles;
  let upstream: TestRegistry;
  let file: MirrorsFile;
  let registry: TestRegistry;
  beforeAll(async () => {
    files = await CertificateFiles.make('localhost');
    await files.write('users.htpasswd', await usersFile(['alice']));
    await files.write('access.yaml', RULES);
    upstream = await TestRegistry.start({
      ...files.environment,
      REGISTRY_USERS_FILE: files.path('users.htpasswd'),
      REGISTRY_ACCESS_FILE: files.path('access.yaml'),
      REGISTRY_AUTH: 'token',
    });
    for (const blob of [LAYER, IMAGE.config, EMPTY_JSON])
      await pushBlob(upstream.storage, TEAM, blob);
    await pushBlob(upstream.storage, TEAM, LAYER, 'sha512');
    for (const [tag, { bytes }] of KINDS)
      await publish(upstream.storage, TEAM, bytes, { tags: [tag] });
    const keys = `ca: ca.crt, login: { user: alice, passwordFile: password }, content: public, addresses: private`;
    file = await MirrorsFile.write(
      `mirrors: [{ name: lab, url: 'https://localhost:${upstream.port}', ${keys} }]\n`,
      { 'ca.crt': files.ca, password: passwordOf('alice') },
    );
    registry = await TestRegistry.start({ REGISTRY_STORAGE_DRIVER: 'memory', ...file.environment });
  });
  afterAll(async () => {
    await registry.stop();
    await upstream.stop();
    await file.remove();
    await files.remove();
  });

  it.each(KINDS)('serves a manifest with the same digest and bytes (%s)', async (tag, built) => {
    for (const reference of [tag, `${built.digest}`]) {
      const { status, headers, body } = await pull(
        registry,
        `/v2/lab/team/app/manifests/${reference}`,
      );

      expect([status, headers['docker-content-digest']]).toEqual([200, `${built.digest}`]);
      expect(body.equals(built.bytes)).toBe(true);
      expect(headers['content-type']).toBe(built.descriptor.mediaType);
    }
  });

  it.each(['sha256', 'sha512'] as const)('serves a blob that is named by %s', async (algorithm) => {
    const path = `/v2/lab/team/app/blobs/${Digest.of(LAYER, algorithm)}`;

    for (let times = 0; times < 2; times++) {
      const { isWhole, body } = await pull(registry, path);

      expect([isWhole, body.equals(LAYER)]).toEqual([true, true]);
    }
  });
});
