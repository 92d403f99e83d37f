/** What the greeting says about a running registry. */
export interface Greeting {
  readonly version: string;
  readonly url: URL;
  /** Whether the console is served. */
  readonly hasConsole: boolean;
  /** Where the images are. */
  readonly data: string;
  /** Who may do what. */
  readonly logins: string;
  /** Whether a client has to log in before it pushes. */
  readonly loginRequired: boolean;
  /** The first repositories; more than `SHOWN_REPOSITORIES` if there are more. */
  readonly repositories: readonly string[];
}

/** How many repositories the greeting names. */
export const SHOWN_REPOSITORIES = 5;

/** Returns the first lines that a person sees: the URL, the data, and how to push an image or what is stored already. */
export function greeting(registry: Greeting): string {
  const { version, url, hasConsole, data, logins, loginRequired, repositories } = registry;
  return [
    `Berth ${version} serves ${url.origin}`,
    ...(hasConsole ? [`Console: ${url.origin}/console/`] : []),
    `Data: ${data}`,
    `Logins: ${logins}`,
    ...(repositories.length > 0 ? [contentLine(repositories)] : []),
    ...(repositories.length === 0 ? firstPush(url.host, loginRequired) : []),
    '',
  ].join('\n');
}

function contentLine(repositories: readonly string[]): string {
  const more = repositories.length > SHOWN_REPOSITORIES ? ', and more' : '';
  return `Repositories: ${repositories.slice(0, SHOWN_REPOSITORIES).join(', ')}${more}`;
}

function firstPush(host: string, loginRequired: boolean): string[] {
  const image = `${host}/hello:1.0`;
  return [
    'Push a first image (any that you have, here alpine):',
    ...(loginRequired ? [`  docker login ${host}`] : []),
    `  docker tag alpine ${image}`,
    `  docker push ${image}`,
  ];
}

/** Returns the URL of the server for clients on this machine. */
export function urlOf(host: string, port: number, scheme: 'http' | 'https' = 'http'): URL {
  const wildcard = host === '0.0.0.0' || host === '::';
  const name = wildcard ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port}`);
}
