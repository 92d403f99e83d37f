import { type Request } from 'express';

/** What a request to the API changed. */
export type ApiEvent =
  | 'collection-started'
  | 'manifest-deleted'
  | 'repository-deleted'
  | 'robot-created'
  | 'robot-revoked'
  | 'tag-deleted'
  | 'tag-set'
  | 'upload-cancelled';

/** The handlers that change something, by their method and the end of their path pattern. */
const EVENTS: readonly (readonly [method: string, end: string, event: ApiEvent])[] = [
  ['PUT', '/tags/:tag', 'tag-set'],
  ['DELETE', '/tags/:tag', 'tag-deleted'],
  ['DELETE', '/manifests/:digest', 'manifest-deleted'],
  ['DELETE', '/repositories/*name', 'repository-deleted'],
  ['POST', '/robots', 'robot-created'],
  ['DELETE', '/robots/:id', 'robot-revoked'],
  ['POST', '/gc/run', 'collection-started'],
  ['DELETE', '/uploads/:id', 'upload-cancelled'],
];

/** Returns what a request to the API changed, or `undefined` if it only read. */
export function apiEventOf({ method, route }: Request): ApiEvent | undefined {
  const { path: pattern = '' } = (route ?? {}) as { readonly path?: string };
  return EVENTS.find(([verb, end]) => verb === method && pattern.endsWith(end))?.[2];
}
