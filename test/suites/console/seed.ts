import { artifact, image, index } from '../../../src/testing/builders.js';
import { blob } from '../../../src/testing/layer.js';
import { type Content } from '../../../src/testing/content.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';

/** Returns an image whose layers have these sizes, in KiB. The same arguments give the same digests. */
export function imageOf(
  text: string,
  kib: readonly number[] = [64],
  architecture = 'amd64',
): Content {
  return image({
    platform: { os: 'linux', architecture },
    layers: kib.map((size, at) => ({ [`app/${at}.txt`]: noise(`${text}${at}`, size * 1024) })),
    config: {
      Env: ['PATH=/usr/local/bin:/usr/bin', `VERSION=${text}`],
      Entrypoint: ['/app/serve'],
      ExposedPorts: { '8080/tcp': {} },
      User: '1000',
      Labels: {
        'org.opencontainers.image.title': text,
        'org.opencontainers.image.source': 'https://example.com/team/app',
      },
    },
  });
}

/** Returns text that does not compress to nothing, the same for the same seed. */
function noise(seed: string, bytes: number): string {
  let state = 7;
  for (const byte of Buffer.from(seed)) state = (Math.imul(state, 31) + byte) >>> 0;
  const letters = Array.from({ length: bytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return String.fromCharCode(33 + ((state >>> 24) % 94));
  });
  return letters.join('');
}

/** What the small registry of the tests has: images of one and of many platforms, a chart, a signature, a report. */
export async function seedSmall(pusher: Pusher): Promise<void> {
  const push = (repository: string, tag: string, content: Content): Promise<void> =>
    pushContent(pusher, repository, tag, content);
  for (const version of ['1.0.0', '1.1.0', '1.2.0-rc.1', '1.2.0']) {
    await push('team/app', version, imageOf(`app ${version}`, [256, 48, 12]));
  }
  const many = index(
    ['amd64', 'arm64', 'riscv64'].map((one) => imageOf('web 2.0', [128, 32], one)),
  );
  await push('team/web', '2.0', many);
  await push('team/web', 'latest', many);
  const signed = imageOf('base', [96]);
  await push('base/debian', 'bookworm', signed);
  const signature = artifact({
    type: 'application/vnd.dev.cosign.artifact.sig.v1+json',
    subject: signed,
    files: { 'signature.json': '{"signed":true}' },
  });
  await pushContent(pusher, 'base/debian', signature.descriptor.digest, signature);
  await push(
    'charts/shop',
    '0.3.1',
    artifact({
      type: 'application/vnd.cncf.helm.config.v1+json',
      blobs: [blob(noise('chart', 4_096), 'application/vnd.cncf.helm.chart.content.v1.tar+gzip')],
    }),
  );
  for (let at = 0; at < 60; at++) {
    await push(
      `services/service-${String(at).padStart(2, '0')}`,
      'main',
      imageOf(`service ${at % 5}`, [8]),
    );
  }
  for (let at = 0; at < 70; at++)
    await push('team/nightly', `build-${1_000 + at}`, imageOf(`night ${at % 9}`, [4]));
}
