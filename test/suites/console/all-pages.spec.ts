import { describe, expect, it } from '@jest/globals';
import { type Page, type Response } from 'playwright-core';

import { violationsOf } from './accessibility.js';
import { useBench } from './bench.js';
import { EACH_PAGE, EXAMPLE_IMAGE, seedEachPage, untilShown, WHO_LOOKS } from './each-page.js';
import { DESK, PHONE } from './views.js';

const retryButton = (page: Page) => page.getByRole('button', { name: 'Try again' });

/** Tries again until no error is left. A page may have several. */
async function tryAgain(page: Page): Promise<void> {
  while ((await retryButton(page).count()) > 0) {
    // What failed may be asked for by itself meanwhile, because the connection is back.
    await retryButton(page)
      .first()
      .click({ timeout: 1_000 })
      .catch(() => undefined);
    await untilShown(page);
  }
}

/** What pages show. Who looks is known without it. */
const DATA = /\/api\/v1\/(?!session$|me$)/;

describe('each page', () => {
  const bench = useBench({ seed: seedEachPage });
  it.each(EACH_PAGE)(
    'comes by one request, and has no barrier in any view: %s',
    async (address) => {
      const page = await bench().open(address);
      await untilShown(page);
      const asked = bench()
        .apiRequests()
        .filter((request) => !WHO_LOOKS.test(request));
      const found: string[] = [];
      for (const { width } of [DESK, PHONE]) {
        await page.setViewportSize({ width, height: 800 });
        found.push(...(await violationsOf(page)).map((one) => `${width} px, ${one}`));
      }

      // A list whose figures are still counted is asked for again.
      expect([...new Set(asked)]).toHaveLength(1);
      expect(found).toEqual([]);
      expect(await page.getByRole('alert').count()).toBe(0);
    },
  );

  it.each(EACH_PAGE)(
    'says that its data did not come, and gets it on demand: %s',
    async (address) => {
      const page = await bench().open(address, {
        lostRequests: true,
        prepare: (empty) => empty.route(DATA, (route) => route.abort('internetdisconnected')),
      });
      await retryButton(page).first().waitFor();
      await untilShown(page);
      await page.unroute(DATA);
      await tryAgain(page);

      expect(await page.getByRole('alert').count()).toBe(0);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  );

  it.each(EACH_PAGE)(
    'says that its code did not come, and gets it on demand: %s',
    async (address) => {
      const page = await bench().open('nowhere', { lostRequests: true });
      await page.getByText('There is no such page').waitFor();
      await page.context().setOffline(true);
      await page.evaluate(
        (path) => history.pushState(null, '', path),
        `${bench().url}/console/${address}`,
      );
      await retryButton(page).first().waitFor();
      await page.context().setOffline(false);
      await tryAgain(page);

      expect(await page.getByRole('alert').count()).toBe(0);
      await page.getByRole('heading', { level: 1 }).waitFor();
    },
  );
});

const RULES = `
admins: [alice]
rules:
  - { repositories: ['**'], who: [alice], can: [pull, push, delete] }
  - { repositories: ['other/**'], who: [bob], can: [pull] }
`;

describe('each page of a person without rights', () => {
  const passwords = { alice: 'wonderland-7', bob: 'builder-builder' };
  const bench = useBench({ seed: seedEachPage, guard: { passwords, rules: RULES } });

  it.each(EACH_PAGE)('works, and gets nothing that the person may not see: %s', async (address) => {
    const answers: Response[] = [];
    const page = await bench().open(address, {
      as: 'bob',
      statuses: [403, 404],
      prepare: async (empty) =>
        empty.on('response', (response) => {
          if (response.url().startsWith(`${bench().url}/api/`)) answers.push(response);
        }),
    });
    await page.getByRole('button', { name: 'bob' }).waitFor();
    await untilShown(page);
    const bodies = await Promise.all(answers.map((answer) => answer.text().catch(() => '')));
    const given = bodies.filter((_, at) => answers[at]?.ok() === true);

    expect(bodies.length).toBeGreaterThan(0);
    expect(bodies.join()).not.toContain(EXAMPLE_IMAGE.descriptor.digest.slice('sha256:'.length));
    expect(given.join()).not.toContain('team/app');
    expect(await page.getByText('This page failed').count()).toBe(0);
    await page.getByRole('heading', { level: 1 }).waitFor();
  });
});
