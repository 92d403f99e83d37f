import { type Request } from 'express';

/** What a request to the API changed or caused. */
export type ApiEvent =
  | 'collection-started'
  | 'doctor-run'
  | 'login'
  | 'logout'
  | 'manifest-deleted'
  | 'mirror-refreshed'
  | 'mirror-warmed'
  | 'repository-deleted'
  | 'robot-created'
  | 'robot-revoked'
  | 'tag-deleted'
  | 'tag-set'
  | 'upload-cancelled'
  | 'webhook-redelivered'
  | 'webhook-tested';

/** The handlers that change or cause something, by their method and the end of their path pattern. */
const EVENTS: readonly (readonly [method: string, end: string, event: ApiEvent])[] = [
  ['PUT', '/tags/:tag', 'tag-set'],
  ['DELETE', '/tags/:tag', 'tag-deleted'],
  ['DELETE', '/manifests/:digest', 'manifest-deleted'],
  ['DELETE', '/repositories/*name', 'repository-deleted'],
  ['POST', '/robots', 'robot-created'],
  ['DELETE', '/robots/:id', 'robot-revoked'],
  ['POST', '/gc/run', 'collection-started'],
  ['POST', '/:mirror/refresh', 'mirror-refreshed'],
  ['POST', '/:mirror/warm', 'mirror-warmed'],
  ['DELETE', '/uploads/:id', 'upload-cancelled'],
  ['POST', '/:endpoint/redeliver', 'webhook-redelivered'],
  ['POST', '/:endpoint/test', 'webhook-tested'],
  ['POST', '/doctor', 'doctor-run'],
  ['POST', '/api/v1/session', 'login'],
  ['DELETE', '/api/v1/session', 'logout'],
];

/** What is known of a request once it has a route. */
type RoutedRequest = Pick<Request, 'method' | 'route'>;

/** Returns what a request to the API changed or caused, or `undefined` if it only read. */
export function apiEventOf(request: RoutedRequest): ApiEvent | undefined {
  const pattern = patternOf(request);
  return EVENTS.find(([verb, end]) => verb === request.method && pattern.endsWith(end))?.[2];
}

/** Whether a request opens or ends a session of a page. */
export function isAboutSession(request: RoutedRequest): boolean {
  return patternOf(request).endsWith('/api/v1/session');
}

function patternOf({ route }: RoutedRequest): string {
  const { path = '' } = (route ?? {}) as { readonly path?: string };
  return path;
}
