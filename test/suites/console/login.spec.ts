import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { logIn as fillIn } from './log-in.js';
import { imageOf } from './seed.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { tabTo } from './tab-to.js';
import { itAtEachWidth } from './views.js';

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['team/**'], who: [bob], can: [pull] }
`;

const PASSWORDS = { alice: 'wonderland-7', bob: 'builder-builder' };

async function seed(pusher: Pusher): Promise<void> {
  await pushContent(pusher, 'team/app', '1.0', imageOf('app'));
  await pushContent(pusher, 'secret/plan', '1.0', imageOf('plan'));
}

const logIn = (page: Page, name: keyof typeof PASSWORDS, password?: string): Promise<void> =>
  fillIn(page, name, password ?? PASSWORDS[name]);

describe('the login', () => {
  const bench = useBench({ seed, guard: { passwords: PASSWORDS, rules: RULES } });
  const open = (path: string): Promise<Page> => bench().open(path);

  itAtEachWidth('has no barrier, also after a wrong password', async (view) => {
    const page = await bench().open('repositories', { view, statuses: [401] });
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    const before = await violationsOf(page);
    await logIn(page, 'alice', 'wrong');
    await page.getByText('The name or the password is wrong.').waitFor();

    expect([...before, ...(await violationsOf(page))]).toEqual([]);
  });

  it('works by the keyboard alone', async () => {
    const page = await open('repositories');
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    await tabTo(page, 'Name');
    await page.keyboard.type('alice');
    await tabTo(page, 'Password or token');
    await page.keyboard.type(PASSWORDS.alice);
    await tabTo(page, 'Log in');
    await page.keyboard.press('Enter');

    await page.getByRole('link', { name: 'secret/plan' }).waitFor();
  });

  it('leads back to the page that was asked for, with the rights of the person', async () => {
    const page = await open('repositories/team/app');
    await logIn(page, 'bob');
    await page.getByRole('link', { name: '1.0' }).waitFor();
    await page.getByRole('link', { name: 'Repositories' }).first().click();
    await page.getByRole('link', { name: 'team/app' }).waitFor();

    expect(page.url()).toBe(`${bench().url}/console/repositories`);
    expect(await page.getByText('secret/plan').count()).toBe(0);
  });

  it('lasts over a reload, and ends for what was seen with it', async () => {
    const page = await open('repositories');
    await logIn(page, 'alice');
    await page.getByRole('link', { name: 'secret/plan' }).waitFor();
    await page.reload();
    await page.getByRole('link', { name: 'secret/plan' }).waitFor();
    await page.getByRole('button', { name: 'alice' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();

    expect(await page.getByText('secret/plan').count()).toBe(0);
    await logIn(page, 'bob');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    expect(await page.getByText('secret/plan').count()).toBe(0);
  });

  it('ends with a logout while a request is on its way', async () => {
    const page = await open('repositories');
    await logIn(page, 'alice');
    await page.getByRole('link', { name: 'secret/plan' }).waitFor();
    const loggedOut = page.waitForResponse((answer) => answer.request().method() === 'DELETE');
    await page.route('**/api/v1/repositories?*', async (route) => {
      await loggedOut;
      await route.continue();
    });
    const asked = page.waitForRequest('**/api/v1/repositories?*');
    await page.getByLabel('Search repositories').fill('app');
    const underway = await asked;
    await page.getByRole('button', { name: 'alice' }).click();
    await page.getByRole('menuitem', { name: 'Log out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();

    expect(await underway.response()).toBeNull();
  });

  it('appears in place of a page whose session has ended', async () => {
    const page = await bench().open('repositories', { statuses: [401] });
    await logIn(page, 'bob');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    await page.context().clearCookies();
    await page.getByLabel('Search repositories').fill('app');

    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    await logIn(page, 'bob');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    expect(new URL(page.url()).search).toBe('?q=app');
  });

  it('appears if a session has ended before a dialog was confirmed', async () => {
    const page = await bench().open('repositories/team/app', { statuses: [401] });
    await logIn(page, 'alice');
    await page.getByRole('button', { name: 'More for team/app:1.0' }).click();
    await page.getByRole('menuitem', { name: 'Delete 1.0' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete tag 1.0' });
    await dialog.getByText('This goes').waitFor();
    await page.context().clearCookies();
    await dialog.getByRole('button', { name: 'Delete tag 1.0' }).click();

    await page.getByRole('heading', { level: 1, name: 'Log in' }).waitFor();
    await logIn(page, 'alice');
    await page.getByRole('link', { name: '1.0', exact: true }).waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
  });
});

describe('a registry that everybody may pull from', () => {
  const rules = `${RULES}  - { repositories: ['team/**'], who: [anonymous], can: [pull] }\n`;
  const bench = useBench({ seed, guard: { passwords: PASSWORDS, rules } });

  it('shows what is public, and the login on demand', async () => {
    const page = await bench().open('repositories');
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    expect(await page.getByText('secret/plan').count()).toBe(0);
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('button', { name: 'Go on without a login' }).click();
    await page.getByRole('link', { name: 'team/app' }).waitFor();
    await page.getByRole('button', { name: 'Log in' }).click();
    await logIn(page, 'alice');

    await page.getByRole('link', { name: 'secret/plan' }).waitFor();
  });
});
