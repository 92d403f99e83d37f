import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { image, index } from '../../../src/testing/builders.js';
import { type Content, type ManifestJson } from '../../../src/testing/content.js';
import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';
import { itAtEachWidth, PHONE } from './views.js';

const BASE = { 'etc/os-release': 'NAME=Debian', 'usr/bin/tool': 'x'.repeat(40_000) };

/** Returns a version of an application above the same base. */
function application(
  version: string,
  run: { readonly env: string; readonly user: string },
): Content {
  const code = { 'app/main.js': `// ${version}\n`.repeat(900), [`app/${version}.txt`]: version };
  return image({
    layers: [BASE, { 'usr/lib/runtime.so': 'r'.repeat(9_000) }, code],
    config: {
      Env: ['PATH=/usr/bin', `MODE=${run.env}`, `V_${version.replace('.', '_')}=1`],
      Entrypoint: ['/app/main.js', `--version=${version}`],
      User: run.user,
      Labels: { 'org.opencontainers.image.version': version },
    },
  });
}

async function seed(pusher: Pusher): Promise<void> {
  const push = (repository: string, tag: string, content: Content): Promise<void> =>
    pushContent(pusher, repository, tag, content);
  await push('team/app', '1.0', application('1.0', { env: 'slow', user: 'root' }));
  await push('team/app', '2.0', application('2.0', { env: 'fast', user: '1000' }));
  await push('team/app', 'latest', application('2.0', { env: 'fast', user: '1000' }));
  await push('team/fork', '2.0', application('2.1', { env: 'fast', user: '1000' }));
  for (const version of ['1', '2']) {
    const images = ['amd64', 'arm64'].map((one) => imageOf(`many ${version}`, [16], one));
    await push('team/many', version, index(images));
  }
}

const PLACE = 'compare?repository=team%2Fapp&a=1.0&b=2.0';

/** Reads the layers of an image as any client does. */
async function layersOf({ url }: Pusher, reference: string): Promise<ManifestJson['layers']> {
  const answer = await fetch(`${url}/v2/team/app/manifests/${reference}`, {
    headers: { Accept: 'application/vnd.oci.image.manifest.v1+json' },
  });
  return ((await answer.json()) as ManifestJson).layers;
}

async function shownLayers(page: Page): Promise<string[]> {
  const rows = page.getByRole('list', { name: 'Layers' }).getByRole('listitem');
  return rows.evaluateAll((items) =>
    items.map((item) => {
      const digest = item.querySelector('[title^="sha"]')?.getAttribute('title') ?? '';
      const bytes = item.querySelector('[title$=" bytes"]')?.getAttribute('title') ?? '';
      const side = /added|removed|in both/.exec(item.textContent)?.[0] ?? '';
      return `${side} ${digest} ${bytes}`;
    }),
  );
}

