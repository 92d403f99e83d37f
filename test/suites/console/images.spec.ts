import { describe, expect, it } from '@jest/globals';
import { type Page } from 'playwright-core';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { HOSTILE, seedImages, SHA512 } from './seed-images.js';
import { itAtEachWidth, PHONE } from './views.js';

/** What the page shows of the hostile text: all of it, with the mark that turns the direction written out. */
const HARMLESS = HOSTILE.replace('\u202e', '\\u202e');

describe('the page of an image', () => {
  const bench = useBench({ seed: seedImages });
  const open = async (path: string): Promise<Page> => {
    const page = await bench().open(`images/${path}`);
    await page.getByRole('tab', { name: 'Raw' }).waitFor();
    return page;
  };

  itAtEachWidth('has no barrier in any of its parts', async (view) => {
    const page = await bench().open('images/kinds/app:1.0?tab=config', { view });
    const found: string[] = [];
    for (const name of [/Config/, /Referrers/, /Held by/, /Raw/]) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('tabpanel', { name }).locator(':scope > *').first().waitFor();
      found.push(...(await violationsOf(page)));
    }

    expect(found).toEqual([]);
  });

  itAtEachWidth('has no barrier with the other repositories of a layer', async (view) => {
    const page = await bench().open('images/kinds/app:1.0', { view });
    await page.getByRole('button', { name: 'also in 1 repository' }).first().click();
    await page.getByRole('link', { name: 'other/app' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  itAtEachWidth('has no barrier for an index', async (view) => {
    const page = await bench().open('images/kinds/web:2.0?tab=index', { view });
    await page.getByRole('table', { name: 'Entries of the index' }).waitFor();

    expect(await violationsOf(page)).toEqual([]);
  });

  it('counts on demand what its removal frees', async () => {
    const page = await open('kinds/app:1.0');
    await page.getByRole('button', { name: 'Delete the tag' }).waitFor();
    const before = bench().apiRequests().join('\n');
    await page.getByRole('button', { name: 'Count the unique size' }).click();
    await page.getByText('847 B').waitFor();

    expect(before).not.toContain('removal');
  });

  it('shows the steps of the build with the layers that they made', async () => {
    const page = await open('kinds/app:1.0');
    const steps = page.getByRole('list', { name: 'Layers' }).getByRole('listitem');
    const texts = await steps.allTextContents();

    expect(texts.map((text) => text.replace(/sha256.*/, ''))).toEqual([
      'ADD file:1234 in /',
      'CMD ["bash"]',
      'RUN apt-get install -y curl',
      'ENV DB_PASSWORD=hunter2',
      'COPY /out /app',
    ]);
    expect(texts.filter((text) => /gzip|zstd|eStargz/.test(text))).toHaveLength(3);
    expect(texts[4]).toContain('3.9 KiB');
  });

  it('flags a variable that looks like a secret, and links only labels that are addresses of the web', async () => {
    const page = await open('kinds/app:1.0?tab=config');
    const environment = page.getByRole('table', { name: 'Environment' });
    const flagged = environment.getByRole('row').filter({ hasText: 'looks like a secret' });
    const links = page.getByRole('table', { name: 'Labels' }).getByRole('link');

    expect(await flagged.allTextContents()).toEqual(['DB_PASSWORDhunter2looks like a secret']);
    expect(await links.allTextContents()).toEqual(['https://example.com/team/app']);
    expect(await links.first().getAttribute('rel')).toBe('noopener noreferrer');
  });

  it('shows what refers to the image as a tree, with files to download', async () => {
    const page = await open('kinds/app:1.0?tab=referrers');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download sbom.spdx.json' }).click(),
    ]);
    const inner = page.getByRole('listitem').filter({ hasText: 'SBOM' }).getByRole('listitem');

    expect(download.suggestedFilename()).toBe('sbom.spdx.json');
    expect(await inner.filter({ hasText: 'signature' }).count()).toBe(1);
  });

  it('gives the commands of clients by tag and by digest', async () => {
    const page = await open('kinds/app:1.0');
    const command = page.getByRole('group', { name: 'the pull command' });
    const { host } = new URL(bench().url);
    const byTag = await command.textContent();
    await page.getByText('by digest', { exact: true }).click();
    const byDigest = await command.textContent();
    await page.getByRole('combobox', { name: 'Client' }).click();
    await page.getByRole('option', { name: 'skopeo' }).click();

    expect(byTag).toBe(`docker pull ${host}/kinds/app:1.0`);
    expect(byDigest).toMatch(/^docker pull .*\/kinds\/app@sha256:[0-9a-f]{64}$/);
    expect(await command.textContent()).toMatch(/^skopeo copy .*docker:\/\/.*@sha256/);
  });

  it('shows the image of another platform, which the address keeps', async () => {
    const page = await open('kinds/web:2.0');
    await page.getByRole('tab', { name: 'linux/arm64' }).click();
    await page.getByText('Digest for this platform').waitFor();
    await page.getByRole('tab', { name: 'Index (3)' }).click();
    const entries = page.getByRole('table', { name: 'Entries of the index' });

    expect(new URL(page.url()).searchParams.get('platform')).toBe('linux/arm64');
    expect(await entries.getByRole('row').filter({ hasText: 'attestation' }).count()).toBe(1);
    await page.reload();
    const tab = page.getByRole('tab', { name: 'linux/arm64' });
    await tab.waitFor();
    expect(await tab.getAttribute('aria-selected')).toBe('true');
  });

  it.each([
    [
      'an image in the format of Docker',
      'kinds/docker:1.0',
      'in the format of Docker',
      'Layers (1)',
    ],
    ['a Helm chart', 'kinds/chart:0.3.1', 'Helm chart', 'Files (1)'],
    ['a build cache', 'kinds/cache:main', 'build cache', 'Index (2)'],
    [
      'an artifact with the empty config',
      'kinds/files:v1',
      'application/vnd.example.report',
      'Files (2)',
    ],
    ['an image with a digest of sha512', `kinds/long@${SHA512}`, 'linux/s390x', 'Layers (1)'],
  ])('shows %s', async (_, path, text, tab) => {
    const page = await open(path);

    await page.getByText(text).first().waitFor();
    await page.getByRole('tab', { name: tab }).waitFor();
    expect(await page.getByRole('tab', { name: 'Config' }).count()).toBe(
      tab.startsWith('Layers') ? 1 : 0,
    );
  });

  it('shows a signature of cosign that has a tag', async () => {
    const page = await bench().open('repositories/kinds/app?q=.sig');
    await page.getByRole('link', { name: /\.sig$/ }).click();

    await page.getByText('signature', { exact: false }).first().waitFor();
    await page.getByRole('tab', { name: 'Files (1)' }).waitFor();
  });

  it('gives the command of helm for a chart', async () => {
    const page = await open('kinds/chart:0.3.1');
    const { host } = new URL(bench().url);

    expect(await page.getByRole('group', { name: 'the pull command' }).textContent()).toBe(
      `helm pull oci://${host}/kinds/chart --version 0.3.1`,
    );
  });

  it('shows names, labels, annotations and commands of strangers as text', async () => {
    const page = await open('kinds/hostile:1.0');
    await page.getByText(`RUN echo ${HARMLESS}`).waitFor();
    await page.getByRole('button', { name: 'Show all 10,056 characters' }).click();
    await page.getByRole('tab', { name: 'Config' }).click();
    await page.getByRole('table', { name: 'Labels' }).getByText(HARMLESS).first().waitFor();
    const link = page.getByRole('link', { name: /example\.com/ });
    const href = await link.getAttribute('href');
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page.getByRole('group', { name: 'Text' }).getByText('schemaVersion').waitFor();

    expect(href).toMatch(/^https:\/\/example\.com\/[^"<>]*$/);
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
    expect(await page.locator('img').count()).toBe(1);
  });

  it('stays alive with a config of 10 MiB, and shows its beginning as text', async () => {
    const page = await open('kinds/huge:1.0?tab=config');
    await page.getByText('The config has 10.0 MiB').waitFor();
    await page.getByRole('tab', { name: 'Raw' }).click();
    await page.getByText('Config', { exact: true }).last().click();
    await page.getByText('This is the beginning. 9.8 MiB more are in the download.').waitFor();
    await page.getByRole('tab', { name: /Layers/ }).click();

    await page.getByRole('list', { name: 'Layers' }).waitFor();
    expect(await page.evaluate(() => 'attacked' in window)).toBe(false);
  });

  it.each(['kinds/app:1.0', 'kinds/web:2.0?tab=index', 'kinds/hostile:1.0?tab=config'])(
    'fits on a phone: %s',
    async (path) => {
      const page = await bench().open(`images/${path}`, { view: PHONE });
      await page.getByRole('tab', { name: 'Raw' }).waitFor();

      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    },
  );

  it('says which tag does not exist, and leads to those that do', async () => {
    const page = await bench().open('images/kinds/app:none', { statuses: [404] });
    await page.getByRole('alert').getByText('No such tag.').waitFor();
    await page.getByRole('link', { name: 'Show all tags of kinds/app' }).click();

    await page.getByRole('link', { name: '1.0', exact: true }).waitFor();
  });

  it('shows an error with a way to try again when the connection is lost', async () => {
    const page = await bench().open('images/kinds/web:2.0', { lostRequests: true });
    await page.getByRole('tab', { name: 'linux/arm64' }).waitFor();
    await page.context().setOffline(true);
    await page.getByRole('tab', { name: 'linux/arm64' }).click();
    await page.getByText('The registry cannot be reached.').first().waitFor();
    await page.getByRole('button', { name: 'Try again' }).first().waitFor();
    // Answers are asked for again by themselves when the connection is back.
    await page.context().setOffline(false);

    await page.getByRole('alert').first().waitFor({ state: 'detached' });
    await page.getByRole('tab', { name: 'linux/arm64', selected: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });
});
