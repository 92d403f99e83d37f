import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { useBench } from './bench.js';
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
  await pushContent(pusher, 'team/app', '1.0', imageOf('app'));
  await pushContent(pusher, 'team/web', '2.0', imageOf('web'));
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
});
