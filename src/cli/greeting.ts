/** Returns the first lines that a person sees: the URL of the registry, its data, and how to push an image. */
export function greeting(version: string, url: URL, data: string, logins: string): string {
  const image = `${url.host}/hello:1.0`;
  return [
    `Berth ${version} serves ${url.origin}`,
    `Data: ${data}`,
    `Logins: ${logins}`,
    'Push a first image (any that you have, here alpine):',
    `  docker tag alpine ${image}`,
    `  docker push ${image}`,
    '',
  ].join('\n');
}

/** Returns the URL of the server for clients on this machine. */
export function urlOf(host: string, port: number, scheme: 'http' | 'https' = 'http'): URL {
  const wildcard = host === '0.0.0.0' || host === '::';
  const name = wildcard ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return new URL(`${scheme}://${name}:${port}`);
}
