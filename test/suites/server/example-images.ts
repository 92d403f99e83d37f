import { buildImage, type BuiltImage } from '../../../src/storage/contract/fixtures.js';
import { Digest } from '../../../src/domain/digest.js';
import { pushImageOverHttp } from '../../support/push-over-http.js';

/** An image of an example, whose digest is the same each time. */
function exampleImage(name: string, bytes: number): BuiltImage {
  const config = {
    created: '2026-11-29T12:00:00Z',
    os: 'linux',
    architecture: 'amd64',
    config: { Env: ['PATH=/usr/bin:/bin'], Cmd: ['app'] },
    rootfs: { type: 'layers', diff_ids: [`${Digest.of(Buffer.from(name))}`] },
    history: [{ created: '2026-11-29T12:00:00Z', created_by: `COPY ${name} /usr/bin/app` }],
  };
  return buildImage([Buffer.alloc(bytes, name)], Buffer.from(JSON.stringify(config)));
}

/** Pushes the images of the examples in docs/cli.md to the registry at `url`. */
export async function pushExampleImages(url: string): Promise<void> {
  const push = (repository: string, tag: string, image: BuiltImage): Promise<void> =>
    pushImageOverHttp({ url }, repository, tag, image);
  await push('team/app', '1.0', exampleImage('one', 3_000_000));
  await push('team/app', '1.1', exampleImage('two', 2_000_000));
  for (const tag of ['pr-1', 'pr-2', 'pr-3']) await push('team/app', tag, exampleImage(tag, 5_000));
  await push('lib/base', 'latest', exampleImage('base', 40_000));
}
