import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { Digest } from '../../../src/domain/digest.js';
import { buildImage, buildIndex, uniqueBytes } from '../../../src/storage/contract/fixtures.js';
import { until } from '../../support/until.js';
import { FakeHub } from '../../support/upstreams/fake-hub.js';
import { violationsOf } from './accessibility.js';
import { GUARD, openAs } from './admin-seed.js';
import { useBench } from './bench.js';
import { itInEachView } from './views.js';

const LIMIT_OF_PULLS = 100;

describe('the page of mirrors', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-console-mirrors-'));
  const file = join(folder, 'mirrors.yaml');
  const offline = `  - { name: quay.io, url: 'https://quay.io', offline: true }\n`;
  writeFileSync(file, `mirrors:\n${offline}`);
  const bench = useBench({ environment: { REGISTRY_MIRRORS_FILE: file } });
  const layer = uniqueBytes(200_000);
  let hub: FakeHub;

  /** Gets a path of the registry as an image client does. */
  const get = async (path: string): Promise<number> => {
    const answer = await fetch(`${bench().url}/v2/docker.io/library/alpine/${path}`);
    await answer.arrayBuffer();
    return answer.status;
  };

  beforeAll(async () => {
    hub = await FakeHub.start({ pullsAllowed: LIMIT_OF_PULLS });
    const image = buildImage([layer]);
    hub.content.add('library/alpine', image);
    hub.content.add('library/alpine', buildIndex([image.descriptor]), '3');
    writeFileSync(
      file,
      `mirrors:
  - { name: docker.io, url: '${hub.url}', library: true, addresses: private, keep: { unused: 30d, bytes: 1GiB } }
${offline}`,
    );
    await until(async () => {
      const answer = await fetch(`${bench().url}/api/v1/mirrors`);
      return (await answer.text()).includes('docker.io');
    });
    const blob = `blobs/${Digest.of(layer)}`;
    const statuses = [
      await get('manifests/3'),
      await get('manifests/3'),
      await get(blob),
      await get(blob),
    ];
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  afterAll(async () => {
    await hub.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  itInEachView('has no barrier, also with the dialog', async (view) => {
    const page = await bench().open('mirrors', { view });
    await page.getByRole('list', { name: 'Mirrors' }).getByText('docker.io').waitFor();
    const shown = await violationsOf(page);
    await page.getByRole('button', { name: 'Refresh a tag' }).click();
    await page.getByRole('dialog', { name: 'Refresh a tag of docker.io' }).waitFor();

    expect([...shown, ...(await violationsOf(page))]).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
  });

  it('says what each saves, what its registry still allows, and that one is offline', async () => {
    const page = await bench().open('mirrors');
    const [hubCard, quay] = [0, 1].map((at) =>
      page.getByRole('list', { name: 'Mirrors' }).getByRole('listitem').nth(at),
    );
    await hubCard?.getByText('active').waitFor();
    const text = (await hubCard?.textContent()) ?? '';

    expect(text).toContain('Answered from here4 of 6 (66 %)');
    expect(text).toContain('Downloaded195 KiB');
    expect(text).toMatch(/Pulls left\d\d of 100/);
    expect(text).toContain('at most 1.0 GiB');
    expect(text).toContain('go after 30 days');
    expect(await quay?.textContent()).toContain('offline');
  });

  it('refreshes a tag, and says whether it has moved', async () => {
    const page = await bench().open('mirrors');
    await page.getByRole('button', { name: 'Refresh a tag' }).click();
    const dialog = page.getByRole('dialog', { name: 'Refresh a tag of docker.io' });
    await dialog.getByLabel('Image').fill('library/alpine');
    await page.keyboard.press('Enter');
    await dialog.getByText('Write a repository and a tag').waitFor();
    await dialog.getByLabel('Image').fill('library/alpine:3');
    await page.keyboard.press('Enter');
    await dialog.getByText('The tag points to the same image as before.').waitFor();
    hub.content.add('library/alpine', buildImage([uniqueBytes(1_000)]), '3');
    await dialog.getByRole('button', { name: 'Refresh', exact: true }).click();

    await dialog.getByText('The tag points to another image now.').waitFor();
  });

  it('says why a registry is not asked, while its page is open', async () => {
    const page = await bench().open('mirrors');
    await page.getByText('active').waitFor();
    hub.fail('registry', { status: 500 });
    expect(await get('manifests/nothing')).toBe(503);

    await page.getByText(/not asked for \d+ seconds/).waitFor();
    await page.getByText('Last failure').waitFor();
    hub.recover();
  });
});

describe('the page of mirrors without mirrors', () => {
  const bench = useBench({ guard: GUARD });

  it('shows an example to an administrator', async () => {
    const page = await openAs(bench(), 'alice', 'mirrors');

    await page.getByText('No mirror').waitFor();
    await page.getByText('https://registry-1.docker.io').waitFor();
  });

  it('is not for others', async () => {
    const page = await openAs(bench(), 'bob', 'mirrors');

    await page.getByText('Only administrators see the mirrors').waitFor();
    expect(await page.getByRole('link', { name: 'Mirrors' }).count()).toBe(0);
  });
});
