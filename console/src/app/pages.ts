import { lazy, type ComponentType } from 'react';

import { type Session } from '../api/session.js';

/** A page of the console. */
export interface PageEntry {
  /** Its address below the console. A `*` at the end stands for any rest, which the page gets as `rest`. */
  readonly path: string;
  /** The page, which is loaded when it is opened first. */
  readonly Page: Page;
  /** Begins to load the page before it is opened. */
  readonly preload: () => void;
  /** How the navigation names it. Not set: other pages lead to it. */
  readonly title?: string;
  /** The key that opens it after `g`. */
  readonly key?: string;
  /** Whether the person may see it. Not set: everybody may. */
  readonly isFor?: (session: Session) => boolean;
}

/** A page as a component. `rest` is what its address has for the `*`. */
type Page = ComponentType<{ readonly rest: string }>;

/** Makes a page that is in a file of its own. */
function page(load: () => Promise<Page>): Pick<PageEntry, 'Page' | 'preload'> {
  return {
    Page: lazy(async () => ({ default: await load() })),
    // A failure shows when the page is opened, which loads it again.
    preload: () => void load().catch(() => undefined),
  };
}

/** Every page, in the order of the navigation. */
export const PAGES: readonly PageEntry[] = [
  {
    path: '/repositories',
    title: 'Repositories',
    key: 'r',
    ...page(
      async () => (await import('../pages/repositories/repositories-page.js')).RepositoriesPage,
    ),
  },
  {
    path: '/repositories/*',
    ...page(async () => (await import('../pages/repository/repository-page.js')).RepositoryPage),
  },
  {
    path: '/images/*',
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

/** Begins to load the page at a place, before anything is shown. */
export function preloadPage(place: string): void {
  const asked = place === '/' ? '/repositories' : place;
  PAGES.find(({ path }) =>
    path.endsWith('*') ? asked.startsWith(path.slice(0, -1)) : asked === path,
  )?.preload();
}

/** The pages that the navigation leads to, for this person. */
export function navigationFor(session: Session): readonly PageEntry[] {
  return PAGES.filter(({ title, isFor }) => title !== undefined && (isFor?.(session) ?? true));
}
