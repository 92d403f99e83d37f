import { type Request } from 'express';

/** The endpoints that requests are grouped by. `other` is every path without an endpoint, and every request refused before routing. */
export const ROUTES = [
  'manifest',
  'blob',
  'upload',
  'tags',
  'referrers',
  'catalog',
  'token',
  'api',
  'console',
  'health',
  'mirror',
  'other',
] as const;

export type Route = (typeof ROUTES)[number];

/** The ends of the path patterns that controllers declare. */
const ROUTE_BY_END: readonly (readonly [end: string, route: Route])[] = [
  ['/manifests/:reference', 'manifest'],
  ['/blobs/:digest', 'blob'],
  ['/blobs/uploads{/}', 'upload'],
  ['/blobs/uploads/:id', 'upload'],
  ['/tags/list', 'tags'],
  ['/referrers/:digest', 'referrers'],
  ['/_catalog', 'catalog'],
  ['/_token', 'token'],
  ['/health', 'health'],
  ['/health/live', 'health'],
  ['/health/ready', 'health'],
];

/** The patterns of the API, below any prefix. */
const API = /^(?:\/(?!v2\/)[^/]+)*?\/api(?:\/|$)/;

/** The patterns of the console, below any prefix. */
const CONSOLE = /^(?:\/(?!v2\/)[^/]+)*?\/console(?:\/|$)/;

/** The routes of the patterns seen so far. There are as many patterns as handlers. */
const known = new Map<string, Route>();

/** Returns the route that Express found for a request. Before routing it is `other`. */
export function routeOf(request: Request): Route {
  const { route } = request as { readonly route?: { readonly path: string } };
  return route === undefined ? 'other' : routeOfPattern(route.path);
}

/** Returns the route of a path pattern, such as `/v2/*name/tags/list`. */
export function routeOfPattern(pattern: string): Route {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const route = ofPages(pattern) ?? routeByEnd(pattern);
  known.set(pattern, route);
  return route;
}

function ofPages(pattern: string): Route | undefined {
  if (API.test(pattern)) return 'api';
  return CONSOLE.test(pattern) ? 'console' : undefined;
}

function routeByEnd(pattern: string): Route {
  return ROUTE_BY_END.find(([end]) => pattern.endsWith(end))?.[1] ?? 'other';
}
