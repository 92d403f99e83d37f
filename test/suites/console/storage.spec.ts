import { describe, expect, it } from '@jest/globals';

import { violationsOf } from './accessibility.js';
import { ENVIRONMENT, GUARD, openAs, seedStorage } from './admin-seed.js';
import { useBench } from './bench.js';
import { collect } from './collect.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';
import { tabTo } from './tab-to.js';
import { itAtEachWidth } from './views.js';

const DAY_MS = 86_400_000;

describe('the storage page', () => {
  const bench = useBench({ seed: seedStorage, guard: GUARD, environment: ENVIRONMENT });

  describe('of an administrator', () => {
    /** Pushes an image and deletes its tag and manifest, so that a collection frees its layer. */
    async function leaveGarbage(repository: string): Promise<void> {
      const { url, headers = {} } = bench().pusher;
      await pushContent(bench().pusher, repository, '1.0', imageOf(repository, [300]));
      const path = `${url}/api/v1/repositories/${encodeURIComponent(repository)}`;
      const answer = await fetch(path, { method: 'DELETE', headers });
      expect(answer.status).toBe(200);
    }

    itAtEachWidth('has no barrier, with a plan, an explanation and the dialog', async (view) => {
      const page = await openAs(bench(), 'alice', 'storage', { view });
      await page.getByText('stored, each blob once').waitFor();
      await page.getByRole('button', { name: 'Show what would go' }).click();
      await page.getByText('A collection would remove').waitFor();
      await page.getByRole('button', { name: /^Why/ }).first().click();
      await page.getByText('Last used').first().waitFor();
      // The header lies over what is scrolled below it, which is no barrier.
      await page.evaluate(() => scrollTo(0, 0));
      const shown = await violationsOf(page);
      await page.getByRole('button', { name: 'Run now' }).dispatchEvent('click');
      await page.getByRole('dialog', { name: 'Run a collection' }).waitFor();

      expect([...shown, ...(await violationsOf(page))]).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
    });

    it('compares the repositories by what their removal frees', async () => {
      const page = await openAs(bench(), 'alice', 'storage');
      const region = page.getByRole('region', { name: 'Repositories that take the most space' });
      await region.getByRole('link', { name: 'secret/vault' }).waitFor();

      expect(await region.getByRole('listitem').first().textContent()).toMatch(
        /^secret\/vault5\d\d KiB own, 0 B shared · 1 tag/,
      );
      expect(
        await region.getByRole('listitem').filter({ hasText: 'team/app' }).textContent(),
      ).toMatch(/2\d\d KiB shared/);
    });

    it('names who shares a layer, and why it stays', async () => {
      const page = await openAs(bench(), 'alice', 'storage');
      const row = page.getByRole('row').filter({ hasText: 'secret/plan' });
      expect(await row.first().textContent()).toContain('team/app');
      await row.first().getByRole('button', { name: /^Why/ }).click();

      await page.getByText('tag team/app:1.0').waitFor();
      await page.getByText('tag secret/plan:1.0').waitFor();
      expect(new URL(page.url()).searchParams.get('why')).toMatch(/^sha256:/);
    });

    it('says how to write a digest', async () => {
      const page = await openAs(bench(), 'alice', 'storage');
      await page.getByLabel('Digest', { exact: true }).fill('latest');
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('A digest is sha256: with 64 digits').waitFor();
      await page.getByLabel('Digest', { exact: true }).fill(`sha256:${'0'.repeat(64)}`);
      await page.getByRole('button', { name: 'Explain' }).click();

      await page.getByText('No repository has this content.').waitFor();
    });

    it('frees what the plan says, by the keyboard alone', async () => {
      await leaveGarbage('team/gone');
      const page = await openAs(bench(), 'alice', 'storage');
      await page.getByRole('button', { name: 'Show what would go' }).waitFor();
      await tabTo(page, 'Show what would go');
      await page.keyboard.press('Enter');
      const plan = await page.getByText(/A collection would remove .* freed/).textContent();
      const freed = /, (.*) freed/.exec(plan ?? '')?.[1] ?? 'nothing';
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog', { name: 'Run a collection' });
      await dialog.getByText(`${freed} are freed`).waitFor();
      await tabTo(page, 'Run a collection');
      await page.keyboard.press('Enter');

      const last = page.getByRole('table', { name: 'Last collections' }).getByRole('row').nth(1);
      await last.filter({ hasText: freed }).waitFor();
      expect(freed).toMatch(/^30\d KiB$/);
    });

    it('draws how the storage grew', async () => {
      const page = await openAs(bench(), 'alice', 'access');
      await page.getByRole('heading', { name: 'alice' }).waitFor();
      const totals = { repositories: 1, manifests: 1, logicalBytes: 2048, storedBytes: 2048 };
      const growth = [20, 10, 0].map((days, at) => ({
        at: new Date(Date.now() - days * DAY_MS).toISOString(),
        ...totals,
        storedBytes: (at + 1) * 1024,
      }));
      const storage = { description: 'x', asOf: growth[2]?.at, totals, savedBytes: 0, growth };
      const answer = { storage, repositories: [], blobs: { blobs: [] } };
      await page.route('**/api/v1/storage/overview?*', (route) => route.fulfill({ json: answer }));
      await page.getByRole('link', { name: 'Storage' }).click();
      const chart = page.getByRole('img', { name: /^Stored bytes: \+1.0 KiB since / });

      expect(await chart.locator('path').nth(1).getAttribute('d')).toBe('M0,64L300,32L600,0');
    });

    it('shows an error with a way to try again when the connection is lost', async () => {
      const page = await openAs(bench(), 'alice', 'access', { lostRequests: true });
      await page.getByRole('heading', { name: 'alice' }).waitFor();
      await page.getByRole('link', { name: 'Storage' }).click();
      await page.getByText('stored, each blob once').waitFor();
      await page.context().setOffline(true);
      await page.getByRole('button', { name: 'Show what would go' }).click();
      await page.getByText('The plan is not complete').waitFor();
      await page.getByLabel('Digest', { exact: true }).fill(`sha256:${'1'.repeat(64)}`);
      await page.getByRole('button', { name: 'Explain' }).click();
      await page.getByText('Could not load the reasons').waitFor();
      await page.context().setOffline(false);
      // Answers are asked for again by themselves, and streams by the button.
      const alert = page.getByRole('alert').filter({ hasText: 'The plan is not complete' });
      await alert.getByRole('button', { name: 'Try again' }).click();

      await page.getByText('No repository has this content.').waitFor();
      await page.getByText('A collection would remove').waitFor();
      expect(await page.getByRole('alert').count()).toBe(0);
    });
  });

  describe('of a person who may pull only some repositories', () => {
    itAtEachWidth('has no barrier', async (view) => {
      const page = await openAs(bench(), 'bob', 'storage', { view });
      await page.getByRole('table', { name: 'Largest layers' }).waitFor();

      expect(await violationsOf(page)).toEqual([]);
    });

    it('tells nothing of others: no name, no shared bytes, no totals', async () => {
      const page = await openAs(bench(), 'bob', 'storage');
      await page.getByRole('table', { name: 'Largest layers' }).waitFor();
      await page.getByText('team/web').first().waitFor();
      const text = (await page.locator('body').textContent()) ?? '';

      expect(text).not.toMatch(/secret|shared with|stored, each blob|Collections|Why/);
      expect(bench().apiRequests().join('\n')).not.toMatch(/v1\/(storage$|gc|events|storage\/why)/);
    });

    it('stays the same when what they may not see grows', async () => {
      const page = await openAs(bench(), 'bob', 'storage');
      await page.getByRole('table', { name: 'Largest layers' }).waitFor();
      await page.getByText('team/web').first().waitFor();
      const before = await page.locator('main').textContent();
      await pushContent(bench().pusher, 'secret/more', '1.0', imageOf('web', [128, 64, 900]));
      await collect(bench().pusher);
      await page.reload();
      await page.getByRole('table', { name: 'Largest layers' }).waitFor();
      await page.getByText('team/web').first().waitFor();

      expect(await page.locator('main').textContent()).toBe(before);
    });
  });
});

describe('the storage page of a registry that was never collected', () => {
  const bench = useBench();

  it('says when there are figures', async () => {
    const page = await bench().open('storage');

    await page.getByText('Nothing is counted yet').waitFor();
    await page.getByText('They are known after the first collection.').waitFor();
  });
});
