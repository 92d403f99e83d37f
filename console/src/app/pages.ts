import { lazy, type ComponentType } from 'react';

import { type Session } from '../api/session.js';
import { askForImage } from '../pages/image/image-question.js';
import { RepositoriesPage } from '../pages/repositories/repositories-page.js';
import { askForRepositories } from '../pages/repositories/repositories-question.js';
import { RepositoryPage } from '../pages/repository/repository-page.js';
import { askForTags } from '../pages/repository/tags-question.js';

/** A page of the console. */
export interface PageEntry {
  /** Its address below the console. A `*` at the end stands for any rest, which the page gets as `rest`. */
  readonly path: string;
  readonly Page: Page;
  /** Loads the code of the page. Not set: it comes with the frame, because most people look at it first. */
  readonly load?: () => Promise<Page>;
  /** Asks for what it shows at an address. Not set: the page asks when it is drawn. `rest` is as for the page. */
  readonly ask?: (rest: string, params: URLSearchParams) => void;
  /** How the navigation names it. Not set: other pages lead to it. */
  readonly title?: string;
  /** The key that opens it after `g`. */
  readonly key?: string;
  /** Whether the person may see it. Not set: everybody may. */
  readonly isFor?: (session: Session) => boolean;
}

/** A page as a component. `rest` is what its address has for the `*`. */
type Page = ComponentType<{ readonly rest: string }>;

/** Makes a page whose code is in a file of its own, which is loaded when the page is opened first. */
function page(load: () => Promise<Page>): Pick<PageEntry, 'Page' | 'load'> {
  return { load, Page: lazy(async () => ({ default: await load() })) };
}

/** Every page, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/repositories',
    title: 'Repositories',
    key: 'r',
    ask: askForRepositories,
    Page: RepositoriesPage,
  },
  {
    path: '/repositories/*',
    ask: askForTags,
    Page: RepositoryPage,
  },
  {
    path: '/images/*',
    ask: askForImage,
    ...page(async () => (await import('../pages/image/image-page.js')).ImagePage),
  },
  {
    path: '/compare',
    ...page(async () => (await import('../pages/compare/compare-page.js')).ComparePage),
  },
  {
    path: '/live',
    title: 'Live',
    key: 'l',
    ...page(async () => (await import('../pages/live/live-page.js')).LivePage),
  },
  {
    path: '/events',
    title: 'Events',
    key: 'e',
    ...page(async () => (await import('../pages/events/events-page.js')).EventsPage),
  },
  {
    path: '/storage',
    title: 'Storage',
    key: 's',
    ...page(async () => (await import('../pages/storage/storage-page.js')).StoragePage),
  },
  {
    path: '/mirrors',
    title: 'Mirrors',
    key: 'm',
    isFor: ({ isAdmin }) => isAdmin,
    ...page(async () => (await import('../pages/mirrors/mirrors-page.js')).MirrorsPage),
  },
  {
    path: '/access',
    title: 'Access',
    key: 'a',
    ...page(async () => (await import('../pages/access/access-page.js')).AccessPage),
  },
  {
    path: '/settings',
    title: 'Settings',
    key: 'd',
    isFor: ({ isAdmin }) => isAdmin,
    ...page(async () => (await import('../pages/settings/settings-page.js')).SettingsPage),
  },
];

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