describe('the comparison of two images', () => {
  const bench = useBench({ seed });

  itAtEachWidth('has no barrier, with all layers and files shown', async (view) => {
    const page = await bench().open(PLACE, { view });
    await page.getByRole('button', { name: 'Show them' }).click();
    await page.getByRole('button', { name: 'Compare the files' }).click();
    await page.getByRole('table', { name: 'Files that differ' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('lists the same layers as their manifests, with sizes', async () => {
    const { pusher } = bench();
    const [a = [], b = []] = [await layersOf(pusher, '1.0'), await layersOf(pusher, '2.0')];
    const has = (layers: typeof a, digest: string): boolean =>
      layers.some((layer) => layer.digest === digest);
    const line = (side: string, { digest, size }: (typeof a)[number]): string =>
      `${side} ${digest} ${size.toLocaleString('en')} bytes`;
    const page = await bench().open(PLACE);
    await page.getByRole('button', { name: 'Show them' }).click();

    expect(await shownLayers(page)).toEqual([
      ...b.filter(({ digest }) => has(a, digest)).map((layer) => line('in both', layer)),
      ...a.filter(({ digest }) => !has(b, digest)).map((layer) => line('removed', layer)),
      ...b.filter(({ digest }) => !has(a, digest)).map((layer) => line('added', layer)),
    ]);
    await page.getByText('2 layers in both').waitFor();
  });

  it('shows what the configs say differently', async () => {
    const page = await bench().open(PLACE);
    const table = page.getByRole('table', { name: 'Differences of the configs' });
    await table.waitFor();
    const rows = await table.getByRole('row').allTextContents();

    expect(rows.slice(1)).toEqual([
      'entrypointfieldchanged["/app/main.js","--version=1.0"]["/app/main.js","--version=2.0"]',
      'userfieldchangedroot1000',
      'MODEenvironmentchangedslowfast',
      'V_1_0environment− removed1–',
      'V_2_0environment+ added–1',
      'org.opencontainers.image.versionlabelchanged1.02.0',
    ]);
  });

  it('compares the files only on demand, and says what has changed', async () => {
    const page = await bench().open(PLACE);
    await page.getByText('takes seconds to minutes').waitFor();
    const before = bench()
      .apiRequests()
      .filter((line) => line.includes('files'));
    await page.getByRole('button', { name: 'Compare the files' }).click();
    const table = page.getByRole('table', { name: 'Files that differ' });
    await table.getByText('app/main.js').waitFor();
    await page.getByText('1 added, 1 removed, 1 changed').waitFor();
    const rows = await table.getByRole('row').allTextContents();

    expect(before).toEqual([]);
    expect(rows.slice(1)).toEqual([
      'app/1.0.txt− removed–3 B–',
      'app/2.0.txt+ added––3 B',
      'app/main.jschangedcontent6.2 KiB6.2 KiB',
    ]);
  });

  it('can be stopped while files are compared', async () => {
    const page = await bench().open(PLACE, { lostRequests: true });
    await page.route('**/compare/files*', () => undefined);
    await page.getByRole('button', { name: 'Compare the files' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();

    await page.getByText('Cancelled.').waitFor();
  });

  it('says that both are the same image', async () => {
    const page = await bench().open('compare?repository=team%2Fapp&a=2.0&b=latest');

    await page.getByText('Both are the same image').waitFor();
  });

  it('asks for a platform of images that have several', async () => {
    const page = await bench().open('compare?repository=team%2Fmany&a=1&b=2', { statuses: [400] });
    await page.getByRole('button', { name: 'linux/arm64' }).click();
    await page.getByText('For linux/arm64').waitFor();

    await page.getByText('The images have no layer in common.').waitFor();
  });

  it('takes images of two repositories, as one writes them, and swaps them', async () => {
    const page = await bench().open('compare');
    await page.getByText('Choose two images').waitFor();
    await page.getByLabel('First image').fill('team/app:2.0');
    await page.getByLabel('Second image').fill('team/fork:2.0');
    await page.keyboard.press('Enter');
    await page.getByText('2 layers in both').waitFor();
    await page.getByRole('button', { name: 'Swap the images' }).click();
    await page.getByText('2 layers in both').waitFor();

    expect(new URL(page.url()).search).toBe('?repository=team%2Ffork&a=2.0&b=2.0&with=team%2Fapp');
    expect(await page.getByLabel('First image').inputValue()).toBe('team/fork:2.0');
  });

  it('says what is wrong with a name, and which image does not exist', async () => {
    const page = await bench().open('compare', { statuses: [404] });
    await page.getByLabel('First image').fill('team app');
    await page.keyboard.press('Enter');
    await page.getByText('Write each image as REPOSITORY:TAG').waitFor();
    await page.getByLabel('First image').fill('team/app:9.9');
    await page.getByLabel('Second image').fill('2.0');
    await page.keyboard.press('Enter');

    await page.getByRole('alert').getByText('Could not compare the images').waitFor();
  });

  it('fits on a phone', async () => {
    const page = await bench().open(PLACE, { view: PHONE });
    await page.getByText('2 layers in both').waitFor();

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});
