import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { writeFile } from 'node:fs/promises';

import { buildImage } from '../../../src/storage/contract/fixtures.js';
import { MirrorsFile } from '../../support/mirrors.js';
import { Bench } from '../clients/bench.js';
import { Distribution } from './distribution.js';

const TYPE = 'application/vnd.example.report';

let distribution: Distribution;
let bench: Bench;

beforeAll(async () => {
  distribution = await Distribution.start();
  const mirror = `{ name: other, url: '${distribution.url}', addresses: private, fresh: 0s }`;
  const file = await MirrorsFile.write(`mirrors: [${mirror}]\n`);
  bench = await Bench.start({ settings: file.environment });
  bench.beforeStop(async () => {
    await distribution.stop();
    await file.remove();
  });
});
afterAll(() => bench.stop());

const oras = (command: string, ...args: string[]): Promise<string> =>
  bench.run('oras', [command, '--plain-http', ...args]);

/** Resolves to the digests of what refers to an image, as oras reports them. */
async function discover(image: string): Promise<string[]> {
  const said = await oras('discover', '--format', 'json', image);
  const { referrers } = JSON.parse(said) as { readonly referrers: { readonly digest: string }[] };
  return referrers.map(({ digest }) => digest);
}

it('oras finds and pulls what refers to an image of another registry, also after that registry is gone', async () => {
  const image = buildImage();
  for (const blob of [image.config, ...image.layers]) await distribution.addBlob('app/x', blob);
  await distribution.addManifest('app/x', '1', image);
  await writeFile(bench.path('report.txt'), 'all is well');
  const upstream = `${new URL(distribution.url).host}/app/x:1`;
  await oras('attach', '--artifact-type', TYPE, upstream, 'report.txt:text/plain');
  const expected = await discover(upstream);
  expect(expected).toHaveLength(1);

  const through = `${bench.host}/other/app/x`;
  expect(await discover(`${through}:1`)).toEqual(expected);
  await oras('pull', '--output', bench.path('pulled'), `${through}@${expected[0]}`);
  // To discover, oras only sends a HEAD for the image, by which nothing is stored.
  await bench.run('crane', ['manifest', `${through}:1`]);
  await distribution.stop();

  expect(await discover(`${through}:1`)).toEqual(expected);
  await oras('pull', '--output', bench.path('again'), `${through}@${expected[0]}`);
});
