import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { MirroredHub } from './mirrored-hub.js';
import { seedPulled } from './seed-pulled.js';
import { seedSmall } from './seed.js';
import { tabTo } from './tab-to.js';
import { itAtEachWidth, PHONE } from './views.js';

const mirrored = await MirroredHub.start();

afterAll(() => mirrored.stop());

describe('the page of repositories', () => {
  const bench = useBench({ seed: seedSmall });

  itAtEachWidth('has no barrier', async (view) => {
    const page = await bench().open('repositories', { view });
    await page.getByRole('link', { name: 'base/debian' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('asks for who looks and for one page of repositories', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'base/debian' }).waitFor();

    expect([...bench().apiRequests()].sort()).toEqual([
      'GET /api/v1/me',
      'GET /api/v1/repositories?limit=50&sort=name',
      'GET /api/v1/session',
    ]);
  });

  it('shows more on demand, until all are shown', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('link', { name: 'team/web' }).waitFor();

    expect(await page.getByRole('row').count()).toBe(1 + 65);
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  it('shows them as a tree, by the keyboard, with a way back and one request for each folder', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'base/debian' }).waitFor();
    await tabTo(page, 'Tree');
    await page.keyboard.press('Enter');
    const folder = page.getByRole('row', { name: /^team\/ \d+ repositories/ });
    await folder.waitFor();
    const before = bench().apiRequests().length;
    await folder.getByRole('link').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'team/app' }).waitFor();

    expect(new URL(page.url()).search).toBe('?under=team/');
    expect(bench().apiRequests().slice(before)).toHaveLength(1);
    expect(await page.getByRole('link', { name: 'base/debian' }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    const above = page.getByRole('navigation', { name: 'Folders' });
    await above.getByRole('link', { name: 'All' }).click();
    await page.getByRole('row', { name: /^base\/ 1 repository/ }).waitFor();
  });

  it('searches by a key and a part of a name, which the address keeps', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'base/debian' }).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('night');
    await page.getByRole('link', { name: 'team/nightly' }).waitFor();

    expect(await page.getByRole('row').count()).toBe(2);
    expect(new URL(page.url()).search).toBe('?q=night');
  });

  it('says that nothing has the name', async () => {
    const page = await bench().open('repositories?q=zzz');

    await page.getByText('No repository has “zzz” in its name').waitFor();
  });

  it('sorts by size, the largest first and then the smallest', async () => {
    const page = await bench().open('repositories');
    const head = page.getByRole('button', { name: 'Compressed size' });
    const first = page.locator('tbody tr').first();
    await head.click();
    await first.getByRole('link', { name: 'team/app' }).waitFor();
    await head.click();
    await first.getByRole('link', { name: 'charts/shop' }).waitFor();

    expect(new URL(page.url()).search).toBe('?sort=size');
  });

  it('sorts on a phone, where rows are cards', async () => {
    const page = await bench().open('repositories', { view: PHONE });
    await page.getByLabel('Sort by').selectOption({ label: 'Name, Z to A' });
    await page.locator('tbody tr').first().getByRole('link', { name: 'team/web' }).waitFor();

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });

  it('shows the top of the page that a link leads to, and the place of before when one goes back', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('link', { name: 'team/nightly' }).click();
    await page.getByRole('link', { name: 'build-1069' }).waitFor();
    const top = await page.evaluate(() => window.scrollY);
    await page.goBack();
    await page.getByRole('link', { name: 'team/nightly' }).waitFor();

    expect(top).toBe(0);
    await page.waitForFunction(() => window.scrollY > 500);
  });

  it('opens the row that the keys lead to', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'base/debian' }).waitFor();
    for (const key of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(key);

    await page.getByRole('heading', { level: 1, name: 'base/debian' }).waitFor();
  });
});

describe('the page of repositories that were pulled, some through a mirror', () => {
  const bench = useBench({ store: seedPulled, environment: mirrored.environment });

  beforeAll(() => mirrored.pull(bench().url));

  itAtEachWidth('has no barrier', async (view) => {
    const page = await bench().open('repositories', { view });
    await page.getByRole('link', { name: 'team/pulled' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
  });

  it('shows the pulls of 30 days as a number, and when they were', async () => {
    const page = await bench().open('repositories');
    const pulled = page.getByRole('row', { name: /^team\/pulled / });
    await pulled.getByText(/^1,207/).waitFor();

    expect(await pulled.getByRole('img').getAttribute('width')).toBe('60');
    await pulled.getByRole('img', { name: /^\d+ today, at most 1,200 a day$/ }).waitFor();
    const idle = page.getByRole('row', { name: /^team\/idle / });
    expect(await idle.getByRole('cell').last().textContent()).toBe('0');
    expect(await idle.getByRole('img').count()).toBe(0);
  });

  it('says which repositories are those of a mirror', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'docker.io/library/alpine' }).waitFor();

    expect(await page.getByText('mirror', { exact: true }).count()).toBe(1);
    await page.getByRole('row', { name: /^docker\.io\/library\/alpine mirror / }).waitFor();
  });
});

describe('the page of repositories of an empty registry', () => {
  const bench = useBench();

  itAtEachWidth('has no barrier', async (view) => {
    const page = await bench().open('', { view });
    await page.getByText('The registry is empty').waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('shows how to push a first image to this host', async () => {
    const page = await bench().open('');
    const { host } = new URL(bench().url);
    await page.getByText('The registry is empty').waitFor();
    const lines = page.getByRole('group', { name: 'the lines for the first push' });
    const docker = await lines.textContent();
    await page.getByText('podman', { exact: true }).click();

    expect(docker?.split('\n')).toEqual([
      'docker pull alpine',
      `docker tag alpine ${host}/hello:1.0`,
      `docker push ${host}/hello:1.0`,
    ]);
    expect((await lines.textContent())?.split('\n').at(-1)).toBe(
      `podman push --tls-verify=false ${host}/hello:1.0`,
    );
  });
});

describe('the page of repositories that nobody has looked at', () => {
  const bench = useBench({ seed: seedSmall });

  it('shows the figures once the registry has counted them', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('row', { name: /^base\/debian 1 / }).waitFor();

    expect(await page.getByRole('cell', { name: '–' }).count()).toBe(0);
  });
});
