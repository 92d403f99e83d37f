import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { violationsOf } from './accessibility.js';
import { ENVIRONMENT, GUARD, openAs, seedStorage } from './admin-seed.js';
import { useBench } from './bench.js';
import { tabTo } from './tab-to.js';
import { itAtEachWidth } from './views.js';

describe('the access page', () => {
  const bench = useBench({ seed: seedStorage, guard: GUARD, environment: ENVIRONMENT });

  describe('of an administrator', () => {
    async function createRobot(page: Page, name: string): Promise<string> {
      await page.getByRole('button', { name: 'Create robot' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill(name);
      await dialog.getByLabel('Repositories of right 1').fill('team/**');
      await dialog.getByRole('button', { name: 'Create robot' }).click();
      const token = await dialog.getByRole('group', { name: 'the token' }).textContent();
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      return token ?? '';
    }

    async function statusWith(token: string): Promise<number> {
      const authorization = `Basic ${Buffer.from(`robot:${token}`).toString('base64')}`;
      const answer = await fetch(`${bench().url}/api/v1/me`, { headers: { authorization } });
      return answer.status;
    }

    itAtEachWidth('has no barrier: own rights, people with a rule, rules', async (view) => {
      const page = await openAs(bench(), 'alice', 'access', { view });
      await page.getByRole('table', { name: 'Your rights' }).waitFor();
      const own = await violationsOf(page);
      await page.getByRole('tab', { name: 'People' }).click();
      await page.getByRole('button', { name: /^bob may\s+pull\s+in team\/app/ }).click();
      await page.getByText('group:builders can pull in team/**').waitFor();
      const people = await violationsOf(page);
      await page.keyboard.press('Escape');
      await page.getByRole('tab', { name: 'Rules' }).click();
      await page.getByRole('table', { name: 'Groups' }).waitFor();

      expect([...own, ...people, ...(await violationsOf(page))]).toEqual([]);
    });

    itAtEachWidth('has no barrier: the form, the token, the robots, the dialog', async (view) => {
      const page = await openAs(bench(), 'alice', 'access?tab=robots', { view });
      await page.getByRole('button', { name: 'Create robot' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Add a line' }).click();
      await dialog.getByRole('button', { name: 'Create robot' }).click();
      await dialog.getByText('Give the robot a name').waitFor();
      const form = await violationsOf(page);
      await dialog.getByRole('button', { name: 'Remove right 2' }).click();
      await dialog.getByLabel('Name').fill('ci');
      await dialog.getByLabel('Repositories of right 1').fill('**');
      await dialog.getByRole('button', { name: 'Create robot' }).click();
      await dialog.getByText('Copy the token now').waitFor();
      const token = await violationsOf(page);
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('button', { name: 'Revoke ci' }).first().click();
      await page.getByText('This cannot be undone').waitFor();

      expect([...form, ...token, ...(await violationsOf(page))]).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(view.width);
    });

    it('creates a robot and revokes it by the keyboard alone', async () => {
      const page = await openAs(bench(), 'alice', 'access?tab=robots');
      await page.getByRole('button', { name: 'Create robot' }).waitFor();
      await tabTo(page, 'Create robot');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Create robot' }).waitFor();
      await page.keyboard.type('keyboard');
      await tabTo(page, 'Repositories of right 1');
      await page.keyboard.type('team/**');
      await tabTo(page, 'push');
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      const token = page.getByRole('group', { name: 'the token' });
      await token.waitFor();
      const secret = (await token.textContent()) ?? '';
      expect(await statusWith(secret)).toBe(200);
      await tabTo(page, 'I have copied it');
      await page.keyboard.press('Enter');
      const row = page.getByRole('row').filter({ hasText: 'keyboard' });
      expect(await row.textContent()).toMatch(/pullpush.*team\/\*\*.*by alice.*in \d months/);
      await tabTo(page, 'Revoke keyboard');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: 'Revoke keyboard' }).waitFor();
      await tabTo(page, 'Revoke keyboard');
      await page.keyboard.press('Enter');

      await row.waitFor({ state: 'detached' });
      expect(await statusWith(secret)).toBe(401);
    });

    it('shows a token once, as docker and Kubernetes take it', async () => {
      const page = await openAs(bench(), 'alice', 'access?tab=robots');
      await page.getByRole('button', { name: 'Create robot' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('once');
      await dialog.getByLabel('Repositories of right 1').fill('team/app');
      await dialog.getByRole('button', { name: 'Create robot' }).click();
      const token = (await dialog.getByRole('group', { name: 'the token' }).textContent()) ?? '';
      const { host } = new URL(bench().url);
      const docker = await dialog.getByRole('group', { name: 'the docker login' }).textContent();
      const secret = await dialog
        .getByRole('group', { name: 'the Kubernetes secret' })
        .textContent();
      expect(docker).toBe(
        `echo '${token}' | docker login ${host} --username robot --password-stdin`,
      );
      expect(secret).toContain(`"password":"${token}"`);
      await dialog.getByRole('button', { name: 'I have copied it' }).click();
      await page.getByRole('row').filter({ hasText: 'once' }).waitFor();

      expect(await page.content()).not.toContain(token);
    });

    it('says what is wrong with a pattern, as the registry does', async () => {
      const page = await openAs(bench(), 'alice', 'access?tab=robots', { statuses: [400] });
      await page.getByRole('button', { name: 'Create robot' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Name').fill('wrong');
      await dialog.getByLabel('Repositories of right 1').fill('team//app');
      await dialog.getByRole('button', { name: 'Create robot' }).click();

      await dialog.getByText('team//app has one slash too many.').waitFor();
    });

    it('says that a robot is still there when the connection is lost', async () => {
      const page = await openAs(bench(), 'alice', 'access?tab=robots', { lostRequests: true });
      await page.getByRole('button', { name: 'Create robot' }).waitFor();
      await createRobot(page, 'stays');
      await page.getByRole('button', { name: 'Revoke stays' }).click();
      await page.context().setOffline(true);
      const dialog = page.getByRole('dialog', { name: 'Revoke stays' });
      await dialog.getByRole('button', { name: 'Revoke stays' }).click();
      await dialog.getByText('The registry cannot be reached.').waitFor();
      await page.context().setOffline(false);
      await dialog.getByRole('button', { name: 'Revoke stays' }).click();

      await page.getByRole('row').filter({ hasText: 'stays' }).waitFor({ state: 'detached' });
    });
  });

  describe('of a person', () => {
    itAtEachWidth('has no barrier', async (view) => {
      const page = await openAs(bench(), 'bob', 'access', { view });
      await page.getByRole('table', { name: 'Your rights' }).waitFor();

      expect(await violationsOf(page)).toEqual([]);
    });

    it('shows their own rights, and nothing of others', async () => {
      const page = await openAs(bench(), 'bob', 'access?tab=people');
      await page.getByText('rule at line 7 of access.yaml').waitFor();
      const text = await page.locator('main').textContent();

      expect(text).not.toMatch(/alice|secret|Robots|People/);
      expect(bench().apiRequests().join('\n')).not.toMatch(/robots|matrix|rules/);
    });
  });
});

describe('the access page of a registry without logins', () => {
  const bench = useBench();

  it('says how to get robots', async () => {
    const page = await bench().open('access');
    await page.getByText('there are no logins: everybody may do everything').waitFor();
    await page.getByRole('tab', { name: 'Robots' }).click();
    await page.getByText('Robots come with logins').waitFor();
    await page.getByRole('tab', { name: 'People' }).click();

    await page.getByText('No users with a password').waitFor();
  });
});
