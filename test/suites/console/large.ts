import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { PROJECT_ROOT } from '../../support/server-process.js';
import { useBench } from './bench.js';
import { collect } from './collect.js';

/** The part of `bench/api-store.ts` that writes a store. Its types lead to code that is not for browsers. */
interface StoreBuilder {
  readonly BIG: string;
  readonly buildApiStore: (
    root: string,
    size: { readonly repositories: number; readonly tags: number; readonly blobs: number },
  ) => Promise<unknown>;
}

const { BIG, buildApiStore } = (await import(
  join(PROJECT_ROOT, 'bench/api-store.ts')
)) as StoreBuilder;

const COLLECTED_WITHIN_MS = 250_000;

/** What a person waits for, in milliseconds. */
interface Figures {
  /** From the end of loading the page to the first row. */
  readonly rowsMs: number;
  /** The longest that the page did not react. */
  readonly taskMs: number;
}

/** The pages by their addresses, each with what its first row is about. */
const PAGES: readonly (readonly [address: string, row: string])[] = [
  ['repositories', 'big/app'],
  ['repositories?sort=-size', 'big/app'],
  ['repositories?sort=-pushedAt', '/'],
  ['repositories?q=r00019', 'many/r000190'],
  [`repositories/${BIG}`, 't00'],
  [`repositories/${BIG}?sort=version`, 't000000'],
  [`repositories/${BIG}?sort=-version`, 't00'],
  [`repositories/${BIG}?q=t00001`, 't00001'],
];

export interface LargeStore {
  readonly repositories: number;
  readonly tags: number;
  /** What the figures may be at most. Not set: they are only printed. */
  readonly limits?: Figures;
}

/** Opens lists of a large store, each by one request besides those that ask who looks. */
export function describeLargeStore({ repositories, tags, limits }: LargeStore): void {
  describe(`a store of ${repositories} repositories, and ${tags} tags in one`, () => {
    const printed: string[] = [];
    const bench = useBench({
      store: async (directory) => {
        await buildApiStore(directory, { repositories: repositories - 1, tags, blobs: 0 });
      },
    });
    beforeAll(() => collect(bench().pusher, COLLECTED_WITHIN_MS));
    afterAll(() => void process.stderr.write(`${printed.join('\n')}\n`));

    it.each(PAGES)('shows the first rows at once: %s', async (address, row) => {
      const page = await bench().open(address, { prepare: (empty) => empty.addInitScript(watch) });
      await page.locator('tbody tr').first().getByText(row).first().waitFor();
      // Rows that come later may hold the page up, too.
      if (limits !== undefined) await page.waitForTimeout(500);
      const { rowsMs, taskMs } = await figuresOf(page);
      printed.push(`${address}: rows after ${rowsMs} ms, longest task ${taskMs} ms`);
      const requests = bench().apiRequests();

      expect(requests.filter((one) => !/\/(me|session)$/.test(one))).toHaveLength(1);
      expect(await page.locator('tbody tr').count()).toBeLessThanOrEqual(50);
      expect(rowsMs).toBeLessThan(limits?.rowsMs ?? Infinity);
      expect(taskMs).toBeLessThan(limits?.taskMs ?? Infinity);
    });

    it('stays quick while a person goes through many pages of a list', async () => {
      const page = await bench().open('repositories');
      const count = Math.min(500, repositories);
      await page.locator('tbody tr').first().waitFor();
      for (let shown = 50; shown < count; shown += 50) {
        await page.getByRole('button', { name: 'Show more' }).click();
        await page.locator('tbody tr').nth(shown).waitFor();
      }

      expect(await page.getByRole('row').count()).toBe(1 + count);
    });
  });
}

/** Runs in the page before it loads: notes when the first row appears, and each long task. */
function watch(): void {
  const noted = { rowsAt: 0, taskMs: 0 };
  Object.assign(window, { noted });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) noted.taskMs = Math.max(noted.taskMs, duration);
  }).observe({ type: 'longtask', buffered: true });
  const rows = new MutationObserver(() => {
    if (document.querySelector('tbody tr') === null) return;
    noted.rowsAt = performance.now();
    rows.disconnect();
  });
  rows.observe(document, { childList: true, subtree: true });
}

async function figuresOf(page: Page): Promise<Figures> {
  return page.evaluate(() => {
    const { rowsAt, taskMs } = (window as unknown as { noted: { rowsAt: number; taskMs: number } })
      .noted;
    const [load] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return {
      rowsMs: Math.round(rowsAt - (load?.loadEventEnd ?? 0)),
      taskMs: Math.round(taskMs),
    };
  });
}
