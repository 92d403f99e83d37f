import { text } from 'node:stream/consumers';

import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { artifact } from '../../../src/testing/builders.js';
import { startServer } from '../../support/server-process.js';
import { useBench } from './bench.js';
import { EACH_PAGE, seedEachPage, untilShown, WHO_LOOKS } from './each-page.js';
import { logIn } from './log-in.js';
import { PLACES } from './places.js';
import { imageOf } from './seed.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
`;

async function seed(pusher: Pusher): Promise<void> {
  await seedEachPage(pusher);
  await pushContent(pusher, 'team/web', '2.0', imageOf('web'));
  const report = artifact({
    type: 'application/vnd.example.report',
    files: { 'a.txt': 'all is well' },
  });
  await pushContent(pusher, 'team/report', '1.0', report);
}

/** Resolves to the status of a tag for image clients. */
async function statusOf(
  { url, headers = {} }: Pusher,
  repository: string,
  tag: string,
): Promise<number> {
  const answer = await fetch(`${url}/v2/${repository}/manifests/${tag}`, {
    method: 'HEAD',
    headers,
  });
  return answer.status;
}

// Requests to elsewhere and out of the prefix fail each test: see watched-page.ts.
describe.each(PLACES)('the console %s', (_, place) => {
  const guard = { passwords: { alice: 'wonderland-7' }, rules: RULES };
  const bench = useBench({ seed, guard, place });

  const open = async (path: string): Promise<Page> => {
    const page = await bench().open(path);
    await logIn(page, 'alice', 'wonderland-7');
    return page;
  };
  const placeOf = (page: Page): string => page.url().slice(bench().url.length);

  it('leads from the login to the repositories, and on to the tags of one', async () => {
    const page = await open('');
    await page.getByRole('link', { name: 'team/web' }).waitFor();
    await page.getByRole('link', { name: 'team/app' }).click();
    await page.getByRole('link', { name: '1.0' }).waitFor();

    expect(placeOf(page)).toBe('/console/repositories/team/app');
  });

  it('shows the same page after a reload and by a link from elsewhere, within the session', async () => {
    const page = await open('repositories/team/app?q=1');
    await page.getByRole('link', { name: '1.0' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: '1.0' }).waitFor();
    const other = await page.context().newPage();
    await other.goto(`${bench().url}/console/repositories/team/web`);
    await other.getByRole('link', { name: '2.0' }).waitFor();

    expect(placeOf(page)).toBe('/console/repositories/team/app?q=1');
  });

  it('sends its session to the API alone', async () => {
    const page = await open('repositories');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    const [cookie] = await page.context().cookies(`${bench().url}/api/v1/me`);
    const elsewhere = await page.context().cookies(`${bench().url}/v2/`);

    expect(cookie?.path).toBe(`${new URL(bench().url).pathname.replace(/\/$/, '')}/api/v1`);
    expect(elsewhere).toEqual([]);
  });

  it('forgets the session at the logout', async () => {
    const page = await open('repositories');
    await page.getByRole('button', { name: 'alice' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();

    expect(await page.context().cookies(`${bench().url}/api/v1/me`)).toEqual([]);
  });

  // all-pages.spec.ts looks at those at the root.
  if (place !== startServer) {
    it.each(EACH_PAGE)('shows each page, by one request: %s', async (address) => {
      const page = await bench().open(address, { as: 'alice' });
      await page.getByRole('button', { name: 'alice' }).waitFor();
      await untilShown(page);
      const asked = bench()
        .apiRequests()
        .filter((request) => !WHO_LOOKS.test(request));

      expect([...new Set(asked)]).toHaveLength(1);
      expect(await page.getByRole('alert').count()).toBe(0);
      await page.getByRole('heading', { level: 1 }).waitFor();
    });
  }

  it('shows an image that is pushed while one looks', async () => {
    const page = await bench().open('live', { as: 'alice' });
    await page.getByText('Connected').waitFor();
    await pushContent(bench().pusher, 'team/new', '1.0', imageOf('new'));

    await page.getByRole('link', { name: 'team/new:1.0' }).waitFor({ timeout: 2_000 });
  });

  it('deletes a tag and undoes it', async () => {
    const page = await bench().open('repositories/team/web', { as: 'alice' });
    await page.getByRole('button', { name: 'More for team/web:2.0' }).click();
    await page.getByRole('menuitem', { name: 'Delete 2.0' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete tag 2.0' });
    await dialog.getByRole('button', { name: 'Delete tag 2.0' }).click();
    await page.getByRole('link', { name: '2.0', exact: true }).waitFor({ state: 'detached' });
    const between = await statusOf(bench().pusher, 'team/web', '2.0');
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();

    expect(between).toBe(404);
    expect(await statusOf(bench().pusher, 'team/web', '2.0')).toBe(200);
  });

  it('compares files, examines the registry and plans a collection, as lines that come one by one', async () => {
    const page = await bench().open('compare?repository=team/app&a=1.0&b=2.0', { as: 'alice' });
    // A failure names the step.
    page.setDefaultTimeout(8_000);
    await page.getByRole('button', { name: 'Compare the files' }).click();
    await page.getByRole('table', { name: 'Files that differ' }).waitFor();
    await page.goto(`${bench().url}/console/storage`);
    await page.getByRole('button', { name: 'Show what would go' }).click();
    await page.getByText('A collection would remove').waitFor();
    await page.goto(`${bench().url}/console/settings`);
    await page.getByRole('button', { name: 'Examine' }).click();

    // Image clients need the registry at the root of a host, so not every place is found to be well.
    await page.getByText('responds in plain HTTP').waitFor();
  });

  it('downloads a file of an artifact', async () => {
    const page = await bench().open('images/team/report:1.0', { as: 'alice' });
    const link = page.getByRole('link', { name: 'Download a.txt' });
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);

    expect(await text(await download.createReadStream())).toBe('all is well');
  });
});
