import { describe, expect, it } from '@jest/globals';

import { violationsOf } from './accessibility.js';
import { GUARD, openAs } from './admin-seed.js';
import { useBench } from './bench.js';
import { itAtEachWidth } from './views.js';

describe('the settings page', () => {
  const bench = useBench({ guard: GUARD, environment: { REGISTRY_MAX_UPLOADS: '77' } });

  itAtEachWidth('has no barrier, with what the doctor found', async (view) => {
    const page = await openAs(bench(), 'alice', 'settings', { view });
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText('All is well').waitFor();
    await page.getByRole('switch', { name: 'Only those that differ from the default' }).click();
    // The header lies over what is scrolled below it, which is no barrier.
    await page.evaluate(() => scrollTo(0, 0));

    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
  });

  it('examines the registry with a login that is gone afterwards', async () => {
    const page = await openAs(bench(), 'alice', 'settings');
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText('logged in: doctor').waitFor();
    await page.getByText('a manifest arrives as it was pushed').waitFor();
    await page.goto(`${bench().url}/console/access?tab=robots`);

    await page.getByText('No robots').waitFor();
  });

  it('finds settings, and shows where they come from', async () => {
    const page = await openAs(bench(), 'alice', 'settings');
    const table = page.getByRole('table', { name: 'Settings' });
    await table.waitFor();
    await page.getByLabel('Search settings').fill('uploads one process');
    const row = table.getByRole('row').nth(1);
    await row.filter({ hasText: 'REGISTRY_MAX_UPLOADS' }).waitFor();

    // In a host program it comes from the program.
    expect(await row.textContent()).toMatch(/77by default 500(environment|program)$/);
    await page.getByLabel('Search settings').fill('no such setting');
    await page.getByText('No setting matches.').waitFor();
  });

  it('leads to the description of the API', async () => {
    const page = await openAs(bench(), 'alice', 'settings');
    const link = page.getByRole('link', { name: 'every operation, to read' });
    await link.waitFor();

    expect(await link.getAttribute('href')).toBe(`${bench().url}/api`);
    expect(await page.getByText('users.htpasswd').first().isVisible()).toBe(true);
  });

  it('shows an error with a way to try again when the connection is lost', async () => {
    const page = await openAs(bench(), 'alice', 'access', { lostRequests: true });
    await page.getByRole('heading', { name: 'alice' }).waitFor();
    await page.route('**/api/v1/settings', (route) => route.abort());
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByText('Could not load the settings').waitFor();
    await page.unroute('**/api/v1/settings');
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByRole('table', { name: 'Settings' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText('The examination failed').waitFor();
    await page.context().setOffline(false);
  });

  it('gives others nothing but the reason', async () => {
    const page = await openAs(bench(), 'bob', 'settings');
    await page.getByText('Only administrators see the settings').waitFor();

    expect(await page.getByRole('link', { name: 'Settings' }).count()).toBe(0);
    expect(bench().apiRequests().join('\n')).not.toMatch(/settings|rules|doctor/);
  });
});

describe('the settings page of a read-only registry', () => {
  const bench = useBench({ environment: { REGISTRY_READ_ONLY: 'true' } });

  it('says so, and examines without a push', async () => {
    const page = await bench().open('settings');
    await page.getByText('The registry is read-only').first().waitFor();
    await page.getByRole('button', { name: 'Examine' }).click();
    await page.getByText('All is well').waitFor();

    expect(await page.getByText('a manifest arrives as it was pushed').count()).toBe(0);
  });
});
