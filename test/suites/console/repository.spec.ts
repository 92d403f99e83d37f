import { describe, expect, it } from '@jest/globals';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { pushContent } from './push-content.js';
import { imageOf, seedSmall } from './seed.js';
import { itAtEachWidth, PHONE } from './views.js';

describe('the tags of a repository', () => {
  const bench = useBench({
    seed: async (pusher) => {
      await seedSmall(pusher);
      for (const [tag, kib] of Object.entries({ middle: 64, small: 4, large: 256 })) {
        await pushContent(pusher, 'base/sizes', tag, imageOf(`size ${tag}`, [kib]));
      }
    },
  });

  itAtEachWidth('have no barrier, also with the menu of a row', async (view) => {
    const page = await bench().open('repositories/team/app', { view });
    await page.getByRole('button', { name: 'More for team/app:1.2.0', exact: true }).click();
    await page.getByRole('menuitem', { name: 'podman' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('come newest first, by one request', async () => {
    const page = await bench().open('repositories/team/app');
    await page.getByRole('link', { name: '1.0.0' }).waitFor();
    const names = await page.locator('tbody tr td:first-child').allTextContents();

    expect(names).toEqual(['1.2.0', '1.2.0-rc.1', '1.1.0', '1.0.0']);
    expect(
      bench()
        .apiRequests()
        .filter((request) => !/(me|session)$/.test(request)),
    ).toHaveLength(1);
  });

  it('come by size, the largest first and then the smallest', async () => {
    const page = await bench().open('repositories/base/sizes');
    const head = page.getByRole('button', { name: 'Compressed size' });
    const first = page.locator('tbody tr').first();
    await head.click();
    await first.getByRole('link', { name: 'large', exact: true }).waitFor();
    await head.click();
    await first.getByRole('link', { name: 'small', exact: true }).waitFor();

    expect(new URL(page.url()).search).toBe('?sort=size');
  });

  it('show platforms of an index', async () => {
    const page = await bench().open('repositories/team/web');
    const row = page.getByRole('row', { name: /latest/ });

    await row.getByText('linux/amd64').waitFor();
    await row.getByText('and 1 more').waitFor();
  });

  it('are found by a part of the name', async () => {
    const page = await bench().open('repositories/team/nightly');
    await page.getByLabel('Search tags').fill('1007');
    await page.getByRole('link', { name: 'build-1007' }).waitFor();

    expect(await page.getByRole('row').count()).toBe(2);
  });

  it('give their pull command to the clipboard, for the client that was chosen last', async () => {
    const page = await bench().open('repositories/team/app');
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const read = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
    const { host } = new URL(bench().url);
    await page.getByRole('button', { name: 'Copy the docker command for team/app:1.1.0' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    const docker = await read();
    await page.getByRole('button', { name: 'More for team/app:1.1.0' }).click();
    await page.getByRole('menuitem', { name: 'podman' }).click();
    await page.getByText('Copied for podman').waitFor();

    expect(docker).toBe(`docker pull ${host}/team/app:1.1.0`);
    expect(await read()).toBe(`podman pull --tls-verify=false ${host}/team/app:1.1.0`);
    await page
      .getByRole('button', { name: 'Copy the podman command for team/app:1.1.0' })
      .waitFor();
  });

  it('fit on a phone', async () => {
    const page = await bench().open('repositories/team/app', { view: PHONE });
    await page.getByRole('link', { name: '1.0.0' }).waitFor();

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('say which repository does not exist', async () => {
    const page = await bench().open('repositories/team/none', { statuses: [404] });

    await page.getByRole('alert').getByText('No such repository.').waitFor();
  });

  it('show an error with a way to try again when the connection is lost', async () => {
    const page = await bench().open('repositories/team/app', { lostRequests: true });
    await page.getByRole('link', { name: '1.0.0' }).waitFor();
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.getByLabel('Search tags').fill('1.1');
    await page.getByText('The registry cannot be reached.').waitFor();
    await page.unroute('**/api/v1/**');
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByRole('link', { name: '1.1.0' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
