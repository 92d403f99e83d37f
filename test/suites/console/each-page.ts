import { type Page } from 'playwright-core';

import { PAGES } from '../../../console/src/app/pages.js';
import { imageOf } from './seed.js';
import { type Pusher } from '../../support/push-over-http.js';
import { pushContent } from './push-content.js';

/** An address of each page, about what `seedEachPage` pushes. A new page needs a line here. */
const EXAMPLES: Readonly<Record<string, string>> = {
  '/repositories': 'repositories',
  '/repositories/*': 'repositories/team/app',
  '/images/*': 'images/team/app:1.0',
  '/compare': 'compare?repository=team/app&a=1.0&b=2.0',
  '/live': 'live',
  '/storage': 'storage',
  '/mirrors': 'mirrors',
  '/access': 'access',
  '/events': 'events',
  '/settings': 'settings',
};

/** The address of each page of the console. */
export const EACH_PAGE: readonly (readonly [address: string])[] = PAGES.map(({ path }) => {
  const example = EXAMPLES[path];
  if (example === undefined) throw new Error(`no example of the page ${path}: add one here`);
  return [example];
});

/** The image with the tag `1.0`. */
export const EXAMPLE_IMAGE = imageOf('one', [64, 16]);

/** Pushes what the examples are about. */
export async function seedEachPage(pusher: Pusher): Promise<void> {
  await pushContent(pusher, 'team/app', '1.0', EXAMPLE_IMAGE);
  await pushContent(pusher, 'team/app', '2.0', imageOf('two', [64, 24]));
}

/** A spinner is not shown before that. */
const SPINNER_AFTER_MS = 350;

/** Waits until a page shows its heading, or an error, and no spinner. */
export async function untilShown(page: Page): Promise<void> {
  await page.locator('h1, [role=alert]').first().waitFor();
  await page.waitForTimeout(SPINNER_AFTER_MS);
  await page.waitForFunction(() => document.querySelector('.mantine-Loader-root') === null);
}
