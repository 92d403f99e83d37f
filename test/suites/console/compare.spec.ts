import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { image, index } from '../../../src/testing/builders.js';
import { type Content } from '../../../src/testing/content.js';
import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { crane, jq } from './image-tools.js';
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

/** Computes the lines of `shownLayers` from two manifests. */
const COMPARED_LAYERS = `
  def has($layers): .digest as $digest | any($layers[]; .digest == $digest);
  def grouped: tostring | length as $digits
    | [ range($digits) as $at
        | (if $at > 0 and ($digits - $at) % 3 == 0 then "," else "" end) + .[$at:$at + 1] ] | add;
  .[0].layers as $a | .[1].layers as $b
  | [ ($b[] | select(has($a)) | "in both " + .digest + " " + (.size | grouped) + " bytes"),
      ($a[] | select(has($b) | not) | "removed " + .digest + " " + (.size | grouped) + " bytes"),
      ($b[] | select(has($a) | not) | "added " + .digest + " " + (.size | grouped) + " bytes") ]`;

/** Computes the rows of the table of configs from two configs: fields, the environment by its names, labels. */
const COMPARED_CONFIGS = `
  def shown: if type == "string" then . else tojson end;
  def variables: map(capture("^(?<key>[^=]*)=(?<value>.*)$")) | from_entries;
  def changes($a; $b; $kind):
    ($a + $b | keys[]) as $key | [$a[$key], $b[$key]]
    | select(.[0] != .[1])
    | $key + $kind
      + (if .[0] == null then "+ added–" elif .[1] == null then "− removed" else "changed" end)
      + (if .[0] == null then "" else .[0] | shown end)
      + (if .[1] == null then "–" else .[1] | shown end);
  def fields: { entrypoint: .Entrypoint, user: .User };
  map(.config) as [$a, $b]
  | [ changes($a | fields; $b | fields; "field"),
      changes($a.Env | variables; $b.Env | variables; "environment"),
      changes($a.Labels; $b.Labels; "label") ]`;

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

  /** Resolves to what `jq` computes from what `crane` prints of the two images. */
  const computed = async (command: 'manifest' | 'config', filter: string): Promise<unknown> => {
    const { pusher } = bench();
    const images = ['1.0', '2.0'].map((tag) => crane(pusher, command, `team/app:${tag}`));
    return jq(filter, await Promise.all(images));
  };

  it('lists the layers that jq computes from the manifests of crane, with sizes', async () => {
    const expected = await computed('manifest', COMPARED_LAYERS);
    const page = await bench().open(PLACE);
    await page.getByRole('button', { name: 'Show them' }).click();

    expect(expected).toHaveLength(4);
    expect(await shownLayers(page)).toEqual(expected);
    await page.getByText('2 layers in both').waitFor();
  });

  it('shows the differences of the configs that jq computes from those of crane', async () => {
    const expected = await computed('config', COMPARED_CONFIGS);
    const page = await bench().open(PLACE);
    const table = page.getByRole('table', { name: 'Differences of the configs' });
    await table.waitFor();
    const rows = await table.getByRole('row').allTextContents();

    expect(rows.slice(1)).toEqual(expected);
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
