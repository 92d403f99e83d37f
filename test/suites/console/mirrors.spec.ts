import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { violationsOf } from './accessibility.js';
import { GUARD, openAs } from './admin-seed.js';
import { useBench } from './bench.js';
import { MirroredHub } from './mirrored-hub.js';
import { itAtEachWidth } from './views.js';

const mirrored = await MirroredHub.start();

afterAll(() => mirrored.stop());

describe('the page of mirrors', () => {
  const bench = useBench({ environment: mirrored.environment });

  beforeAll(() => mirrored.pull(bench().url));

  itAtEachWidth('has no barrier, also with the dialog', async (view) => {
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

    expect(text).toContain('Answered from here2 of 4 (50 %)');
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
    mirrored.moveTag();
    await dialog.getByRole('button', { name: 'Refresh', exact: true }).click();

    await dialog.getByText('The tag points to another image now.').waitFor();
  });

  it('fetches images before they are needed, and says what failed', async () => {
    const page = await bench().open('mirrors');
    await page.getByText('It did not run yet.').waitFor();
    await page.getByRole('button', { name: 'Fetch now' }).click();

    await page.getByText(/\d manifests? stored, .* fetched$/).waitFor();
    await page.getByText(/^library\/none:1: /).waitFor();
    await page.getByText(/The last run was .*1 image failed/).waitFor();
  });

  it('says why a registry is not asked, while its page is open', async () => {
    const page = await bench().open('mirrors');
    await page.getByText('active').waitFor();
    mirrored.hub.fail('registry', { status: 500 });
    expect(await mirrored.get(bench().url, 'manifests/nothing')).toBe(503);

    await page.getByText(/not asked for \d+ seconds/).waitFor();
    await page.getByText('Last failure').waitFor();
    mirrored.hub.recover();
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
