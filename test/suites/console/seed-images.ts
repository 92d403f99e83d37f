import { createHash } from 'node:crypto';

import { artifact, index } from '../../../src/testing/builders.js';
import {
  blobOf,
  manifestOf,
  type BlobContent,
  type Content,
} from '../../../src/testing/content.js';
import { blob } from '../../../src/testing/layer.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';

/** Text that a page must show as text: markup, and a mark that turns the direction of writing. */
export const HOSTILE = '<script>window.attacked = true</script>\u202egpj.exe';

const DOCKER_IMAGE = 'application/vnd.docker.distribution.manifest.v2+json';
const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

const descriptorOf = ({ mediaType, digest, size, annotations }: BlobContent): object => ({
  mediaType,
  digest,
  size,
  ...(annotations && { annotations }),
});

/** Builds an image from a config of any form. */
export function imageWith(
  config: object | Buffer,
  layers: readonly BlobContent[],
  { isDocker = false, more = {} }: { isDocker?: boolean; more?: object } = {},
): Content {
  const bytes = Buffer.isBuffer(config) ? config : Buffer.from(JSON.stringify(config));
  const type = isDocker
    ? 'application/vnd.docker.container.image.v1+json'
    : 'application/vnd.oci.image.config.v1+json';
  const stored = blobOf(bytes, type);
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: isDocker ? DOCKER_IMAGE : OCI_IMAGE,
    config: descriptorOf(stored) as never,
    layers: layers.map(descriptorOf) as never,
    ...more,
  });
  return { ...manifest, config: stored, layers, manifests: [] };
}

const GZIP = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** An image with all that its page shows: steps without layers, formats of layers, variables, ports, labels. */
function richImage(): Content {
  const layers = [
    blob('a'.repeat(90_000), GZIP),
    blob('b'.repeat(30_000), 'application/vnd.oci.image.layer.v1.tar+zstd'),
    blob('c'.repeat(4_000), GZIP, {
      annotations: { 'containerd.io/snapshot/stargz/toc.digest': `sha256:${'1'.repeat(64)}` },
    }),
  ];
  const created = '2026-11-01T12:00:00Z';
  return imageWith(
    {
      created,
      os: 'linux',
      architecture: 'amd64',
      config: {
        Env: ['PATH=/usr/bin', 'DB_PASSWORD=hunter2', 'TOKEN_FILE=/run/secrets/token', 'EMPTY='],
        Entrypoint: ['/app/serve', '--port', '8080'],
        Cmd: ['--verbose'],
        User: '1000',
        WorkingDir: '/app',
        ExposedPorts: { '8080/tcp': {} },
        Volumes: { '/data': {} },
        Labels: {
          'org.opencontainers.image.source': 'https://example.com/team/app',
          'org.opencontainers.image.url': 'javascript:alert(1)',
          'com.example.url': 'https://example.com/other',
        },
      },
      history: [
        { created, created_by: '/bin/sh -c #(nop) ADD file:1234 in / ' },
        { created, created_by: '/bin/sh -c #(nop)  CMD ["bash"]', empty_layer: true },
        { created, created_by: 'RUN /bin/sh -c apt-get install -y curl # buildkit' },
        { created, created_by: 'ENV DB_PASSWORD=hunter2', empty_layer: true },
        { created, created_by: 'COPY /out /app # buildkit' },
      ],
    },
    layers,
  );
}

/** An index as BuildKit pushes it: images, and an attestation of one of them. */
function builtIndex(): Content {
  const images = ['amd64', 'arm64'].map((one) => imageOf('web', [64, 16], one));
  const plain = index(images);
  const statement = blob(
    '{"_type":"https://in-toto.io/Statement/v0.1"}',
    'application/vnd.in-toto+json',
  );
  const attestation = imageWith({ os: 'unknown', architecture: 'unknown' }, [statement]);
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: [
      ...(plain.manifest.manifests ?? []),
      {
        ...attestation.descriptor,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': images[0]?.descriptor.digest ?? '',
        },
      },
    ],
  });
  return { ...manifest, layers: [], manifests: [...images, attestation] };
}

/** A build cache of BuildKit: an index whose entries are blobs. */
function buildCache(): Content {
  const layers = [
    blob('cached layer', GZIP),
    blob('{"layers":[]}', 'application/vnd.buildkit.cacheconfig.v0'),
  ];
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_INDEX,
    manifests: layers.map(descriptorOf) as never,
  });
  return { ...manifest, layers, manifests: [] };
}

