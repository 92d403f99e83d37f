import { randomUUID } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from '@jest/globals';
import { type Locator, type Page } from 'playwright-core';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { craneDigest } from './image-tools.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';
import { imageOf } from './seed.js';
import { tabTo } from './tab-to.js';
import { DESK, itAtEachWidth } from './views.js';

const PASSWORDS = { alice: 'wonderland-7', bob: 'builder-builder' };

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['shared/**'], who: [bob], can: [pull] }
`;

const [FIRST, SECOND] = [imageOf('first', [40]), imageOf('second', [30])];

/** Each test changes a repository of its own. */
const NAMES = ['delete', 'several', 'back', 'moved', 'retag', 'untagged', 'keys', 'view', 'stale'];

async function seed(pusher: Pusher): Promise<void> {
  for (const name of [...NAMES.map((one) => `changes/${one}`), 'shared/app']) {
    await pushContent(pusher, name, '1.0', FIRST);
    await pushContent(pusher, name, 'latest', FIRST);
    await pushContent(pusher, name, 'next', SECOND);
  }
}

/** Waits until there are so many rows. */
async function expectRows(rows: Locator, count: number): Promise<void> {
  await rows.nth(count - 1).waitFor();
  expect(await rows.count()).toBe(count);
}

describe('changes of tags', () => {
  const auditLog = join(tmpdir(), `berth-audit-${randomUUID()}.log`);
  const bench = useBench({
    seed,
    guard: { passwords: PASSWORDS, rules: RULES },
    environment: { REGISTRY_AUDIT_LOG: auditLog },
  });
  afterAll(() => rm(auditLog, { force: true }));

  const openAs = async (name: keyof typeof PASSWORDS, path: string, view = DESK): Promise<Page> => {
    return bench().open(path, { as: name, view, statuses: [404, 412] });
  };
  /** Resolves to the digest of a tag or a digest as `crane` sees it, or to `null` if it does not exist. */
  const digestOf = (repository: string, reference: string): Promise<string | null> =>
    craneDigest(
      bench().pusher,
      `${repository}${reference.startsWith('sha256:') ? '@' : ':'}${reference}`,
    );
  /** Returns what the audit log has of the changes that alice made to tags of a repository by the API. */
  const audited = async (repository: string): Promise<readonly string[]> => {
    const lines = (await readFile(auditLog, 'utf8')).trimEnd().split('\n');
    return lines
      .map((line) => JSON.parse(line) as Record<string, string>)
      .filter((entry) => entry['repository'] === repository && entry['event']?.startsWith('tag-'))
      .map(({ event = '', who = '', reference = '' }) => `${who} ${event} ${reference}`);
  };
  const menu = async (page: Page, name: string, item: string): Promise<void> => {
    await page.getByRole('button', { name: `More for ${name}` }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };

  it('deletes one of two tags of an image, says that the other stays, and undoes it', async () => {
    const page = await openAs('alice', 'repositories/changes/delete');
    await menu(page, 'changes/delete:1.0', 'Delete 1.0');
    const dialog = page.getByRole('dialog', { name: 'Delete tag 1.0' });
    await dialog.getByText('tag latest, which points to the same image').waitFor();
    await dialog.getByText('No bytes are freed: all content is still needed.').waitFor();
    await dialog.getByRole('button', { name: 'Delete tag 1.0' }).click();
    await page.getByRole('link', { name: '1.0', exact: true }).waitFor({ state: 'detached' });
    const after = [
      await digestOf('changes/delete', '1.0'),
      await digestOf('changes/delete', 'latest'),
    ];
    const previews = bench()
      .apiRequests()
      .filter((request) => request.includes('/removal?'));
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();
    await page.getByRole('link', { name: '1.0', exact: true }).waitFor();

    expect(after).toEqual([null, FIRST.descriptor.digest]);
    expect(previews).toHaveLength(1);
    expect(await audited('changes/delete')).toEqual(['alice tag-deleted 1.0', 'alice tag-set 1.0']);
    expect(await digestOf('changes/delete', '1.0')).toBe(FIRST.descriptor.digest);
    await page.getByRole('tab', { name: 'History' }).click();
    const removed = page.getByRole('row').filter({ hasText: 'removed' });
    await removed.getByText('by alice').waitFor();
  });

  it('deletes several tags after the name of the repository was typed', async () => {
    const page = await openAs('alice', 'repositories/changes/several');
    for (const tag of ['1.0', 'latest']) await page.getByLabel(`Select ${tag}`).check();
    await page.getByRole('button', { name: 'Delete 2 tags' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete 2 tags' });
    const button = dialog.getByRole('button', { name: 'Delete 2 tags' });
    const field = dialog.getByLabel('Type changes/several to confirm');
    await field.fill('changes/other');
    const isLocked = await button.isDisabled();
    await field.fill('changes/several');
    await button.click();
    await page.getByText('Deleted 2 tags').waitFor();

    expect(isLocked).toBe(true);
    expect(await digestOf('changes/several', 'latest')).toBeNull();
    expect(await digestOf('changes/several', 'next')).toBe(SECOND.descriptor.digest);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();
    expect(await digestOf('changes/several', 'latest')).toBe(FIRST.descriptor.digest);
  });

  it('leads from two ticked tags to their comparison', async () => {
    const page = await openAs('bob', 'repositories/shared/app');
    for (const tag of ['1.0', 'next']) await page.getByLabel(`Select ${tag}`).check();
    const link = page.getByRole('link', { name: 'Compare' });

    expect(await link.getAttribute('href')).toMatch(
      /\/compare\?repository=shared%2Fapp&a=(1\.0&b=next|next&b=1\.0)$/,
    );
  });

  it('puts a moved tag back, and the history tells who did it', async () => {
    await pushContent(bench().pusher, 'changes/back', 'latest', SECOND);
    const page = await openAs('alice', 'repositories/changes/back?tab=history');
    const moved = page.getByRole('row').filter({ hasText: 'moved' });
    await moved.getByText('by alice').waitFor();
    await page.getByRole('button', { name: /^Put latest back to/ }).click();
    const dialog = page.getByRole('dialog', { name: 'Put latest back' });
    await dialog.getByText(/to which latest points now/).waitFor();
    await dialog.getByRole('button', { name: 'Put latest back' }).click();
    await page.getByText(/^latest points to sha256:/).waitFor();

    expect(await digestOf('changes/back', 'latest')).toBe(FIRST.descriptor.digest);
    await expectRows(moved, 2);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone').waitFor();
    expect(await digestOf('changes/back', 'latest')).toBe(SECOND.descriptor.digest);
  });

  it('changes nothing if the tag was moved since the page was shown', async () => {
    const page = await openAs('alice', 'repositories/changes/stale');
    await menu(page, 'changes/stale:latest', 'Delete latest');
    const dialog = page.getByRole('dialog', { name: 'Delete tag latest' });
    await dialog.getByText('This stays').waitFor();
    await pushContent(bench().pusher, 'changes/stale', 'latest', SECOND);
    await dialog.getByRole('button', { name: 'Delete tag latest' }).click();
    await dialog.getByText('That did not work').waitFor();

    expect(await digestOf('changes/stale', 'latest')).toBe(SECOND.descriptor.digest);
  });

  it('moves a tag that exists only after it was shown where it points', async () => {
    const page = await openAs('alice', 'images/changes/retag:next');
    await page.getByRole('button', { name: 'Set a tag' }).click();
    const dialog = page.getByRole('dialog', { name: 'Set a tag' });
    await dialog.getByLabel('Tag').fill('latest');
    await dialog.getByRole('button', { name: 'Set the tag' }).click();
    await dialog.getByText('latest exists').waitFor();
    const before = await digestOf('changes/retag', 'latest');
    await dialog.getByRole('button', { name: 'Move latest' }).click();
    await page.getByText(/^latest points to sha256:/).waitFor();

    expect(before).toBe(FIRST.descriptor.digest);
    expect(await digestOf('changes/retag', 'latest')).toBe(SECOND.descriptor.digest);
  });

  it('deletes an image without a tag, and says which bytes are freed and when', async () => {
    await pushContent(bench().pusher, 'changes/untagged', 'next', FIRST);
    const page = await openAs('alice', 'repositories/changes/untagged?tab=untagged');
    await page.getByText('This registry keeps images without a tag').waitFor();
    await page.getByLabel(/^Select sha256/).check();
    await page.getByRole('button', { name: 'Delete 1 manifest' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(/freed by the next collection after 1 hour without use/).waitFor();
    await dialog.getByLabel('Type changes/untagged to confirm').fill('changes/untagged');
    await dialog.getByRole('button', { name: /^Delete sha256/ }).click();

    await page.getByText('Nothing is untagged').waitFor();
    expect(await digestOf('changes/untagged', SECOND.descriptor.digest)).toBeNull();
  });

  it('deletes a tag by the keyboard alone', async () => {
    const page = await openAs('alice', 'repositories/changes/keys');
    await page.getByRole('link', { name: '1.0', exact: true }).waitFor();
    await tabTo(page, '1.0');
    await page.keyboard.press('x');
    await page.getByLabel('Select 1.0').and(page.locator(':checked')).waitFor();
    await tabTo(page, 'Delete 1 tag');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Delete tag 1.0' }).getByText('This stays').waitFor();
    await tabTo(page, 'Delete tag 1.0');
    await page.keyboard.press('Enter');
    await page.getByText('Deleted tag 1.0').waitFor();

    expect(await digestOf('changes/keys', '1.0')).toBeNull();
  });

  it('are not offered to a person who may only pull', async () => {
    const page = await openAs('bob', 'repositories/shared/app');
    await page.getByLabel('Select 1.0').check();
    await page.getByText('You may not delete here.').waitFor();
    await page.getByRole('button', { name: 'More for shared/app:1.0' }).click();
    await page.getByRole('menuitem', { name: 'History' }).waitFor();

    expect(await page.getByRole('menuitem', { name: /Delete|Set/ }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: '1.0', exact: true }).click();
    await page.getByRole('tab', { name: /Layers/ }).waitFor();
    // The same layers are in repositories that bob may not pull.
    expect(await page.getByText(/also in/).count()).toBe(0);
    expect(await page.getByRole('button', { name: /Delete|Set a tag/ }).count()).toBe(0);
  });

  itAtEachWidth('have dialogs without a barrier', async (view) => {
    const page = await openAs('alice', 'repositories/changes/view', view);
    const found: string[] = [];
    for (const tag of ['1.0', 'latest']) await page.getByLabel(`Select ${tag}`).check();
    await page.getByRole('button', { name: 'Delete 2 tags' }).waitFor();
    found.push(...(await violationsOf(page)));
    await page.getByRole('button', { name: 'Delete 2 tags' }).click();
    await page.getByRole('dialog').getByText('This stays').waitFor();
    found.push(...(await violationsOf(page)));
    await page.keyboard.press('Escape');
    await menu(page, 'changes/view:next', 'Set another tag to it');
    await page.getByRole('dialog', { name: 'Set a tag' }).getByLabel('Tag').fill('latest');
    await page.keyboard.press('Enter');
    const note = page.getByRole('dialog').getByText('latest exists');
    await note.waitFor();
    found.push(...(await violationsOf(page)));

    expect(found).toEqual([]);
  });

  itAtEachWidth('are listed without a barrier', async (view) => {
    const page = await openAs('alice', 'repositories/changes/view', view);
    await page.getByRole('tab', { name: 'History' }).waitFor();
    const found: string[] = [];
    for (const tab of ['Untagged', 'History', 'Referrers']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.getByRole('tabpanel', { name: tab }).locator('h2, table').first().waitFor();
      found.push(...(await violationsOf(page)));
    }

    expect(found).toEqual([]);
  });
});
