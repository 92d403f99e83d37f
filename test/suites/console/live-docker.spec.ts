import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';

import { useBench } from '../clients/bench.js';
import { DockerDaemon } from '../clients/docker-daemon.js';
import { startBrowser } from './browser.js';
import { DESK } from './views.js';
import { WatchedPage, windowFor } from './watched-page.js';

/** Random bytes take docker seconds to compress and push. */
const LAYER_BYTES = 96 * 1024 ** 2;

describe('a push by docker', () => {
  const bench = useBench({ settings: { REGISTRY_WORKERS: '2' } });

  it('shows its progress while it runs, and the image soon after its end', async () => {
    const daemon = await DockerDaemon.start(bench());
    const image = `${bench().host}/team/app:1.0`;
    const context = await bench().emptyFolder('context');
    await writeFile(join(context, 'files.bin'), randomBytes(LAYER_BYTES));
    await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nCOPY files.bin /\n');
    await daemon.docker('build', '-q', '-t', image, context);
    const browser = await startBrowser();
    try {
      const window = await browser.newContext(windowFor(DESK));
      const registry = `http://${bench().host}`;
      const watched = await WatchedPage.open(window, {}, registry);
      const { page } = watched;
      await page.goto(`${registry}/console/live`);
      await page.getByText('Connected').waitFor();
      let isOver = false;
      const push = daemon.docker('push', image).finally(() => (isOver = true));
      const list = page.getByRole('list', { name: 'Pushes in progress' });
      await list.getByText(/blobs? · [\d.]+ MiB/).waitFor();
      const wasOver = isOver;
      await push;
      await page.getByRole('link', { name: 'team/app:1.0' }).waitFor({ timeout: 2_000 });

      expect(wasOver).toBe(false);
      expect(watched.problems).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);
});
