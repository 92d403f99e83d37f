import { AxeBuilder } from '@axe-core/playwright';
import { type Page } from 'playwright-core';

import { type View } from './views.js';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** Resolves to what axe finds on a page as it is shown now, in both colour schemes, one line for each element. */
export async function violationsOf(page: Page): Promise<string[]> {
  const now = await schemeOf(page);
  const other = now === 'light' ? 'dark' : 'light';
  const found = await violationsIn(page, now);
  await changeScheme(page, other);
  found.push(...(await violationsIn(page, other)));
  await changeScheme(page, now);
  return found;
}

/** Returns the scheme that a page is shown in. */
function schemeOf(page: Page): Promise<View['scheme']> {
  return page.evaluate(() =>
    document.documentElement.dataset['mantineColorScheme'] === 'dark' ? 'dark' : 'light',
  );
}

/** Changes the scheme as the settings of a computer do, and waits until the page has it. */
async function changeScheme(page: Page, scheme: View['scheme']): Promise<void> {
  await page.emulateMedia({ colorScheme: scheme });
  await page.waitForFunction(
    (wanted) => document.documentElement.dataset['mantineColorScheme'] === wanted,
    scheme,
  );
}

async function violationsIn(page: Page, scheme: View['scheme']): Promise<string[]> {
  // What fades in has other colours for a moment. A bar that moves for as long as something runs has no end.
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(ending.map((animation) => animation.finished));
  });
  const { violations } = await new AxeBuilder({ page })
    // Otherwise it opens another window, which is for frames of other origins. The console has no frames.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(RULES)
    .analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, any }) => `${scheme}: ${id}: ${any[0]?.message ?? ''} ${html}`),
  );
}