/** A cosign signature of the older form: an image with a tag that names the digest it signs. */
function cosignSignature(): Content {
  const payload = blob('{"critical":{}}', 'application/vnd.dev.cosign.simplesigning.v1+json', {
    annotations: { 'dev.cosignproject.cosign/signature': 'MEUCIQ==' },
  });
  return imageWith({ architecture: '', os: '' }, [payload]);
}

/** An image whose names, labels and history are an attack on the page. */
function hostileImage(): Content {
  return imageWith(
    {
      os: HOSTILE,
      architecture: 'amd64',
      author: HOSTILE,
      config: {
        Env: [`X=${HOSTILE}`],
        Entrypoint: [HOSTILE],
        Labels: {
          [HOSTILE]: HOSTILE,
          'org.opencontainers.image.source': `https://example.com/"><img src=x onerror=alert(1)>`,
        },
      },
      history: [{ created_by: `RUN echo ${HOSTILE} ${'long '.repeat(2_000)}` }],
    },
    [blob('layer', GZIP)],
    { more: { annotations: { [HOSTILE]: HOSTILE } } },
  );
}

/** An image whose config has 10 MiB. */
function hugeConfig(): Content {
  const labels = { big: `${HOSTILE}${'x'.repeat(10 * 1024 ** 2)}` };
  return imageWith({ os: 'linux', architecture: 'amd64', config: { Labels: labels } }, [
    blob('layer of the huge', GZIP),
  ]);
}

/** Pushes one of each kind of content that a registry has. */
export async function seedImages(pusher: Pusher): Promise<void> {
  const rich = richImage();
  await pushContent(pusher, 'kinds/app', '1.0', rich);
  await pushContent(pusher, 'kinds/app', 'latest', rich);
  await pushContent(pusher, 'other/app', '1.0', rich);
  const sbom = artifact({
    type: 'application/spdx+json',
    subject: rich,
    files: { 'sbom.spdx.json': '{"spdxVersion":"SPDX-2.3"}' },
  });
  const signature = artifact({
    type: 'application/vnd.dev.cosign.artifact.sig.v1+json',
    subject: sbom,
    files: { 'signature.json': '{}' },
  });
  for (const one of [sbom, signature]) {
    await pushContent(pusher, 'kinds/app', one.descriptor.digest, one);
  }
  await pushContent(pusher, 'kinds/web', '2.0', builtIndex());
  const docker = { os: 'linux', architecture: 'amd64', config: { Cmd: ['sh'] } };
  const layer = 'application/vnd.docker.image.rootfs.diff.tar.gzip';
  await pushContent(
    pusher,
    'kinds/docker',
    '1.0',
    imageWith(docker, [blob('docker layer', layer)], { isDocker: true }),
  );
  await pushContent(pusher, 'kinds/chart', '0.3.1', helmChart());
  await pushContent(
    pusher,
    'kinds/app',
    `${rich.descriptor.digest.replace(':', '-')}.sig`,
    cosignSignature(),
  );
  await pushContent(pusher, 'kinds/cache', 'main', buildCache());
  await pushContent(
    pusher,
    'kinds/files',
    'v1',
    artifact({
      type: 'application/vnd.example.report',
      files: { 'report.txt': 'all is well', [`${HOSTILE}.txt`]: 'x' },
      annotations: { 'org.opencontainers.image.title': HOSTILE },
    }),
  );
  await pushContent(pusher, 'kinds/hostile', '1.0', hostileImage());
  await pushContent(pusher, 'kinds/huge', '1.0', hugeConfig());
  await pushContent(pusher, 'kinds/long', SHA512, sha512Image());
}

function helmChart(): Content {
  const chart = blob('chart', 'application/vnd.cncf.helm.chart.content.v1.tar+gzip');
  const config = blobOf(
    Buffer.from('{"name":"shop","version":"0.3.1"}'),
    'application/vnd.cncf.helm.config.v1+json',
  );
  const manifest = manifestOf({
    schemaVersion: 2,
    mediaType: OCI_IMAGE,
    config: descriptorOf(config) as never,
    layers: [descriptorOf(chart)] as never,
  });
  return { ...manifest, config, layers: [chart], manifests: [] };
}

function sha512Image(): Content {
  return imageWith({ os: 'linux', architecture: 's390x' }, [blob('long digest', GZIP)]);
}

/** The digest by which the image of `kinds/long` is pushed. */
export const SHA512 = `sha512:${createHash('sha512').update(sha512Image().bytes).digest('hex')}`;
