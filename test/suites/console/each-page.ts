import { type Page } from 'playwright-core';

import { PAGE_PLACES } from '../../../console/src/app/page-places.js';
import { collect } from './collect.js';
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
export const EACH_PAGE: readonly (readonly [address: string])[] = PAGE_PLACES.map(({ path }) => {
  const example = EXAMPLES[path];
  if (example === undefined) throw new Error(`no example of the page ${path}: add one here`);
  return [example];
});

/** The requests of each page beside its own: who looks, and the stream of events. */
export const WHO_LOOKS = /\/api\/v1\/(?:session|me|events\/stream.*)$/;

/** The image with the tag `1.0`. */
export const EXAMPLE_IMAGE = imageOf('one', [64, 16]);

/** Pushes what the examples are about, and counts it. */
export async function seedEachPage(pusher: Pusher): Promise<void> {
  await pushContent(pusher, 'team/app', '1.0', EXAMPLE_IMAGE);
  await pushContent(pusher, 'team/app', '2.0', imageOf('two', [64, 24]));
  await collect(pusher);
}

/** Waits until a page shows its heading, or an error, and awaits nothing. */
export async function untilShown(page: Page): Promise<void> {
  await page.locator('h1, [role=alert]').first().waitFor();
  await page.waitForFunction(() => document.querySelector('[data-awaited]') === null);
}
