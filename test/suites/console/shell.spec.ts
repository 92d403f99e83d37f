import { describe, expect, it } from '@jest/globals';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { itAtEachWidth, PHONE } from './views.js';

describe('the frame of all pages', () => {
  const bench = useBench();

  itAtEachWidth('has no barrier while the keys are shown', async (view) => {
    const page = await bench().open('repositories', { view });
    await page.getByText('The registry is empty').waitFor();
    await page.keyboard.press('Shift+?');
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('keeps the chosen colours, before anything is painted', async () => {
    const page = await bench().open('repositories', { lostRequests: true });
    await page.getByRole('button', { name: 'Use dark colours' }).click();
    await page.route('**/index-*.js', (route) => route.abort());
    await page.reload().catch(() => undefined);

    expect(await page.locator('html').getAttribute('data-mantine-color-scheme')).toBe('dark');
  });

  it('has a page for addresses that lead nowhere', async () => {
    const page = await bench().open('nowhere/at/all');
    await page.getByText('There is no such page').waitFor();
    await page.getByRole('link', { name: 'Show the repositories' }).click();

    await page.getByText('The registry is empty').waitFor();
  });

  it('shows no login in a registry without logins', async () => {
    const page = await bench().open('repositories');
    await page.getByText('The registry is empty').waitFor();

    expect(await page.getByRole('button', { name: 'Log in' }).count()).toBe(0);
  });

  it('has its pages in a menu on a phone', async () => {
    const page = await bench().open('nowhere', { view: PHONE });
    await page.getByRole('button', { name: 'Open the menu' }).click();
    await page.getByRole('menuitem', { name: 'Repositories' }).click();

    await page.getByRole('heading', { level: 1, name: 'Repositories' }).waitFor();
  });

  it('lets the keyboard skip to the content', async () => {
    const page = await bench().open('repositories');
    await page.getByText('The registry is empty').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');

    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content');
    await page.getByText('The registry is empty').waitFor();
  });
});
