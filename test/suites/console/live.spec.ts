import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { artifact } from '../../../src/testing/builders.js';
import { blob } from '../../../src/testing/layer.js';
import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { openWay } from './interruptible.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';
import { pullSlowly } from './slow-pull.js';
import { pushSlowly } from './slow-push.js';
import { itAtEachWidth, PHONE } from './views.js';

/** Something appears within this time after it happened. In milliseconds. */
const SOON = { timeout: 2_000 };

/** The limit of a step of a long test, whose failure then names the step. In milliseconds. */
const STEP = { timeout: 10_000 };

async function seed(pusher: Pusher): Promise<void> {
  for (const version of ['1.0', '1.1']) {
    await pushContent(pusher, 'team/app', version, imageOf(`app ${version}`));
  }
  await pushContent(pusher, 'team/app', '1.0', imageOf('app 1.2'));
}

/** More than the system buffers of a connection whose client does not read. */
const LARGE = blob(Buffer.alloc(16 * 1024 ** 2, 'large'));

const pushLarge = (pusher: Pusher, repository: string): Promise<void> =>
  pushContent(
    pusher,
    repository,
    '1.0',
    artifact({ type: 'application/vnd.test', blobs: [LARGE] }),
  );

const connected = (page: Page): Promise<void> => page.getByText('Connected').waitFor();

