import { type Session } from '../api/session.js';

/** Where a page is, and who finds it there. */
export interface PagePlace {
  /** Its address below the console. A `*` at the end stands for any rest, which the page gets as `rest`. */
  readonly path: string;
  /** How the navigation names it. Not set: other pages lead to it. */
  readonly title?: string;
  /** The key that opens it after `g`. */
  readonly key?: string;
  /** Whether the person may see it. Not set: everybody may. */
  readonly isFor?: (session: Session) => boolean;
}

const isForAdmins = ({ isAdmin }: Session): boolean => isAdmin;

/** The place of every page, in the order of the navigation. */
export const PAGE_PLACES = [
  { path: '/repositories', title: 'Repositories', key: 'r' },
  { path: '/repositories/*' },
  { path: '/images/*' },
  { path: '/compare' },
  { path: '/live', title: 'Live', key: 'l' },
  { path: '/events', title: 'Events', key: 'e' },
  { path: '/storage', title: 'Storage', key: 's' },
  { path: '/mirrors', title: 'Mirrors', key: 'm', isFor: isForAdmins },
  { path: '/access', title: 'Access', key: 'a' },
  { path: '/settings', title: 'Settings', key: 'd', isFor: isForAdmins },
] as const satisfies readonly PagePlace[];

export type PagePath = (typeof PAGE_PLACES)[number]['path'];
