import { lazy, type ComponentType } from 'react';

import { type Session } from '../api/session.js';
import { askForImage } from '../pages/image/image-question.js';
import { RepositoriesPage } from '../pages/repositories/repositories-page.js';
import { askForRepositories } from '../pages/repositories/repositories-question.js';
import { RepositoryPage } from '../pages/repository/repository-page.js';
import { askForTags } from '../pages/repository/tags-question.js';
import { PAGE_PLACES, type PagePath, type PagePlace } from './page-places.js';

/** What a page consists of. */
interface PageParts {
  readonly Page: Page;
  /** Loads the code of the page. Not set: it comes with the frame, because most people look at it first. */
  readonly load?: () => Promise<Page>;
  /** Asks for what it shows at an address. Not set: the page asks when it is drawn. `rest` is as for the page. */
  readonly ask?: (rest: string, params: URLSearchParams) => void;
}

/** A page as a component. `rest` is what its address has for the `*`. */
type Page = ComponentType<{ readonly rest: string }>;

/** Makes a page whose code is in a file of its own, which is loaded when the page is opened first. */
function page(load: () => Promise<Page>): Pick<PageParts, 'Page' | 'load'> {
  return { load, Page: lazy(async () => ({ default: await load() })) };
}

const PARTS: Readonly<Record<PagePath, PageParts>> = {
  '/repositories': { Page: RepositoriesPage, ask: askForRepositories },
  '/repositories/*': { Page: RepositoryPage, ask: askForTags },
  '/images/*': {
    ...page(async () => (await import('../pages/image/image-page.js')).ImagePage),
    ask: askForImage,
  },
  '/compare': page(async () => (await import('../pages/compare/compare-page.js')).ComparePage),
  '/live': page(async () => (await import('../pages/live/live-page.js')).LivePage),
  '/events': page(async () => (await import('../pages/events/events-page.js')).EventsPage),
  '/storage': page(async () => (await import('../pages/storage/storage-page.js')).StoragePage),
  '/mirrors': page(async () => (await import('../pages/mirrors/mirrors-page.js')).MirrorsPage),
  '/access': page(async () => (await import('../pages/access/access-page.js')).AccessPage),
  '/settings': page(async () => (await import('../pages/settings/settings-page.js')).SettingsPage),
};

/** A page of the console. */
export interface PageEntry extends PagePlace, PageParts {}

/** Every page, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = PAGE_PLACES.map((place) => ({
  ...place,
  ...PARTS[place.path],
}));

/**
 * Loads the page at an address, and asks for what it shows, before anything is drawn. Resolves when that is asked for.
 *
 * @param mayAsk resolves to whether the person may use the API
 */
export async function preparePage(
  place: string,
  params: URLSearchParams,
  mayAsk: Promise<boolean>,
): Promise<void> {
  const asked = place === '/' ? '/repositories' : place;
  for (const { path, load, ask } of PAGES) {
    const start = path.replace(/\*$/, '');
    if (start === path ? asked !== path : !asked.startsWith(start)) continue;
    // What fails is tried again, and shown, when the page is opened.
    load?.().catch(() => undefined);
    if (await mayAsk) ask?.(asked.slice(start.length), params);
    return;
  }
}

/** The pages that the navigation leads to, for this person. */
export function navigationFor(session: Session): readonly PageEntry[] {
  return PAGES.filter(({ title, isFor }) => title !== undefined && (isFor?.(session) ?? true));
}