describe('the page of what happens now', () => {
  const bench = useBench({
    seed: async (pusher) => {
      await pushLarge(pusher, 'team/large');
      await seed(pusher);
    },
  });

  itAtEachWidth('has no barrier, also with pushes, pulls and failures', async (view) => {
    const { pusher, url } = bench();
    const push = await pushSlowly(pusher, 'team/app');
    const pull = await pullSlowly(pusher, 'team/large', LARGE.digest);
    await fetch(`${url}/v2/team/app/manifests/1.0`, { method: 'PUT', body: '{}' });
    const page = await bench().open('live', { view });
    await page.getByRole('progressbar', { name: /^Blob/ }).first().waitFor();
    await page.getByRole('progressbar', { name: /^Pull/ }).first().waitFor();
    await page.getByText('failed with 400 MANIFEST_INVALID').waitFor();
    const violations = await violationsOf(page);
    await Promise.all([push.end(), pull.end()]);

    expect(violations).toEqual([]);
  });

  it('shows what a push did as one entry, with what it replaced', async () => {
    const page = await bench().open('live');
    const feed = page.getByRole('list', { name: 'What happened, the newest first' });
    await feed.waitFor();
    const entries = feed.getByRole('listitem').filter({ hasText: 'Pushed team/app:' });
    const [newest = ''] = await entries.allTextContents();

    expect(newest).toContain('Pushed team/app:1.0');
    expect(newest).toMatch(
      /Moved tag team\/app:1\.0 from sha256:\w{12} to sha256:\w{12} · compare/,
    );
    expect(await entries.count()).toBe(3);
  });

  it('shows a push within two seconds, and that it was stored', async () => {
    const page = await bench().open('live');
    await connected(page);
    await pushContent(bench().pusher, 'team/other', '1.0', imageOf('other'));

    await page.getByRole('link', { name: 'team/other:1.0' }).waitFor(SOON);
  });

  it('holds still on demand, and goes on', async () => {
    const page = await bench().open('live');
    await connected(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await pushContent(bench().pusher, 'team/held', '1.0', imageOf('held'));
    const goOn = page.getByRole('button', { name: 'Go on, 1 new entry' });
    await goOn.waitFor();
    const before = await page.getByRole('link', { name: 'team/held:1.0' }).count();
    await goOn.click();

    await page.getByRole('link', { name: 'team/held:1.0' }).waitFor();
    expect(before).toBe(0);
  });

  it('says when the connection is lost, and misses nothing when it is back', async () => {
    await using way = await openWay(bench().url);
    const page = await bench().open('live', { through: way.url, lostRequests: true });
    await connected(page);
    await pushContent(bench().pusher, 'team/cut', 'before', imageOf('cut 1'));
    await page.getByRole('link', { name: 'team/cut:before' }).waitFor(SOON);
    way.interrupt();
    await page.getByText('Connection lost').waitFor();
    await pushContent(bench().pusher, 'team/cut', 'meanwhile', imageOf('cut 2'));
    way.restore();
    await page.getByRole('button', { name: 'Try now' }).click();

    await connected(page);
    await page.getByRole('link', { name: 'team/cut:meanwhile' }).waitFor(SOON);
  });

  it('is current after a cut before the first event, too', async () => {
    await using way = await openWay(bench().url);
    const page = await bench().open('live', { through: way.url, lostRequests: true });
    await connected(page);
    way.interrupt();
    await page.getByText('Connection lost').waitFor();
    await pushContent(bench().pusher, 'team/quiet', '1.0', imageOf('quiet'));
    way.restore();

    await page.getByRole('link', { name: 'team/quiet:1.0' }).waitFor();
  });

  it('shares one connection between the tabs of a browser', async () => {
    await using way = await openWay(bench().url);
    const page = await bench().open('repositories', { through: way.url });
    const [second, third] = [await page.context().newPage(), await page.context().newPage()];
    await Promise.all([second, third].map((tab) => tab.goto(`${way.url}/console/repositories`)));
    await third.getByRole('link', { name: 'team/app' }).waitFor();
    await pushContent(bench().pusher, 'tabs/all', '1.0', imageOf('tabs'));

    for (const tab of [page, second, third]) {
      await tab.getByRole('link', { name: 'tabs/all' }).waitFor();
    }
    const streams = way.requests.filter((line) => line.includes('/events/stream'));
    expect(streams).toHaveLength(1);
  });

  it('fits on a phone', async () => {
    const page = await bench().open('live', { view: PHONE });
    await connected(page);
    await page.getByText('Pushed').first().waitFor();

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

describe('an open list', () => {
  const bench = useBench({ seed });

  it('loses a tag that somebody deletes, and gets one that somebody pushes', async () => {
    const page = await bench().open('repositories/team/app');
    await page.getByRole('link', { name: '1.1', exact: true }).waitFor();
    await fetch(`${bench().url}/api/v1/repositories/team%2Fapp/tags/1.1`, { method: 'DELETE' });
    await page.getByRole('link', { name: '1.1', exact: true }).waitFor({ state: 'detached' });
    await pushContent(bench().pusher, 'team/app', '2.0', imageOf('app 2'));

    await page.getByRole('link', { name: '2.0', exact: true }).waitFor();
  });

  it('of repositories gets a new one with its figures', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    await pushContent(bench().pusher, 'team/new', '1.0', imageOf('new'));

    await page.getByRole('row', { name: /team\/new 1 / }).waitFor();
  });
});

describe('a push to another process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'berth-console-workers-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const bench = useBench({
    environment: {
      REGISTRY_STORAGE_DRIVER: 'filesystem',
      REGISTRY_STORAGE_PATH: folder,
      REGISTRY_WORKERS: '2',
    },
  });

  it('shows its progress within two seconds, with a rate, and its end', async () => {
    const page = await bench().open('live');
    await connected(page);
    // Connections take turns between the processes, so that each of them has some of these.
    const names = ['one', 'two', 'three', 'four'].map((name) => `workers/${name}`);
    const pushes = await Promise.all(names.map((name) => pushSlowly(bench().pusher, name)));
    const list = page.getByRole('list', { name: 'Pushes in progress' });
    await Promise.all(
      names.map((name) => list.getByRole('link', { name, exact: true }).waitFor(SOON)),
    );
    await list
      .getByText(/1 blob · [\d.]+ MiB · [1-9][\d.]* MiB\/s/)
      .first()
      .waitFor();
    await Promise.all(pushes.map((push) => push.end()));

    await page.getByText('Nobody pushes now.').waitFor({ timeout: 10_000 });
  });

  it('shows pulls of large blobs there, what a push did not have to send, and what failed', async () => {
    const { pusher, url } = bench();
    await pushLarge(pusher, 'workers/large');
    const page = await bench().open('live');
    await connected(page);
    const pulls = await Promise.all(
      [1, 2, 3, 4].map(() => pullSlowly(pusher, 'workers/large', LARGE.digest)),
    );
    const list = page.getByRole('list', { name: 'Pulls of large blobs' });
    await list
      .getByText(/ of 16\.0 MiB/)
      .nth(3)
      .waitFor(STEP);
    await Promise.all(pulls.map((pull) => pull.end()));
    await list.getByText('16.0 MiB · complete').nth(3).waitFor(STEP);
    const mounts = [1, 2, 3, 4].map((at) =>
      fetch(`${url}/v2/mounted/${at}/blobs/uploads/?mount=${LARGE.digest}&from=workers/large`, {
        method: 'POST',
      }),
    );
    expect((await Promise.all(mounts)).map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    const pushes = page.getByRole('list', { name: 'Pushes in progress' });
    await pushes.getByText('1 mounted from another repository').nth(3).waitFor(STEP);
    await fetch(`${url}/v2/workers/large/manifests/2.0`, { method: 'PUT', body: '{}' });
    const failed = page.getByRole('list', { name: 'What failed, the newest first' });

    await failed
      .getByText('Push to workers/large:2.0 failed with 400 MANIFEST_INVALID')
      .waitFor(STEP);
    await failed.getByText('SchemaVersion is not 2.').waitFor(STEP);
  });

  it('shows what was pushed', async () => {
    const page = await bench().open('live');
    await connected(page);
    const tags = ['a', 'b', 'c', 'd'];
    await Promise.all(
      tags.map((tag) => pushContent(bench().pusher, 'workers/app', tag, imageOf(tag))),
    );

    for (const tag of tags) {
      await page.getByRole('link', { name: `workers/app:${tag}`, exact: true }).waitFor(SOON);
    }
  });
});
