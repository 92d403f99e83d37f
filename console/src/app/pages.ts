import { lazy, type ComponentType } from 'react';

import { type Session } from '../api/session.js';

/** A page of the console. */
export interface PageEntry {
  /** Its address below the console. A `*` at the end stands for any rest, which the page gets as `rest`. */
  readonly path: string;
  /** The page, which is loaded when it is opened first. */
  readonly Page: Page;
  /** Loads what is needed to show it. */
  readonly load: () => Promise<LoadedPage>;
  /** How the navigation names it. Not set: other pages lead to it. */
  readonly title?: string;
  /** The key that opens it after `g`. */
  readonly key?: string;
  /** Whether the person may see it. Not set: everybody may. */
  readonly isFor?: (session: Session) => boolean;
}

/** A page as a component. `rest` is what its address has for the `*`. */
type Page = ComponentType<{ readonly rest: string }>;

/** Asks for what a page shows at an address, before the page is drawn. `rest` is as for the page. */
type Ask = (rest: string, params: URLSearchParams) => void;

type LoadedPage = readonly [page: Page, ask?: Ask];

/** Makes a page that is in a file of its own. */
function page(load: () => Promise<LoadedPage>): Pick<PageEntry, 'Page' | 'load'> {
  return {
    load,
    Page: lazy(async () => {
      const [Page] = await load();
      return { default: Page };
    }),
  };
}

/** Every page, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/repositories',
    title: 'Repositories',
    key: 'r',
    ...page(async () => {
      const { RepositoriesPage, askForRepositories } =
        await import('../pages/repositories/repositories-page.js');
      return [RepositoriesPage, askForRepositories];
    }),
  },
  {
    path: '/repositories/*',
    ...page(async () => {
      const { RepositoryPage, askForRepository } =
        await import('../pages/repository/repository-page.js');
      return [RepositoryPage, askForRepository];
    }),
  },
  {
    path: '/images/*',
    ...page(async () => [(await import('../pages/image/image-page.js')).ImagePage]),
  },
  {
    path: '/compare',
    ...page(async () => [(await import('../pages/compare/compare-page.js')).ComparePage]),
  },
  {
    path: '/live',
    title: 'Live',
    key: 'l',
    ...page(async () => [(await import('../pages/live/live-page.js')).LivePage]),
  },
  {
    path: '/events',
    title: 'Events',
    key: 'e',
    ...page(async () => [(await import('../pages/events/events-page.js')).EventsPage]),
  },
  {
    path: '/storage',
    title: 'Storage',
    key: 's',
    ...page(async () => [(await import('../pages/storage/storage-page.js')).StoragePage]),
  },
  {
    path: '/mirrors',
    title: 'Mirrors',
    key: 'm',
    isFor: ({ isAdmin }) => isAdmin,
    ...page(async () => [(await import('../pages/mirrors/mirrors-page.js')).MirrorsPage]),
  },
  {
    path: '/access',
    title: 'Access',
    key: 'a',
    ...page(async () => [(await import('../pages/access/access-page.js')).AccessPage]),
  },
  {
    path: '/settings',
    title: 'Settings',
    key: 'd',
    isFor: ({ isAdmin }) => isAdmin,
    ...page(async () => [(await import('../pages/settings/settings-page.js')).SettingsPage]),
  },
];

/**
 * Loads the page at an address, and asks for what it shows, before anything is drawn.
 *
 * @param mayAsk resolves to whether the person may use the API
 */
export async function preparePage(
  place: string,
  params: URLSearchParams,
  mayAsk: Promise<boolean>,
): Promise<void> {
  const asked = place === '/' ? '/repositories' : place;
  for (const { path, load } of PAGES) {
    const start = path.replace(/\*$/, '');
    if (start === path ? asked !== path : !asked.startsWith(start)) continue;
    const [, ask] = await load();
    if (await mayAsk) ask?.(asked.slice(start.length), params);
    return;
  }
}

/** The pages that the navigation leads to, for this person. */
export function navigationFor(session: Session): readonly PageEntry[] {
  return PAGES.filter(({ title, isFor }) => title !== undefined && (isFor?.(session) ?? true));
}
