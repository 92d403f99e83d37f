import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { type Locator } from 'playwright-core';

import { until } from '../../support/until.js';
import { useBench } from '../clients/bench.js';
import { DockerDaemon } from '../clients/docker-daemon.js';
import { startBrowser } from './browser.js';
import { openWay } from './interruptible.js';
import { DESK } from './views.js';
import { WatchedPage, windowFor } from './watched-page.js';

const LAYERS = ['one', 'two', 'three', 'four'];

/** Random bytes take docker seconds to compress and push. */
const LAYER_BYTES = 32 * 1024 ** 2;

/** How soon the page must show what happens. */
const SOON = { timeout: 2_000 };

describe('a push by docker', () => {
  const bench = useBench({ settings: { REGISTRY_WORKERS: '2' } });

  it('shows its progress within two seconds, also from another process, and the image soon after its end', async () => {
    // Docker goes another way than the page, so that its requests can be seen as they are sent.
    await using way = await openWay(`http://${bench().host}`);
    const image = `${new URL(way.url).host}/team/app:1.0`;
    const daemon = await DockerDaemon.start(bench());
    const context = await bench().emptyFolder('context');
    for (const name of LAYERS) await writeFile(join(context, name), randomBytes(LAYER_BYTES));
    const copies = LAYERS.map((name) => `COPY ${name} /\n`);
    await writeFile(join(context, 'Dockerfile'), `FROM scratch\n${copies.join('')}`);
    await daemon.docker('build', '-q', '-t', image, context);
    const browser = await startBrowser();
    try {
      const window = await browser.newContext(windowFor(DESK));
      const registry = `http://${bench().host}`;
      const watched = await WatchedPage.open(window, {}, registry);
      const { page } = watched;
      await page.goto(`${registry}/console/live`);
      await page.getByText('Connected').waitFor();
      const sent = (): number => way.requests.filter((line) => line.startsWith('PATCH ')).length;
      let isOver = false;
      const push = daemon.docker('push', image).finally(() => (isOver = true));
      const list = page.getByRole('list', { name: 'Pushes in progress' });
      await until(() => sent() > 0);
      const row = list.getByText(/[1-4] blobs? · [\d.]+ MiB/);
      await row.waitFor(SOON);
      const first = await receivedOf(row);
      // The connections of the layers take turns between the two processes.
      await until(() => sent() >= LAYERS.length);
      await list.getByText(/4 blobs · [\d.]+ MiB/).waitFor(SOON);
      await until(async () => (await receivedOf(row)) > first, SOON.timeout);
      const wasOver = isOver;
      await push;
      await page.getByRole('link', { name: 'team/app:1.0' }).waitFor(SOON);

      expect(wasOver).toBe(false);
      expect(watched.problems).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);
});

/** Returns the bytes that a row says have come, in MiB. */
async function receivedOf(row: Locator): Promise<number> {
  const [, amount = ''] = /([\d.]+) MiB/.exec((await row.textContent()) ?? '') ?? [];
  return Number(amount);
}
