import { type Request } from 'express';

/** The path of the API below the registry's prefix. */
const API_PATH = '/api';

/** The name of the setting by which the application tells its requests where its API is. */
const PREFIX_SETTING = 'path of the api';

/** Stores where the API of an application is: below `prefix`, which is empty or a path. */
export function placeApi(app: { set(name: string, value: string): unknown }, prefix: string): void {
  app.set(PREFIX_SETTING, `${prefix}${API_PATH}`);
}

/** Returns whether a request is one to the API, also before it is routed. */
export function isApiRequest({ app, path }: Request): boolean {
  const place: unknown = app.get(PREFIX_SETTING);
  return typeof place === 'string' && (path === place || path.startsWith(`${place}/`));
}
